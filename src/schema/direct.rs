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
use std::pin::pin;
use std::task::{Poll, Waker};

/// What is known of an object's fields before they are resolved
pub trait Ready {
    /// A field with fields of its own has its value there, without waiting: a price, or a row that was
    /// read beside this one. One that says no is right, and slower.
    fn is_ready(&self, _field: &str) -> bool {
        false
    }
}

/// An object, resolved in this way
pub struct Direct<T>(pub T);

/// What is selected, by response key
type Selected<'a> = IndexMap<Name, &'a Positioned<Field>>;

impl<T: ContainerType + Ready> OutputType for Direct<T> {
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
        let mut selected = Selected::default();
        selected.reserve(ctx.item.node.items.len());
        if !select(ctx, &self.0, &mut selected) {
            return resolve_container(ctx, &self.0).await;
        }
        let mut object = IndexMap::with_capacity(selected.len());
        let (mut places, mut waiting) = (Vec::new(), Vec::new());
        for (place, (key, field)) in selected.into_iter().enumerate() {
            let value = at_once(ctx, &self.0, field)?;
            if value.is_none() {
                places.push(place);
                waiting.push(later(ctx.clone(), &self.0, field));
            }
            object.insert(key, value.unwrap_or_default());
        }
        for (place, value) in places.into_iter().zip(try_join_all(waiting).await?) {
            object[place] = value;
        }
        Ok(Value::Object(object))
    }
}

/// Takes in what is selected. False: this is for the library.
fn select<'a, T: ContainerType>(
    ctx: &ContextSelectionSet<'a>,
    root: &T,
    selected: &mut Selected<'a>,
) -> bool {
    ctx.item.node.items.iter().all(|selection| match &selection.node {
        Selection::Field(field) if field.node.directives.is_empty() => {
            match selected.entry(field.node.response_key().node.clone()) {
                // A valid document means the same by it.
                Entry::Occupied(_) => is_leaf(field),
                Entry::Vacant(slot) => {
                    slot.insert(field);
                    true
                }
            }
        }
        Selection::Field(_) => false,
        fragment => fields_of(ctx, root, fragment)
            .is_some_and(|fields| select(&ctx.with_selection_set(fields), root, selected)),
    })
}

fn is_leaf(field: &Positioned<Field>) -> bool {
    field.node.selection_set.node.items.is_empty()
}

/// Nothing below has fields of its own, for which it might have to wait.
fn is_shallow(field: &Positioned<Field>) -> bool {
    let below = &field.node.selection_set.node.items;
    below.iter().all(|below| matches!(&below.node, Selection::Field(field) if is_leaf(field)))
}

/// The value of a field that is there already
fn at_once<'a, T: ContainerType + Ready>(
    ctx: &ContextSelectionSet<'a>,
    root: &'a T,
    field: &'a Positioned<Field>,
) -> ServerResult<Option<Value>> {
    let name = field.node.name.node.as_str();
    if name == "__typename" {
        return Ok(Some(Value::String(root.introspection_type_name().into_owned())));
    }
    let is_there = is_leaf(field) || (is_shallow(field) && root.is_ready(name));
    if !is_there {
        return Ok(None);
    }
    let ctx = ctx.with_field(field);
    // Pinned where it is made: futures of resolvers are kilobytes, and would be copied.
    let resolving = pin!(root.resolve_field(&ctx));
    match resolving.poll(&mut std::task::Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Ok(Some(value?.unwrap_or_default())),
        Poll::Pending => Ok(None),
    }
}

/// The value of a field that waits
fn later<'a, T: ContainerType>(
    ctx: ContextSelectionSet<'a>,
    root: &'a T,
    field: &'a Positioned<Field>,
) -> BoxFuture<'a, ServerResult<Value>> {
    let value = async move {
        let ctx = ctx.with_field(field);
        Ok(root.resolve_field(&ctx).await?.unwrap_or_default())
    };
    value.boxed()
}

/// The fields of a fragment that applies; of one that does not, and of one on an interface, the
/// library knows what to do.
fn fields_of<'a, T: ContainerType>(
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
