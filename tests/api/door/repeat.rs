//! A document that is known to be valid runs without the validator: whatever comes of it must be
//! told byte for byte as it was the first time.

use super::{Answer, body, post};
use crate::support::{TestApp, on_one};
use serde_json::{Value, json};

async fn sent(app: &TestApp, query: &str, variables: &Value) -> (u16, String) {
    let request = post(app, body(query, variables.clone()));
    let answer = Answer::of(request.header("accept", "application/graphql-response+json")).await;
    (answer.status, answer.text)
}

/// Asks with variables before the document is known, makes it known with others, and asks again.
async fn alike(app: &TestApp, query: &str, good: Value, asked: &[Value]) {
    for (at, variables) in asked.iter().enumerate() {
        // Another text each time: a document that nobody has seen
        let query = format!("{query} # {at}");
        let first = sent(app, &query, variables).await;
        let known = sent(app, &query, &good).await;
        assert_eq!(known.0, 200, "{query} {good} {}", known.1);
        assert_eq!(sent(app, &query, variables).await, first, "{query} {variables}");
        assert_eq!(sent(app, &query, &good).await, known, "{query} {good}");
    }
}

#[tokio::test]
async fn wrong_variables_are_told_alike() {
    on_one(&[], async |app: &TestApp| {
        let search = "query($f: ListingFilter, $s: ListingSort! = NEWEST, $n: Int = 20) { listings(filter: $f, sort: $s, first: $n) { totalCount } }";
        alike(app, search, json!({}), &[
            json!({ "s": "BEST" }), json!({ "s": null }), json!({ "s": 5 }), json!({ "n": "x" }), json!({ "n": null }),
            json!({ "n": 0 }), json!({ "n": 5_000_000_000_i64 }), json!({ "f": null }), json!({ "f": {} }), json!({ "f": 5 }),
            json!({ "f": { "unknown": 5 } }), json!({ "f": { "text": null } }), json!({ "f": { "price": { "min": "x" } } }),
            json!({ "f": { "price": { "min": 1.5 } } }), json!({ "f": { "price": { "min": "9", "max": "1" } } }),
            json!({ "f": { "categoryId": "x" } }), json!({ "f": { "categoryId": 5 } }), json!({ "f": { "near": { "point": {}, "radiusMetres": 1 } } }),
            json!({ "f": { "near": { "point": { "latitude": 91, "longitude": 0 }, "radiusMetres": 1 } } }),
            json!({ "unknown": 5 }),
        ])
        .await;
    })
    .await;
}

#[tokio::test]
async fn missing_and_null_arguments_are_told_alike() {
    on_one(&[], async |app: &TestApp| {
        alike(app, "query($h: String!) { user(handle: $h) { id } }", json!({ "h": "rosa" }), &[
            json!({}), json!({ "h": null }), json!({ "h": 5 }), json!({ "h": ["rosa"] }), json!({ "h": "\u{0}" }),
        ])
        .await;
        // The position is not nullable: a default makes the variable fit, an explicit null does not.
        alike(app, "query($h: String = \"rosa\") { user(handle: $h) { id } }", json!({}), &[
            json!({ "h": null }), json!({ "h": "bruno" }),
        ])
        .await;
        alike(app, "query($ids: [ID!] = []) { nodes(ids: $ids) { id } }", json!({}), &[
            json!({ "ids": null }), json!({ "ids": "x" }), json!({ "ids": [null] }), json!({ "ids": vec!["x"; 101] }),
        ])
        .await;
        alike(app, "query($a: String = \"x\") { listings(filter: { text: $a }, after: $a) { totalCount } }", json!({ "a": null }), &[
            json!({}), json!({ "a": "x" }),
        ])
        .await;
    })
    .await;
}

#[tokio::test]
async fn inputs_of_mutations_are_told_alike() {
    on_one(&[], async |app: &TestApp| {
        let sign_up = "mutation($h: String!, $p: String!) { signUp(input: { displayName: \"\", handle: $h, password: $p }) { userErrors { code message field } } }";
        alike(app, sign_up, json!({ "h": "", "p": "" }), &[json!({ "h": null, "p": "" }), json!({ "h": "x" }), json!({ "h": 1, "p": 2 })]).await;
        let profile = "mutation($i: ProfileUpdateInput!) { profileUpdate(input: $i) { userErrors { code } } }";
        alike(app, profile, json!({ "i": {} }), &[
            json!({ "i": null }), json!({ "i": { "kind": "WIZARD" } }), json!({ "i": { "kind": null } }),
            json!({ "i": { "location": { "latitude": 1 } } }), json!({ "i": { "workImageIds": [null] } }), json!({ "i": { "headline": {} } }),
        ])
        .await;
    })
    .await;
}

#[tokio::test]
async fn directives_fragments_and_names_run_alike() {
    on_one(&[], async |app: &TestApp| {
        let skip = "query($s: Boolean! = false) { service { name @skip(if: $s) version ... @include(if: $s) { schemaHash } } }";
        alike(app, skip, json!({}), &[json!({ "s": true }), json!({ "s": null }), json!({ "s": "yes" }), json!({ "s": 1 })]).await;
        alike(app, "query A($x: Int) { a: service { ...f } b: service { name } listings(first: $x) { totalCount } } fragment f on Service { __typename name }",
            json!({}), &[json!({ "x": 5 }), json!({ "x": -1 })])
        .await;
    })
    .await;
}

#[tokio::test]
async fn documents_that_are_not_valid_are_told_alike_each_time() {
    on_one(&[], async |app: &TestApp| {
        for query in [
            "{ nope }",
            "{ user(handle: 5) { id } }",
            "{ listings(sort: BEST) { totalCount } }",
            "{ user { id } }",
            "{ service }",
            "{ service { name { x } } }",
            "query($a: Nothing) { __typename }",
            "{ a @unknown }",
            "{ ...f } fragment f on Nothing { id }",
            "{ user(handle: \"x\", handle: \"y\") { id } }",
            "{ listings(filter: { text: [1] }) { totalCount } }",
            "subscription { __typename }",
            "mutation { nope }",
            "{",
            "{ a(b: ) }",
            "query A { __typename } query A { __typename }",
        ] {
            let first = sent(app, query, &json!({})).await;
            assert_eq!(first.0, 400, "{query} {}", first.1);
            for _ in 0..2 {
                assert_eq!(sent(app, query, &json!({})).await, first, "{query}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_operation_is_validated_before_its_neighbour_makes_the_document_known() {
    on_one(&[], async |app: &TestApp| {
        let query =
            "query A { service { name } } query B($h: String!) { user(handle: $h) { nope } }";
        for name in ["A", "B"] {
            let answer = Answer::of(post(
                app,
                json!({ "query": query, "operationName": name, "variables": { "h": "x" } })
                    .to_string(),
            ))
            .await;
            assert_eq!(answer.code(), "GRAPHQL_VALIDATION_FAILED", "{name} {}", answer.text);
        }
        let both =
            "query A { service { name } } query B($n: Int!) { listings(first: $n) { totalCount } }";
        for (name, variables) in
            [("A", json!({})), ("B", json!({ "n": 5 })), ("A", json!({ "n": "x" }))]
        {
            let answer = Answer::of(post(
                app,
                json!({ "query": both, "operationName": name, "variables": variables }).to_string(),
            ))
            .await;
            assert_eq!(answer.json().get("errors"), None, "{name} {}", answer.text);
        }
    })
    .await;
}
