//! Variables where they stand: each must be of a type that its position takes.
//!
//! Source: the GraphQL specification, section 5.8.5, "All Variable Usages Are Allowed". Own code
//! because the library's rule is never asked: its chain of rules does not pass values on to it.

use super::types::{ArgumentType, InputKind, TypeMap};
use super::{INVALID, Rejected};
use async_graphql::parser::types::{
    BaseType, Directive, ExecutableDocument, OperationDefinition, OperationType, Selection,
    SelectionSet, Type,
};
use async_graphql::{Name, Positioned};
use async_graphql_value::{ConstValue, Value};
use std::collections::HashSet;

/// Refuses documents with a variable in a position of another type.
///
/// # Errors
/// Names the variable, its type and what is expected.
pub fn check_positions(types: &TypeMap, document: &ExecutableDocument) -> Result<(), Rejected> {
    document.operations.iter().try_for_each(|(_, operation)| {
        let operation = &operation.node;
        let root = match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let mut walk = Walk { types, document, operation, visited: HashSet::new() };
        walk.directives(&operation.directives)?;
        walk.selections(&operation.selection_set.node, root)
    })
}

struct Walk<'a> {
    types: &'a TypeMap,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    visited: HashSet<&'a str>,
}

impl<'a> Walk<'a> {
    fn selections(&mut self, set: &'a SelectionSet, parent: &str) -> Result<(), Rejected> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    self.directives(&field.directives)?;
                    // What is unknown is the validator's to name.
                    let Some(ty) = self.types.field(parent, field.name.node.as_str()) else {
                        continue;
                    };
                    for (name, value) in &field.arguments {
                        if let Some(argument) = ty.arguments.get(name.node.as_str()) {
                            self.value(argument, value, &value.node)?;
                        }
                    }
                    self.selections(&field.selection_set.node, &ty.name)?;
                }
                Selection::InlineFragment(inline) => {
                    let inline = &inline.node;
                    self.directives(&inline.directives)?;
                    let on = inline.type_condition.as_ref();
                    let on = on.map_or(parent, |on| on.node.on.node.as_str());
                    self.selections(&inline.selection_set.node, on)?;
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.node.directives)?;
                    let name = spread.node.fragment_name.node.as_str();
                    if let Some(fragment) = self.document.fragments.get(name)
                        && self.visited.insert(name)
                    {
                        let on = fragment.node.type_condition.node.on.node.as_str();
                        self.selections(&fragment.node.selection_set.node, on)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The two that every server has; there are no others here.
    fn directives(&self, directives: &[Positioned<Directive>]) -> Result<(), Rejected> {
        let Some(boolean) = Type::new("Boolean!") else { return Ok(()) };
        let condition = ArgumentType { ty: boolean, defaulted: false };
        let arguments = directives.iter().flat_map(|directive| &directive.node.arguments);
        let mut conditions = arguments.filter(|(name, _)| name.node == "if");
        conditions.try_for_each(|(_, value)| self.value(&condition, value, &value.node))
    }

    fn value(
        &self,
        expected: &ArgumentType,
        at: &Positioned<Value>,
        value: &Value,
    ) -> Result<(), Rejected> {
        match (value, &expected.ty.base) {
            (Value::Variable(name), _) => self.variable(expected, at, name),
            (Value::List(items), BaseType::List(inner)) => {
                let inner = ArgumentType { ty: (**inner).clone(), defaulted: false };
                items.iter().try_for_each(|item| self.value(&inner, at, item))
            }
            (Value::Object(given), BaseType::Named(name)) => {
                let Some(InputKind::Object(fields)) = self.types.input(name) else { return Ok(()) };
                given.iter().try_for_each(|(name, value)| match fields.get(name.as_str()) {
                    Some(field) => self.value(field, at, value),
                    None => Ok(()),
                })
            }
            _ => Ok(()),
        }
    }

    fn variable(
        &self,
        expected: &ArgumentType,
        at: &Positioned<Value>,
        name: &Name,
    ) -> Result<(), Rejected> {
        let mut declared = self.operation.variable_definitions.iter();
        let Some(declared) = declared.find(|known| known.node.name.node == *name) else {
            return Ok(());
        };
        let ty = &declared.node.var_type.node;
        // An unknown type is the validator's to name.
        if !self.types.is_input(innermost(&ty.base)) {
            return Ok(());
        }
        // A default on either side stands in for null.
        let default = declared.node.default_value.as_ref();
        let filled =
            expected.defaulted || default.is_some_and(|value| value.node != ConstValue::Null);
        let mut wanted = expected.ty.clone();
        wanted.nullable |= ty.nullable && filled;
        if fits(ty, &wanted) {
            return Ok(());
        }
        Err(Rejected {
            message: format!(
                "Variable \"${name}\" is of type \"{ty}\", where \"{}\" is expected",
                expected.ty
            ),
            code: INVALID,
            at: Some(at.pos),
        })
    }
}

fn innermost(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => innermost(&inner.base),
    }
}

