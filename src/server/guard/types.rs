//! The schema as the guard needs it, read once from its text: what fields return and inputs take.

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition,
};
use std::collections::{BTreeMap, HashMap};

/// A field of an object or interface
#[derive(Clone, Debug)]
pub struct FieldType {
    /// Name of the type, without lists and bangs
    pub name: String,
    /// A list of it
    pub list: bool,
    /// It has fields of its own
    pub composite: bool,
    /// What it takes
    pub arguments: Arguments,
}

/// An argument, or a field of an input
#[derive(Clone, Debug)]
pub struct ArgumentType {
    /// As declared
    pub ty: Type,
    /// It has a default
    pub defaulted: bool,
}

/// Arguments by name
pub type Arguments = BTreeMap<String, ArgumentType>;

/// What an input position takes
#[derive(Clone, Debug)]
pub enum InputKind {
    /// Scalar by name
    Scalar,
    /// Names that are allowed
    Enum(Vec<String>),
    /// Fields of its own
    Object(Arguments),
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
        let mut raw: Vec<(String, Vec<Positioned<FieldDefinition>>)> = Vec::new();
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
                    map.inputs.insert(name, InputKind::Object(arguments(input.fields)));
                    continue;
                }
                TypeKind::Scalar => {
                    map.inputs.insert(name, InputKind::Scalar);
                    continue;
                }
                TypeKind::Union(_) => Vec::new(),
            };
            raw.push((name, fields));
        }
        let composites: Vec<String> = raw.iter().map(|(name, _)| name.clone()).collect();
        for (name, fields) in raw {
            let fields = fields.into_iter().map(|field| {
                let field = field.node;
                let (name, list) = innermost(&field.ty.node.base);
                let composite = composites.contains(&name);
                let arguments = arguments(field.arguments);
                (field.name.node.to_string(), FieldType { name, list, composite, arguments })
            });
            map.fields.insert(name, fields.collect());
        }
        map
    }

    /// Names of all types, their fields, arguments and values
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let fields = self.fields.iter().flat_map(|(name, fields)| {
            let arguments = fields.values().flat_map(|field| field.arguments.keys());
            std::iter::once(name).chain(fields.keys()).chain(arguments)
        });
        let inputs = self.inputs.iter().flat_map(|(name, kind)| {
            let below: Box<dyn Iterator<Item = &String>> = match kind {
                InputKind::Scalar => Box::new(std::iter::empty()),
                InputKind::Enum(values) => Box::new(values.iter()),
                InputKind::Object(fields) => Box::new(fields.keys()),
            };
            std::iter::once(name).chain(below)
        });
        fields.chain(inputs).map(String::as_str)
    }

    /// A field of a type
    pub fn field(&self, parent: &str, field: &str) -> Option<&FieldType> {
        self.fields.get(parent)?.get(field)
    }

    /// All types with fields, and those
    #[cfg(test)]
    pub fn objects(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
        self.fields.iter().map(move |(name, of)| (name.as_str(), of.keys().map(String::as_str)))
    }

    /// A type that variables can have
    pub fn is_input(&self, name: &str) -> bool {
        matches!(name, "Int" | "Float" | "String" | "Boolean" | "ID")
            || self.inputs.contains_key(name)
    }

    /// What an input type takes
    pub fn input(&self, name: &str) -> Option<&InputKind> {
        self.inputs.get(name)
    }
}

fn arguments(definitions: Vec<Positioned<InputValueDefinition>>) -> Arguments {
    let definitions = definitions.into_iter().map(|definition| {
        let InputValueDefinition { name, ty, default_value, .. } = definition.node;
        (name.node.to_string(), ArgumentType { ty: ty.node, defaulted: default_value.is_some() })
    });
    definitions.collect()
}

fn innermost(base: &BaseType) -> (String, bool) {
    match base {
        BaseType::Named(name) => (name.to_string(), false),
        BaseType::List(inner) => (innermost(&inner.base).0, true),
    }
}
