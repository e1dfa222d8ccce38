//! What answering an operation may cost, computed before it runs.
//!
//! An object costs 2, a scalar 1. What is below a list counts as often as the list may have rows:
//! `first` or `last`, also when they come from variables; 20 for a connection that does not say;
//! the number of ids for `nodes`; 5 for other lists. Introspection costs nothing: it reads no rows.

use super::Rejected;
use super::types::{FieldType, TypeMap};
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Variables};
use async_graphql_value::{ConstValue, Value};

/// Most that an operation may cost
const MAX_COST: u64 = 5000;
/// Refuses what may cost more.
pub fn check_cost(cost: u64) -> Result<(), Rejected> {
    if cost <= MAX_COST {
        return Ok(());
    }
    let told = if cost >= 1_000_000 { "far more".to_owned() } else { cost.to_string() };
    let message = format!(
        "An operation costs at most {MAX_COST}; this one may cost {told}. Ask for fewer rows or fields"
    );
    Err(Rejected::limit(message))
}

/// Rows of a connection that does not say
const DEFAULT_ROWS: u64 = 20;
/// Rows of a list that has no size argument
const PLAIN_ROWS: u64 = 5;
/// Sums stop growing here
const CEILING: u64 = 1_000_000_000;

/// The cost of an operation as a formula over its variables
#[derive(Clone, Debug)]
pub struct Cost {
    sum: u64,
    terms: Vec<(Factor, Cost)>,
}

/// How often something counts, where variables decide
#[derive(Clone, Debug)]
enum Factor {
    /// What `first` and `last` say: the larger, where both do
    Page([Size; 2]),
    /// The length of the list in this variable, or of its default
    Length(Name, u64),
}

/// What `first` or `last` says
#[derive(Clone, Debug)]
enum Size {
    /// Nothing, or null
    Unsaid,
    /// Written in the document
    Written(u64),
    /// In this variable, or its default. An explicit null says nothing.
    Variable(Name, Option<u64>),
}

impl Size {
    fn with(&self, variables: &Variables) -> Option<u64> {
        match self {
            Self::Unsaid => None,
            Self::Written(rows) => Some(*rows),
            Self::Variable(name, default) => match variables.get(name) {
                Some(value) => number(value),
                None => *default,
            },
        }
    }
}

impl Factor {
    fn with(&self, variables: &Variables) -> u64 {
        match self {
            Self::Page([first, last]) => {
                first.with(variables).max(last.with(variables)).unwrap_or(DEFAULT_ROWS)
            }
            Self::Length(name, default) => variables.get(name).map_or(*default, length),
        }
    }
}

impl Cost {
    /// The formula of an operation.
    pub fn of(
        types: &TypeMap,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
    ) -> Self {
        let root = match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let defaults = operation
            .variable_definitions
            .iter()
            .filter_map(|definition| {
                Some((&definition.node.name.node, definition.node.default_value()?))
            })
            .collect();
        let walk = Walk { types, document, defaults };
        let mut cost = walk.selections(&operation.selection_set.node, root, &Rows::Fixed(1));
        cost.sum = cost.sum.min(CEILING);
        cost
    }

    /// The number that these variables make of the formula.
    pub fn with(&self, variables: &Variables) -> u64 {
        let terms = self.terms.iter().map(|(factor, cost)| {
            let rows = factor.with(variables);
            rows.saturating_mul(cost.with(variables))
        });
        terms.fold(self.sum, |sum, term| sum.saturating_add(term).min(CEILING))
    }

    fn fixed(sum: u64) -> Self {
        Self { sum, terms: Vec::new() }
    }

    fn add(&mut self, other: Self) {
        self.sum = (self.sum + other.sum).min(CEILING);
        self.terms.extend(other.terms);
    }

