//! Values for the variables of any document, from demo data.

use crate::error::{Fault, Result};
use crate::server::Inspector;
use crate::services::Viewer;
use apollo_compiler::ast::Type;
use apollo_compiler::executable::{Operation, Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Input objects in input objects are filled this deep
const DEPTH: u8 = 4;

/// What the demo has one of each kind of
const POOL: &str = "{
  viewer {
    user { id handle }
    orders(first: 1) { nodes { id } }
    conversations(first: 1) { nodes { id messages(last: 1) { nodes { id } } } }
    stores { id handle orders(first: 1) { nodes { id } } }
  }
  listings(first: 1) { nodes { id category { id slug } } }
  profiles(first: 1) { nodes { id } }
}";

/// Made-up values, from what there is
pub struct Samples {
    schema: Valid<Schema>,
    /// Ids by type
    ids: HashMap<&'static str, String>,
    /// Texts by what the argument is called
    texts: HashMap<&'static str, String>,
}

impl Samples {
    /// Looks what there is.
    ///
    /// # Errors
    /// The schema can't be read.
    pub async fn read(inspector: &Inspector, viewers: &[Viewer]) -> Result<Self> {
        let schema = super::check::schema(&crate::schema::sdl(), "schema.graphql")
            .map_err(|err| Fault::new("reading the schema", err))?;
        let (mut ids, mut texts) = (HashMap::new(), HashMap::new());
        for viewer in viewers {
            let answer = inspector.measure(POOL, json!({}), viewer.clone()).await;
            let Some((answer, _)) = answer else { continue };
            for (kind, place) in [
                ("User", "/viewer/user/id"),
                ("Order", "/viewer/stores/0/orders/nodes/0/id"),
                ("Order", "/viewer/orders/nodes/0/id"),
                ("Conversation", "/viewer/conversations/nodes/0/id"),
                ("Message", "/viewer/conversations/nodes/0/messages/nodes/0/id"),
                ("Store", "/viewer/stores/0/id"),
                ("Listing", "/listings/nodes/0/id"),
                ("Category", "/listings/nodes/0/category/id"),
                ("Profile", "/profiles/nodes/0/id"),
            ] {
                fill(&mut ids, kind, &answer["data"], place);
            }
            for (name, place) in [
                ("store", "/viewer/stores/0/handle"),
                ("user", "/viewer/user/handle"),
                ("category", "/listings/nodes/0/category/slug"),
            ] {
                fill(&mut texts, name, &answer["data"], place);
            }
        }
        Ok(Self { schema, ids, texts })
    }

    /// Values for all variables that need one; None where one can't be made up
    pub fn variables(&self, text: &str) -> Option<Value> {
        let document = ExecutableDocument::parse(&self.schema, text, "document").ok()?;
        let operation = document.operations.iter().next()?;
        let mut values = Map::new();
        for variable in &operation.variables {
            if variable.default_value.is_some() || !variable.ty.is_non_null() {
                continue;
            }
            let hint = hint(&document, operation, &variable.name);
            values.insert(variable.name.to_string(), self.value(&variable.ty, &hint, DEPTH)?);
        }
        Some(Value::Object(values))
    }

    fn value(&self, ty: &Type, hint: &str, depth: u8) -> Option<Value> {
        if ty.is_list() {
            return Some(json!([self.value(ty.item_type(), hint, depth)?]));
        }
        let name = ty.inner_named_type().as_str();
        match name {
            "Int" => Some(json!(10)),
            "Float" => Some(json!(1.0)),
            "Boolean" => Some(json!(true)),
            "ID" => {
                let about = |kind: &&str| {
                    let kind = kind.to_lowercase();
                    hint.to_lowercase().trim_end_matches('s').ends_with(&kind)
                        || hint.to_lowercase().starts_with(&kind)
                };
                let kind = self.ids.keys().find(|kind| about(kind)).copied();
                self.ids.get(kind.unwrap_or("Listing")).map(|id| json!(id))
            }
            "String" => Some(json!(self.texts.get(hint).map_or("cafe", String::as_str))),
            _ => match self.schema.types.get(name)? {
                ExtendedType::Enum(of) => {
                    of.values.keys().next().map(|value| json!(value.as_str()))
                }
                ExtendedType::InputObject(input) if depth > 0 => {
                    let mut fields = Map::new();
                    for (name, field) in &input.fields {
                        if field.is_required() {
                            let value = self.value(&field.ty, name, depth - 1)?;
                            fields.insert(name.to_string(), value);
                        }
                    }
                    Some(Value::Object(fields))
                }
                _ => None,
            },
        }
    }
}

/// What a variable is about: the field that it is an argument of, or the type looked for there
fn hint(document: &ExecutableDocument, operation: &Operation, name: &str) -> String {
    let field = operation.all_fields(document).find(|field| {
        field.arguments.iter().any(|argument| {
            argument.value.as_variable().is_some_and(|variable| variable.as_str() == name)
        })
    });
    let Some(field) = field else { return name.to_owned() };
    if field.name.starts_with("node") {
        return first_type(&field.selection_set, document).unwrap_or_default();
    }
    field.name.to_string()
}

fn fill(known: &mut HashMap<&'static str, String>, name: &'static str, data: &Value, place: &str) {
    if let Some(text) = data.pointer(place).and_then(Value::as_str) {
        known.entry(name).or_insert_with(|| text.to_owned());
    }
}

/// The first type that a selection of several types asks for
fn first_type(set: &SelectionSet, document: &ExecutableDocument) -> Option<String> {
    set.selections.iter().find_map(|selection| match selection {
        Selection::InlineFragment(inline) => {
            inline.type_condition.as_ref().map(ToString::to_string)
        }
        Selection::FragmentSpread(spread) => {
            spread.fragment_def(document).map(|of| of.type_condition().to_string())
        }
        Selection::Field(_) => None,
    })
}
