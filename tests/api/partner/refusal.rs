//! What is not run, and why.

use super::{code, key, known, named, post, publish, within_a_second};
use crate::support::on_both;
use plaza::services::{DocumentNew, Retirement, documents_publish, documents_retire};
use reqwest::Method;
use serde_json::{Value, json};

const TEXT: &str = "query One($id: ID!, $first: Int) { node(id: $id) { id } listings(first: $first) { nodes { id } } }";

on_both! {
    async fn each_refusal_says_what_is_wrong(app: &TestApp) {
        let guest = app.guest();
        publish(&app.app, "shop", "one", TEXT).await;
        publish(&app.app, "other", "theirs", "query Theirs { service { name } }").await;
        known(&guest, "other", "theirs").await;
        let sha = |text: &str| plaza::app::hex(&<sha2::Sha256 as sha2::Digest>::digest(text));
        let hash = |hash: String| json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
        for (body, expected, said) in [
            (json!({ "documentId": "two" }), "PERSISTED_QUERY_NOT_IN_LIST", "for the client \"shop\""),
            (json!({ "documentId": "theirs" }), "PERSISTED_QUERY_NOT_IN_LIST", "for the client \"shop\""),
            (json!({ "documentId": "one", "query": "{ service { name } }" }), "DOCUMENT_MISMATCH", "another"),
            (json!({ "query": "{ service { name } }", "extensions": hash(sha("x")) }), "DOCUMENT_MISMATCH", "SHA-256"),
            (json!({ "documentId": "one", "extensions": hash(sha("x")) }), "BAD_REQUEST", "two documents"),
            (json!({ "extensions": { "persistedQuery": { "version": 2, "sha256Hash": "x" } } }), "BAD_REQUEST", "version"),
            (json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": 7 } } }), "BAD_REQUEST", "sha256Hash"),
            (json!({ "extensions": { "persistedQuery": [] } }), "BAD_REQUEST", "sha256Hash"),
            (json!({ "documentId": "" }), "BAD_REQUEST", "missing"),
            (json!({ "documentId": "one" }), "BAD_REQUEST", "$id"),
            (json!({ "documentId": "one", "variables": { "id": 1.5 } }), "BAD_REQUEST", "$id"),
            (json!({ "documentId": "one", "variables": { "id": "x", "first": "ten" } }), "BAD_REQUEST", "$first"),
            (json!({ "documentId": "one", "variables": { "id": "x", "first": 100_000 } }), "LIMIT_EXCEEDED", "costs at most"),
            (json!({ "documentId": "one", "operationName": "Two", "variables": { "id": "x" } }), "BAD_REQUEST", "no operation"),
        ] {
            let answer = post(&guest, "shop", body.clone()).await;
            assert_eq!(code(&answer), expected, "{body}\n{answer:#}");
            let message = answer["errors"][0]["message"].as_str().expect("a sentence");
            assert!(message.contains(said), "{body}: {message}");
        }
        let answer = post(&guest, "shop", json!({ "documentId": "one", "query": format!("{TEXT} # same"), "variables": { "id": "x" } })).await;
        assert_eq!(code(&answer), "", "the same text, laid out otherwise: {answer:#}");
    }
}

on_both! {
    async fn a_retired_document_says_so_and_may_come_back(app: &TestApp) {
        let guest = app.guest();
        publish(&app.app, "shop", "one", "query One { service { name } }").await;
        known(&guest, "shop", "one").await;
        let ask = || post(&guest, "shop", json!({ "documentId": "one" }));
        let one = Retirement::Ids(vec!["one".to_owned()]);
        documents_retire(&app.app, "shop", &one).await.expect("retires");
        within_a_second(ask, |answer| code(answer) == "DOCUMENT_RETIRED").await;
        let again = documents_retire(&app.app, "shop", &one).await;
        assert!(again.is_err(), "it is retired already");
        publish(&app.app, "shop", "one", "query One { service { name } }").await;
        within_a_second(ask, |answer| code(answer).is_empty()).await;
        // Under its id it stays what it is.
        let other = DocumentNew {
            document_id: "one".to_owned(),
            operation_name: "One".to_owned(),
            hash: [7; 32],
            body: "query One { service { version } }".to_owned(),
            cost: 3,
            sql_statements: None,
        };
        let changed = documents_publish(&app.app, "shop", &[other]).await;
        assert!(format!("{changed:?}").contains("never changes under its id"), "{changed:?}");
    }
}

on_both! {
    async fn ten_megabytes_of_variables_are_not_read(app: &TestApp) {
        publish(&app.app, "shop", "one", TEXT).await;
        known(&app.guest(), "shop", "one").await;
        let body = json!({ "documentId": "one", "variables": { "id": "x".repeat(10_000_000) } });
        let request = named(&app.guest(), "shop", Method::POST, "/graphql");
        let request = request.header("content-type", "application/json").body(body.to_string());
        let response = match request.send().await {
            Ok(response) => response,
            // The server need not read what it will not take.
            Err(err) => return assert!(err.is_request() || err.is_body(), "{err:?}"),
        };
        assert_eq!(response.status(), 413);
        let answer: Value = response.json().await.expect("JSON");
        assert!(answer["errors"][0]["message"].as_str().expect("a sentence").contains("at most 100000 bytes"));
        let answer = post(&app.guest(), "shop", json!({ "documentId": "one", "variables": { "id": "x" } })).await;
        assert_eq!(code(&answer), "", "and goes on");
    }
}

on_both! {
    async fn a_key_runs_the_documents_of_its_client_alone(app: &TestApp) {
        let person = app.member("elena").await;
        publish(&app.app, "erp", "own", "query Own { service { name } }").await;
        publish(&app.app, "shop", "theirs", "query Theirs { service { version } }").await;
        known(&app.guest(), "shop", "theirs").await;
        let (_, with_key) = key(&person, "erp", &["CATALOG_READ"]).await;
        for (name, body, expected) in [
            ("", json!({ "documentId": "own" }), ""),
            ("erp", json!({ "documentId": "own" }), ""),
            // What a header says is of no weight beside a key.
            ("shop", json!({ "documentId": "theirs" }), "PERSISTED_QUERY_NOT_IN_LIST"),
            ("", json!({ "documentId": "theirs" }), "PERSISTED_QUERY_NOT_IN_LIST"),
            ("", json!({ "query": "query Own { service { name } }" }), "PERSISTED_QUERY_ID_REQUIRED"),
            ("shop", json!({ "query": "{ service { name } }" }), "PERSISTED_QUERY_ID_REQUIRED"),
        ] {
            let answer = post(&with_key, name, body.clone()).await;
            assert_eq!(code(&answer), expected, "{name:?} {body}: {answer:#}");
        }
    }
}