    fn times(self, rows: &Rows) -> Self {
        match rows {
            Rows::Fixed(1) => self,
            Rows::Fixed(rows) => Self {
                sum: self.sum.saturating_mul(*rows).min(CEILING),
                terms: self
                    .terms
                    .into_iter()
                    .map(|(factor, cost)| (factor, cost.times(&Rows::Fixed(*rows))))
                    .collect(),
            },
            Rows::Variable(factor) => Self { sum: 0, terms: vec![(factor.clone(), self)] },
        }
    }
}

/// How often something counts
#[derive(Clone)]
enum Rows {
    Fixed(u64),
    Variable(Factor),
}

struct Walk<'a> {
    types: &'a TypeMap,
    document: &'a ExecutableDocument,
    defaults: Vec<(&'a Name, &'a ConstValue)>,
}

impl Walk<'_> {
    /// `rows`: how many rows the connection that these fields belong to has
    fn selections(&self, set: &SelectionSet, parent: &str, rows: &Rows) -> Cost {
        let mut cost = Cost::fixed(0);
        for selection in &set.items {
            cost.add(match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent, rows),
                Selection::InlineFragment(inline) => {
                    let on = inline
                        .node
                        .type_condition
                        .as_ref()
                        .map_or(parent, |on| on.node.on.node.as_str());
                    self.selections(&inline.node.selection_set.node, on, rows)
                }
                // A ring of fragments never gets here: its shape is refused.
                Selection::FragmentSpread(spread) => {
                    match self.document.fragments.get(&spread.node.fragment_name.node) {
                        Some(fragment) => {
                            let on = fragment.node.type_condition.node.on.node.as_str();
                            self.selections(&fragment.node.selection_set.node, on, rows)
                        }
                        None => Cost::fixed(0),
                    }
                }
            });
        }
        cost
    }

    fn field(&self, field: &Field, parent: &str, rows: &Rows) -> Cost {
        let name = field.name.node.as_str();
        if name.starts_with("__") {
            return Cost::fixed(u64::from(name == "__typename"));
        }
        // Unknown fields are the validator's to name.
        let Some(ty) = self.types.field(parent, name) else { return Cost::fixed(1) };
        if !ty.composite {
            return Cost::fixed(1);
        }
        let connection = ty.name.ends_with("Connection");
        let (times, below) = if connection {
            (Rows::Fixed(1), self.rows(field).unwrap_or(Rows::Fixed(DEFAULT_ROWS)))
        } else if ty.list && parent.ends_with("Connection") {
            (rows.clone(), Rows::Fixed(1))
        } else {
            (self.list_rows(field, ty), Rows::Fixed(1))
        };
        let mut cost = Cost::fixed(2);
        cost.add(self.selections(&field.selection_set.node, &ty.name, &below));
        cost.times(&times)
    }

    fn list_rows(&self, field: &Field, ty: &FieldType) -> Rows {
        if !ty.list {
            return Rows::Fixed(1);
        }
        if let Some(ids) = field.get_argument("ids") {
            return match &ids.node {
                Value::List(items) => Rows::Fixed(items.len() as u64),
                Value::Variable(name) => {
                    let default = self.default(name).map_or(1, length);
                    Rows::Variable(Factor::Length(name.clone(), default))
                }
                _ => Rows::Fixed(1),
            };
        }
        self.rows(field).unwrap_or(Rows::Fixed(PLAIN_ROWS))
    }

    /// What `first` and `last` say, where there is either
    fn rows(&self, field: &Field) -> Option<Rows> {
        let said = [field.get_argument("first"), field.get_argument("last")];
        if said.iter().all(Option::is_none) {
            return None;
        }
        let sizes = said.map(|value| match value.map(|value| &value.node) {
            Some(Value::Number(number)) => Size::Written(number.as_u64().unwrap_or(0)),
            Some(Value::Variable(name)) => {
                Size::Variable(name.clone(), self.default(name).and_then(number))
            }
            _ => Size::Unsaid,
        });
        let varies = sizes.iter().any(|size| matches!(size, Size::Variable(..)));
        let factor = Factor::Page(sizes);
        Some(if varies {
            Rows::Variable(factor)
        } else {
            Rows::Fixed(factor.with(&Variables::default()))
        })
    }

    fn default(&self, variable: &Name) -> Option<&ConstValue> {
        self.defaults.iter().find(|(name, _)| *name == variable).map(|found| found.1)
    }
}