/// Every value of one type is one of the other.
fn fits(given: &Type, wanted: &Type) -> bool {
    (wanted.nullable || !given.nullable)
        && match (&given.base, &wanted.base) {
            (BaseType::Named(given), BaseType::Named(wanted)) => given == wanted,
            (BaseType::List(given), BaseType::List(wanted)) => fits(given, wanted),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SDL: &str = "
        input Point { x: Float! y: Float! = 0 }
        input Filter { near: Point ids: [ID!] }
        type Query { shop(id: ID!, first: Int! = 5, filter: Filter): Shop }
        type Shop { name(long: Boolean): String! near(points: [Point!]!): Shop }";

    fn refusal(query: &str) -> Option<String> {
        let document = async_graphql::parser::parse_query(query).expect("parses");
        check_positions(&TypeMap::read(SDL), &document).err().map(|refused| refused.message)
    }

    #[test]
    fn variables_that_fit_pass() {
        for query in [
            "query($a: ID!) { shop(id: $a) { name } }",
            "query($a: ID = \"x\", $n: Int) { shop(id: $a, first: $n) { name } }",
            "query($f: Filter, $s: Boolean!) { shop(id: 1, filter: $f) { name(long: $s) @skip(if: $s) } }",
            "query($x: Float!, $y: Float, $i: ID!) { shop(id: 1, filter: { near: { x: $x, y: $y }, ids: [$i] }) { name } }",
            "query($p: [Point!]!) { shop(id: 1) { ...f } } fragment f on Shop { near(points: $p) { name } }",
            "query($a: Nothing) { nope(id: $a) { name(nope: $a) } }",
            "{ shop(id: $undefined) { name } }",
        ] {
            assert_eq!(refusal(query), None, "{query}");
        }
    }

    #[test]
    fn variables_that_do_not_fit_are_named() {
        for (query, told) in [
            ("query($a: ID) { shop(id: $a) { name } }", "\"ID\", where \"ID!\""),
            ("query($a: Int = 1) { shop(id: $a) { name } }", "\"Int\", where \"ID!\""),
            ("query($a: ID = null) { shop(id: $a) { name } }", "\"ID\", where \"ID!\""),
            ("query($a: [ID!]!) { shop(id: $a) { name } }", "\"[ID!]!\", where \"ID!\""),
            (
                "query($a: [ID]) { shop(id: 1, filter: { ids: $a }) { name } }",
                "\"[ID]\", where \"[ID!]\"",
            ),
            (
                "query($x: Float) { shop(id: 1, filter: { near: { x: $x } }) { name } }",
                "\"Float\", where \"Float!\"",
            ),
            ("query($s: Boolean) { shop(id: 1) @include(if: $s) { name } }", "\"Boolean!\""),
            ("query($s: Boolean) { ... @skip(if: $s) { shop(id: 1) { name } } }", "\"Boolean!\""),
            (
                "query($p: Point!) { shop(id: 1) { ...f } } fragment f on Shop { near(points: [$p]) { name } near(points: $p) { name } }",
                "\"Point!\", where \"[Point!]!\"",
            ),
        ] {
            let refused = refusal(query).unwrap_or_default();
            assert!(refused.contains(told), "{query}: {refused}");
        }
    }
}
