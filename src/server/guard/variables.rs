//! Values of variables against their declared types, before execution: a document that is known to
//! be valid runs without the validator, and a wrong value must be told the same way every time.

use super::Rejected;
use super::types::{ArgumentType, InputKind, TypeMap};
use async_graphql::Variables;
use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use async_graphql_value::ConstValue;

/// Longest list in a variable
const MAX_ITEMS: usize = 1000;

/// Checks every declared variable.
///
/// # Errors
/// Names the variable, the path inside it, and what is expected.
pub fn check_variables(
    types: &TypeMap,
    operation: &OperationDefinition,
    variables: &Variables,
) -> Result<(), Rejected> {
    for definition in &operation.variable_definitions {
        let definition = &definition.node;
        let name = &definition.name.node;
        let value = match variables.get(name) {
            Some(value) => value,
            None if definition.default_value.is_some() || definition.var_type.node.nullable => {
                continue;
            }
            None => {
                let ty = &definition.var_type.node;
                return Err(Rejected::invalid(format!(
                    "Variable \"${name}\" of type \"{ty}\" is missing"
                )));
            }
        };
        check(types, &definition.var_type.node, value).map_err(|wrong| {
            let path = wrong
                .path
                .iter()
                .rev()
                .fold(format!("${name}"), |path, part| format!("{path}.{part}"));
            Rejected::invalid(format!("Variable \"{path}\": {}", wrong.message))
        })?;
    }
    Ok(())
}

struct Wrong {
    /// From the inside out
    path: Vec<String>,
    message: String,
}

impl Wrong {
    fn expected(ty: &Type) -> Self {
        Self { path: Vec::new(), message: format!("\"{ty}\" is expected") }
    }

    fn below(mut self, part: impl ToString) -> Self {
        self.path.push(part.to_string());
        self
    }
}

fn check(types: &TypeMap, ty: &Type, value: &ConstValue) -> Result<(), Wrong> {
    match (&ty.base, value) {
        (_, ConstValue::Null) if ty.nullable => Ok(()),
        (_, ConstValue::Null) => Err(Wrong::expected(ty)),
        (BaseType::List(_), ConstValue::List(items)) if items.len() > MAX_ITEMS => Err(Wrong {
            path: Vec::new(),
            message: format!("a list has at most {MAX_ITEMS} items"),
        }),
        (BaseType::List(inner), ConstValue::List(items)) => items
            .iter()
            .enumerate()
            .try_for_each(|(at, item)| check(types, inner, item).map_err(|wrong| wrong.below(at))),
        // One item stands for a list of one.
        (BaseType::List(inner), single) => check(types, inner, single),
        (BaseType::Named(name), value) => named(types, ty, name, value),
    }
}

fn named(types: &TypeMap, ty: &Type, name: &str, value: &ConstValue) -> Result<(), Wrong> {
    let fits = match (name, value) {
        ("Int", ConstValue::Number(number)) => {
            number.as_i64().is_some_and(|n| i32::try_from(n).is_ok())
        }
        ("Float", ConstValue::Number(_))
        | ("String" | "ID", ConstValue::String(_))
        | ("Boolean", ConstValue::Boolean(_)) => true,
        ("ID", ConstValue::Number(number)) => number.is_i64(),
        ("Int" | "Float" | "String" | "Boolean" | "ID", _) => false,
        _ => return declared(types, ty, name, value),
    };
    if fits { Ok(()) } else { Err(Wrong::expected(ty)) }
}

fn declared(types: &TypeMap, ty: &Type, name: &str, value: &ConstValue) -> Result<(), Wrong> {
    match (types.input(name), value) {
        // Unknown types are the validator's to name; scalars check themselves.
        (None | Some(InputKind::Scalar), _) => Ok(()),
        (Some(InputKind::Enum(names)), ConstValue::Enum(given))
            if names.iter().any(|name| name == given.as_str()) =>
        {
            Ok(())
        }
        (Some(InputKind::Enum(names)), ConstValue::String(given)) if names.contains(given) => {
            Ok(())
        }
        (Some(InputKind::Enum(names)), _) => Err(Wrong {
            path: Vec::new(),
            message: format!("one of {} is expected", names.join(", ")),
        }),
        (Some(InputKind::Object(fields)), ConstValue::Object(given)) => {
            if let Some(unknown) = given.keys().find(|key| !fields.contains_key(key.as_str())) {
                let message = format!("\"{name}\" has no field of this name");
                return Err(Wrong { path: vec![unknown.to_string()], message });
            }
            for (field, ArgumentType { ty, defaulted }) in fields {
                match given.get(field.as_str()) {
                    Some(value) => check(types, ty, value).map_err(|wrong| wrong.below(field))?,
                    None if ty.nullable || *defaulted => {}
                    None => {
                        return Err(Wrong {
                            path: vec![field.clone()],
                            message: format!("\"{ty}\" is missing"),
                        });
                    }
                }
            }
            Ok(())
        }
        (Some(InputKind::Object(_)), _) => Err(Wrong::expected(ty)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SDL: &str = "
        scalar Money
        enum Sort { NEWEST OLDEST }
        input Point { x: Float! y: Float! }
        input Filter { near: Point sort: [Sort!] price: Money limit: Int! = 5 }
        type Query { shops(filter: Filter, first: Int): Int }";

    fn refusal(declared: &str, value: serde_json::Value) -> Option<String> {
        let document =
            async_graphql::parser::parse_query(format!("query($v: {declared}) {{ shops }}"))
                .expect("parses");
        let (_, operation) = document.operations.iter().next().expect("has an operation");
        let variables = Variables::from_json(json!({ "v": value }));
        check_variables(&TypeMap::read(SDL), &operation.node, &variables)
            .err()
            .map(|refused| refused.message)
    }

    #[test]
    fn right_values_pass() {
        for (ty, value) in [
            ("Int", json!(5)),
            ("Int", json!(null)),
            ("Float!", json!(5)),
            ("ID!", json!("x")),
            ("[Sort!]", json!("NEWEST")),
            ("Filter", json!({"near": {"x": 1, "y": 2.5}, "sort": ["OLDEST"], "price": "12.50"})),
        ] {
            assert_eq!(refusal(ty, value), None, "{ty}");
        }
    }

    #[test]
    fn wrong_values_are_named_with_their_path() {
        let told = |ty, value| refusal(ty, value).unwrap_or_default();
        assert!(told("Int", json!(1.5)).contains("\"Int\" is expected"));
        assert!(told("Int", json!(3_000_000_000_i64)).contains("\"Int\" is expected"));
        assert!(told("String!", json!(null)).contains("\"String!\" is expected"));
        assert!(told("Filter", json!({"near": {"x": 1}})).contains("$v.near.y"));
        assert!(told("Filter", json!({"sort": ["BEST"]})).contains("$v.sort.0"));
        assert!(told("Filter", json!({"colour": 1})).contains("$v.colour"));
    }
}