/// Items of a list; one stands for a list of one
fn length(value: &ConstValue) -> u64 {
    match value {
        ConstValue::List(items) => items.len() as u64,
        _ => 1,
    }
}

fn number(value: &ConstValue) -> Option<u64> {
    match value {
        ConstValue::Number(number) => Some(number.as_u64().unwrap_or(0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SDL: &str = "
        type Query { shops(first: Int, last: Int): ShopConnection! shop: Shop nodes(ids: [ID!]!): [Shop]! }
        type ShopConnection { nodes: [Shop!]! edges: [ShopEdge!]! totalCount: Int! }
        type ShopEdge { cursor: String! node: Shop! }
        type Shop { name: String! hours: [Hours!]! shops(first: Int): ShopConnection! }
        type Hours { day: String! }";

    fn cost(query: &str, variables: serde_json::Value) -> u64 {
        let document = async_graphql::parser::parse_query(query).expect("parses");
        let (_, operation) = document.operations.iter().next().expect("has an operation");
        Cost::of(&TypeMap::read(SDL), &document, &operation.node)
            .with(&Variables::from_json(variables))
    }

    #[test]
    fn objects_are_2_and_scalars_1() {
        assert_eq!(cost("{ shop { name } }", json!({})), 3);
        assert_eq!(cost("{ shop { ...f } } fragment f on Shop { name }", json!({})), 3);
    }

    #[test]
    fn lists_count_as_often_as_they_may_have_rows() {
        assert_eq!(
            cost("{ shops(first: 10) { nodes { name } totalCount } }", json!({})),
            2 + 10 * 3 + 1
        );
        assert_eq!(cost("{ shops { nodes { name } } }", json!({})), 2 + 20 * 3);
        assert_eq!(cost("{ shop { hours { day } } }", json!({})), 2 + 5 * 3);
        assert_eq!(
            cost("{ shops(last: 3) { edges { node { name } } } }", json!({})),
            2 + 3 * (2 + 3)
        );
    }

    #[test]
    fn null_and_two_sizes_count_as_the_list_takes_them() {
        let page = |rows: u64| 2 + rows * 3;
        let query = "query($f: Int = 1, $l: Int) { shops(first: $f, last: $l) { nodes { name } } }";
        assert_eq!(cost(query, json!({})), page(1));
        assert_eq!(cost(query, json!({"f": null})), page(20));
        assert_eq!(cost(query, json!({"f": null, "l": 90})), page(90));
        assert_eq!(cost(query, json!({"f": 9, "l": 90})), page(90));
        assert_eq!(cost("{ shops(first: null, last: 7) { nodes { name } } }", json!({})), page(7));
        let ids = "query($ids: [ID!]! = [\"a\", \"b\"]) { nodes(ids: $ids) { name } }";
        assert_eq!(cost(ids, json!({})), 2 * 3);
        assert_eq!(cost(ids, json!({"ids": "a"})), 3);
    }

    #[test]
    fn sizes_from_variables_count_too() {
        let query = "query($n: Int = 2, $ids: [ID!]!) { shops(first: $n) { nodes { shops(first: $n) { nodes { name } } } } nodes(ids: $ids) { name } }";
        let inner = |n: u64| 2 + n * (2 + 2 + n * 3);
        assert_eq!(cost(query, json!({"n": 4, "ids": ["a", "b"]})), inner(4) + 2 * 3);
        assert_eq!(cost(query, json!({"ids": []})), inner(2));
        assert_eq!(cost(query, json!({"n": 1_000_000, "ids": []})), CEILING);
    }
}
