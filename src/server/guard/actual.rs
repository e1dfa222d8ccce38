//! What an answer has cost, by the same rule as the estimate (`cost`): an object 2, a scalar 1, and
//! rows as often as they came.

use async_graphql::Value;

/// The cost of an answer's data. Introspection is not told from rows here: the estimate, which is
/// the most that an operation is charged, knows it.
pub fn actual_cost(data: &Value) -> u64 {
    match data {
        Value::Object(fields) => fields.values().map(of_field).sum(),
        _ => 0,
    }
}

fn of_field(value: &Value) -> u64 {
    match value {
        Value::Object(_) => 2 + actual_cost(value),
        Value::List(rows)
            if rows.iter().any(|row| matches!(row, Value::Object(_) | Value::List(_))) =>
        {
            rows.iter().map(of_field).sum()
        }
        // A list of scalars is one value, and so is a list without rows.
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cost(data: serde_json::Value) -> u64 {
        actual_cost(&Value::from_json(data).expect("a value"))
    }

    #[test]
    fn objects_are_2_scalars_1_and_rows_count_as_they_came() {
        assert_eq!(cost(json!({ "shop": { "name": "x" } })), 3);
        assert_eq!(cost(json!({ "shop": null })), 1);
        let row = json!({ "name": "x" });
        assert_eq!(
            cost(json!({ "shops": { "nodes": [row, row], "totalCount": 2 } })),
            2 + 2 * 3 + 1
        );
        assert_eq!(cost(json!({ "shops": { "nodes": [] } })), 2 + 1);
        assert_eq!(cost(json!({ "nodes": [row, null, row] })), 3 + 1 + 3);
        assert_eq!(cost(json!({ "tags": ["a", "b"], "a": true })), 2);
        assert_eq!(cost(json!(null)), 0);
    }
}
