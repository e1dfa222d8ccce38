//! The schema as the guard needs it, read once from its text: what fields return and inputs take.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, Type, TypeKind, TypeSystemDefinition};
use std::collections::HashMap;

/// A field of an object or interface
#[derive(Clone, Debug)]
pub struct FieldType {
    /// Name of the type, without lists and bangs
    pub name: String,
    /// A list of it
    pub list: bool,
    /// It has fields of its own
    pub composite: bool,
}

/// What an input position takes
#[derive(Clone, Debug)]
pub enum InputKind {
    /// Scalar by name
    Scalar,
    /// Names that are allowed
    Enum(Vec<String>),
    /// Fields with their types, and whether each has a default
    Object(HashMap<String, (Type, bool)>),
}

/// All types of the schema
#[derive(Clone, Debug, Default)]
pub struct TypeMap {
    fields: HashMap<String, HashMap<String, FieldType>>,
    inputs: HashMap<String, InputKind>,
}

impl TypeMap {
    /// Reads a schema's text. A text that does not parse gives an empty map: the schema's own.
    pub fn read(sdl: &str) -> Self {
        let Ok(document) = parse_schema(sdl) else { return Self::default() };
        let mut map = Self::default();
        let mut raw: Vec<(String, Vec<(String, Type)>)> = Vec::new();
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            let fields = match definition.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                TypeKind::Enum(values) => {
                    let names = values
                        .values
                        .into_iter()
                        .map(|value| value.node.value.node.to_string())
                        .collect();
                    map.inputs.insert(name, InputKind::Enum(names));
                    continue;
                }
                TypeKind::InputObject(input) => {
                    let fields = input.fields.into_iter().map(|field| {
                        let field = field.node;
                        (
                            field.name.node.to_string(),
                            (field.ty.node, field.default_value.is_some()),
                        )
                    });
                    map.inputs.insert(name, InputKind::Object(fields.collect()));
                    continue;
                }
                TypeKind::Scalar => {
                    map.inputs.insert(name, InputKind::Scalar);
                    continue;
                }
                TypeKind::Union(_) => Vec::new(),
            };
            let fields = fields
                .into_iter()
                .map(|field| (field.node.name.node.to_string(), field.node.ty.node));
            raw.push((name, fields.collect()));
        }
        let composites: Vec<String> = raw.iter().map(|(name, _)| name.clone()).collect();
        for (name, fields) in raw {
            let fields = fields.into_iter().map(|(field, ty)| {
                let (base, list) = innermost(&ty.base);
                let composite = composites.contains(&base);
                (field, FieldType { name: base, list, composite })
            });
            map.fields.insert(name, fields.collect());
        }
        map
    }

    /// A field of a type
    pub fn field(&self, parent: &str, field: &str) -> Option<&FieldType> {
        self.fields.get(parent)?.get(field)
    }

    /// What an input type takes
    pub fn input(&self, name: &str) -> Option<&InputKind> {
        self.inputs.get(name)
    }
}

fn innermost(base: &BaseType) -> (String, bool) {
    match base {
        BaseType::Named(name) => (name.to_string(), false),
        BaseType::List(inner) => (innermost(&inner.base).0, true),
    }
}
