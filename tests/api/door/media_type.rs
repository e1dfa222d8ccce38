//! Media types, methods and status codes, by the GraphQL-over-HTTP specification.

use super::{Answer, body, get, post};
use crate::support::{TestApp, on_one};
use reqwest::Method;
use serde_json::{Value, json};

const JSON: &str = "application/json; charset=utf-8";
const RESPONSE: &str = "application/graphql-response+json; charset=utf-8";

#[tokio::test]
async fn the_status_tells_under_the_newer_type_and_only_malformed_requests_under_json() {
    let document = |query: &str| body(query, json!({}));
    let cases = [
        (document("{ __typename }"), 200, 200),
        // Executed, with an error in a field
        (document("{ __typename listings(first: 0) { totalCount } }"), 200, 200),
        // Well-formed, but can't be executed
        (document("{"), 200, 400),
        (document("{ nope }"), 200, 400),
        (document("query A { __typename } query B { __typename }"), 200, 400),
        (json!({ "query": "{ __typename }", "operationName": "C" }).to_string(), 200, 400),
        (
            body("query($n: Int) { listings(first: $n) { totalCount } }", json!({ "n": "x" })),
            200,
            400,
        ),
        (document(&"x ".repeat(2000)), 200, 400),
        // No well-formed request
        (json!({ "query": 1 }).to_string(), 400, 400),
        (json!({ "query": "{ __typename }", "variables": "x" }).to_string(), 400, 400),
        (json!({ "query": "{ __typename }", "variables": [] }).to_string(), 400, 400),
        (json!({ "query": "{ __typename }", "operationName": 1 }).to_string(), 400, 400),
        (json!({ "query": "{ __typename }", "extensions": "x" }).to_string(), 400, 400),
        (r#"{"query":"{ __typename }","query":"{ a }"}"#.to_owned(), 400, 400),
        (json!({ "query": "" }).to_string(), 400, 400),
        (json!({ "query": null }).to_string(), 400, 400),
        ("{}".to_owned(), 400, 400),
        ("null".to_owned(), 400, 400),
        ("\"query\"".to_owned(), 400, 400),
        ("{".to_owned(), 400, 400),
        (String::new(), 400, 400),
    ];
    on_one(&[], async |app: &TestApp| {
        for (body, under_json, under_response) in cases {
            for (accept, kind, status) in [
                (None, JSON, under_json),
                (Some("application/json"), JSON, under_json),
                (Some("*/*"), JSON, under_json),
                (Some("application/graphql-response+json"), RESPONSE, under_response),
                (
                    Some("application/json;q=0.9, application/graphql-response+json"),
                    RESPONSE,
                    under_response,
                ),
            ] {
                let request = post(app, body.clone());
                let request = accept
                    .into_iter()
                    .fold(request, |request, kind| request.header("accept", kind));
                let answer = Answer::of(request).await;
                assert_eq!(answer.status, status, "{accept:?} {body:.80} {}", answer.text);
                assert_eq!(answer.header("content-type"), kind);
                assert_eq!(answer.header("cache-control"), "no-store");
                let errors = answer.json()["errors"].clone();
                assert!(errors.is_null() || errors[0]["message"].is_string(), "{errors:#}");
                assert!(
                    errors.is_null() || errors[0]["extensions"]["code"].is_string(),
                    "{errors:#}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn refusals_say_what_a_request_looks_like() {
    on_one(&[], async |app: &TestApp| {
        for (body, told) in [
            ("", "JSON object with \"query\""),
            ("[]", "batches are refused"),
            (r#" [{"query":"{ __typename }"}]"#, "batches are refused"),
            ("{}", "\"query\" is missing"),
            (r#"{"query":1}"#, "expected a string"),
            (r#"{"query":"{ __typename }","variables":"{}"}"#, "expected a map"),
            (r#"{"query":"{ __typename }"} x"#, "trailing characters"),
        ] {
            let answer = Answer::of(post(app, body)).await;
            assert_eq!((answer.status, answer.code().as_str()), (400, "BAD_REQUEST"), "{body}");
            assert!(answer.message().contains(told), "{body}: {}", answer.message());
        }
        let latin = Answer::of(post(app, b"{\"query\":\"{ a # caf\xe9\\n}\"}".to_vec())).await;
        assert_eq!(latin.status, 400, "JSON is UTF-8");
    })
    .await;
}

#[tokio::test]
async fn what_nobody_here_writes_is_not_acceptable() {
    on_one(&[], async |app: &TestApp| {
        for accept in ["text/html", "application/xml", "image/*", "application/json;q=0"] {
            let answer =
                Answer::of(post(app, body("{ __typename }", json!({}))).header("accept", accept))
                    .await;
            assert_eq!(answer.status, 406, "{accept}");
            assert!(answer.message().contains("application/graphql-response+json"));
        }
        for accept in ["application/*", "APPLICATION/JSON", "text/html, */*;q=0.1", ""] {
            let answer =
                Answer::of(post(app, body("{ __typename }", json!({}))).header("accept", accept))
                    .await;
            assert_eq!((answer.status, answer.header("content-type")), (200, JSON), "{accept}");
        }
    })
    .await;
}

#[tokio::test]
async fn queries_may_come_by_get() {
    on_one(&[], async |app: &TestApp| {
        let query = "query A($h: String!) { user(handle: $h) { handle } } query B { __typename }";
        let answer = Answer::of(get(
            app,
            &[
                ("query", query),
                ("operationName", "A"),
                ("variables", r#"{"h":"ñandú & co"}"#),
                ("other", "x"),
            ],
        ))
        .await;
        assert_eq!((answer.status, answer.json()["data"].clone()), (200, json!({ "user": null })));
        let plain = Answer::of(get(
            app,
            &[("query", "{ __typename }"), ("variables", ""), ("extensions", "")],
        ))
        .await;
        assert_eq!(plain.status, 200, "empty parameters are left out: {}", plain.text);
        for (parameters, told) in [
            (&[][..], "\"query\" is missing"),
            (&[("query", "")][..], "\"query\" is missing"),
            (
                &[("query", "{ __typename }"), ("variables", "[]")][..],
                "\"variables\" is a JSON object",
            ),
            (
                &[("query", "{ __typename }"), ("variables", "{")][..],
                "\"variables\" is a JSON object",
            ),
            (
                &[("query", "{ __typename }"), ("extensions", "1")][..],
                "\"extensions\" is a JSON object",
            ),
        ] {
            let answer = Answer::of(get(app, parameters)).await;
            assert_eq!(answer.status, 400, "{parameters:?}");
            assert!(answer.message().contains(told), "{}", answer.message());
        }
    })
    .await;
}

#[tokio::test]
async fn a_mutation_by_get_is_refused_and_does_nothing() {
    on_one(&[], async |app: &TestApp| {
        let sign_up = r#"mutation { signUp(input: { displayName: "Rosa", handle: "rosa", email: "rosa@correo.ni",
            password: "volcán masaya brilla" }) { userErrors { message } } }"#;
        let named = format!("query Harmless {{ __typename }} {}", sign_up.replacen("mutation", "mutation Harm", 1));
        for (accept, parameters) in [
            ("application/json", vec![("query", sign_up)]),
            ("application/graphql-response+json", vec![("query", sign_up)]),
            ("text/event-stream", vec![("query", sign_up)]),
            ("application/json", vec![("query", named.as_str()), ("operationName", "Harm")]),
        ] {
            let answer = Answer::of(get(app, &parameters).header("accept", accept)).await;
            assert_eq!(answer.status, 405, "{accept}");
            assert_eq!(answer.header("allow"), "POST");
            assert!(answer.message().contains("by POST"));
        }
        let seen = app.guest().ask(r#"{ user(handle: "rosa") { id } }"#, json!({})).await;
        assert_eq!(seen["user"], Value::Null);
        let harmless = Answer::of(get(app, &[("query", &named), ("operationName", "Harmless")])).await;
        assert_eq!(harmless.status, 200, "what is not meant is not executed");
    })
    .await;
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    on_one(&[], async |app: &TestApp| {
        for method in [Method::PATCH, Method::OPTIONS, Method::HEAD] {
            let request = app.guest().request(method.clone(), "/graphql?query=%7B__typename%7D");
            let request = request.header("content-type", "application/json");
            let answer = Answer::of(request.body(body("{ __typename }", json!({})))).await;
            assert_eq!(answer.status, 405, "{method}");
            assert_eq!(answer.header("allow"), "GET, POST, PUT, DELETE");
        }
    })
    .await;
}

#[tokio::test]
async fn a_browser_that_opens_the_address_is_shown_to_graphiql() {
    on_one(&[], async |app: &TestApp| {
        let browser = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("builds");
        let accept = "text/html,application/xhtml+xml,application/xml;q=0.9";
        let request = browser.get(format!("{}/graphql", app.url)).header("accept", accept);
        let answer = Answer::of(request).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/"));
        let page = Answer::of(browser.get(&app.url).header("accept", accept)).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    })
    .await;
}
