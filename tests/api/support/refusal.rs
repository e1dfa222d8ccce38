//! Reads the `userErrors` of a payload.

use serde_json::Value;

/// Code and field of each refusal, as `CODE a.b`; `CODE` alone where the whole input is at fault
pub fn refusals(payload: &Value) -> Vec<String> {
    let errors = payload["userErrors"]
        .as_array()
        .unwrap_or_else(|| panic!("a payload with code and field was expected: {payload:#}"));
    errors
        .iter()
        .map(|error| {
            let code = error["code"].as_str().expect("a code");
            let field = error["field"].as_array().expect("a path");
            let path: Vec<_> = field.iter().filter_map(Value::as_str).collect();
            format!("{code} {}", path.join(".")).trim_end().to_owned()
        })
        .collect()
}

/// The sentence about a field (`a.b`; empty for the whole input)
pub fn message(payload: &Value, field: &str) -> String {
    let parts: Vec<_> = field.split('.').filter(|part| !part.is_empty()).collect();
    let errors = payload["userErrors"].as_array().into_iter().flatten();
    let mut about = errors.filter(|error| error["field"] == serde_json::json!(parts));
    let found = about.next().unwrap_or_else(|| panic!("nothing about {field:?}: {payload:#}"));
    found["message"].as_str().expect("a sentence").to_owned()
}
