//! Objects whose plain fields are resolved where they stand: a limit of the library's, worked around
//! in this one place.
//!
//! The library makes a future of each field and keeps it in an allocation of its own, as large as
//! the largest resolver of the type, however little a field does; that is most of what a list
//! costs. A field without fields of its own nearly always has its value there. It is therefore
//! polled once in place, and only one that waits gets an allocation, as all do in the library. That
//! one is begun anew: resolvers of queries read, so beginning twice does nothing but ask the same
//! loader twice for the same key.
//!
//! What this does not know, it leaves to the library: directives but `@skip` and `@include`, which
//! are gone by then, and a response key that is selected twice with fields below it. Extensions of
//! the library are passed by: Plaza has none.

use async_graphql::indexmap::IndexMap;
use async_graphql::indexmap::map::Entry;
use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::registry::Registry;
use async_graphql::{
    ContainerType, ContextSelectionSet, Name, OutputType, Positioned, ServerResult, Value,
    resolver_utils::resolve_container,
};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, try_join_all};
use std::borrow::Cow;

/// Fields whose objects are values, made from their row without waiting. One that is missing here is
/// right, and slower.
const VALUES: [&str; 4] = ["price", "unitPrice", "total", "location"];

/// An object, resolved in this way
pub struct Direct<T>(pub T);

/// A field that waits: its place in the object, and its value to come
type Waiting<'a> = (usize, BoxFuture<'a, ServerResult<Value>>);

/// What is there of an object
#[derive(Default)]
struct Found<'a> {
    object: IndexMap<Name, Value>,
    waiting: Vec<Waiting<'a>>,
}

impl<T: ContainerType> OutputType for Direct<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::qualified_type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let mut found = Found::default();
        found.object.reserve(ctx.item.node.items.len());
        if !found.collect(ctx, &self.0)? {
            return resolve_container(ctx, &self.0).await;
        }
        let Found { mut object, waiting } = found;
        if !waiting.is_empty() {
            let (places, values): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
            for (place, value) in places.into_iter().zip(try_join_all(values).await?) {
                object[place] = value;
            }
        }
        Ok(Value::Object(object))
    }
}

impl<'a> Found<'a> {
    /// Takes in what is selected. False: this is for the library.
    fn collect<T: ContainerType>(
        &mut self,
        ctx: &ContextSelectionSet<'a>,
        root: &'a T,
    ) -> ServerResult<bool> {
        for selection in &ctx.item.node.items {
            let known = match &selection.node {
                Selection::Field(field) => self.field(ctx, root, field)?,
                _ => match fragment(ctx, root, &selection.node) {
                    Some(fields) => self.collect(&ctx.with_selection_set(fields), root)?,
                    None => false,
                },
            };
            if !known {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn field<T: ContainerType>(
        &mut self,
        ctx: &ContextSelectionSet<'a>,
        root: &'a T,
        field: &'a Positioned<Field>,
    ) -> ServerResult<bool> {
        let (name, is_leaf) =
            (&field.node.name.node, field.node.selection_set.node.items.is_empty());
        if !field.node.directives.is_empty() {
            return Ok(false);
        }
        let slot = match self.object.entry(field.node.response_key().node.clone()) {
            // A valid document means the same by it.
            Entry::Occupied(_) => return Ok(is_leaf),
            Entry::Vacant(slot) => slot,
        };
        if name == "__typename" {
            slot.insert(Value::String(root.introspection_type_name().into_owned()));
            return Ok(true);
        }
        if is_leaf || VALUES.contains(&name.as_str()) {
            let ctx_field = ctx.with_field(field);
            if let Some(value) = root.resolve_field(&ctx_field).now_or_never() {
                slot.insert(value?.unwrap_or_default());
                return Ok(true);
            }
        }
        let place = slot.index();
        slot.insert(Value::Null);
        let ctx = ctx.clone();
        let value = async move {
            let ctx_field = ctx.with_field(field);
            Ok(root.resolve_field(&ctx_field).await?.unwrap_or_default())
        };
        self.waiting.push((place, value.boxed()));
        Ok(true)
    }
}

/// The fields of a fragment that applies; of one that does not, and of one on an interface, the
/// library knows what to do.
fn fragment<'a, T: ContainerType>(
    ctx: &ContextSelectionSet<'a>,
    root: &T,
    selection: &'a Selection,
) -> Option<&'a Positioned<SelectionSet>> {
    let (condition, fields) = match selection {
        Selection::Field(_) => return None,
        Selection::FragmentSpread(spread) => {
            let fragment = ctx.query_env.fragments.get(&spread.node.fragment_name.node)?;
            (Some(&fragment.node.type_condition), &fragment.node.selection_set)
        }
        Selection::InlineFragment(fragment) => {
            (fragment.node.type_condition.as_ref(), &fragment.node.selection_set)
        }
    };
    let applies = condition
        .is_none_or(|condition| root.introspection_type_name() == condition.node.on.node.as_str());
    applies.then_some(fields)
}
