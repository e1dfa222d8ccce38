//! Mutations, shortly: those that take an `input`, and those that take an id.

use super::Client;
use serde_json::{Value, json};

impl Client {
    /// The payload of a mutation that takes an `input`, with `select` and its refusals.
    pub async fn mutate(&self, mutation: &str, input: Value, select: &str) -> Value {
        let (query, variables) = of_input(mutation, input, select);
        self.ask(&query, variables).await[mutation].clone()
    }

    /// The payload of a mutation that takes an `id`, with `select` and its refusals.
    pub async fn mutate_id(&self, mutation: &str, id: &str, select: &str) -> Value {
        let query = format!(
            "mutation($id: ID!) {{ {mutation}(id: $id) {{ {select} userErrors {{ code message field }} }} }}"
        );
        self.ask(&query, json!({ "id": id })).await[mutation].clone()
    }
}

/// Document and variables of a mutation that takes an `input`
pub fn of_input(mutation: &str, input: Value, select: &str) -> (String, Value) {
    let mut letters = mutation.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase()).expect("a mutation's name");
    let query = format!(
        "mutation($i: {first}{}Input!) {{ {mutation}(input: $i) {{ {select} userErrors {{ code message field }} }} }}",
        letters.as_str()
    );
    (query, json!({ "i": input }))
}

/// The refusal of a payload that must hold one: code, field and sentence
pub fn refused(payload: &Value) -> (String, String) {
    let refusals = super::refusals(payload);
    let [refusal] = refusals.as_slice() else { panic!("one refusal was expected: {payload:#}") };
    let told = payload["userErrors"][0]["message"].as_str().expect("a sentence").to_owned();
    (refusal.clone(), told)
}

/// The payload of a mutation that must go well
pub fn done(payload: Value) -> Value {
    assert_eq!(payload["userErrors"], json!([]), "no refusal was expected");
    payload
}
