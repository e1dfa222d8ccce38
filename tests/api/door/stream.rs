//! Event streams: one operation a connection, `next` for each result, `complete` at the end.

use super::{Answer, body, get, post};
use crate::support::{Backend, Client, Events, TestApp, on_one};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::time::Duration;

const FOLLOW: &str = "subscription { service { name version schemaHash } }";
/// What stops by then does not wait for connections to be cut
const SOON: Duration = Duration::from_secs(10);

fn follow(client: &Client) -> RequestBuilder {
    let request =
        client.request(Method::POST, "/graphql").header("content-type", "application/json");
    request.body(body(FOLLOW, json!({})))
}

#[tokio::test]
async fn a_subscription_tells_its_state_at_once_whatever_encoding_is_asked_for() {
    on_one(&[], async |app: &TestApp| {
        for encoding in ["", "gzip", "br, gzip, zstd"] {
            let mut events =
                Events::open(follow(&app.guest()).header("accept-encoding", encoding)).await;
            let result = events.result().await;
            assert_eq!(result["data"]["service"]["name"], "Plaza");
            let asked = app.guest().ask("{ service { name version schemaHash } }", json!({})).await;
            assert_eq!(result["data"], asked);
            assert_eq!(result.get("errors"), None);
        }
    })
    .await;
}

#[tokio::test]
async fn an_event_source_of_a_browser_can_follow_by_get() {
    on_one(&[], async |app: &TestApp| {
        let mut events = Events::open(get(app, &[("query", FOLLOW)])).await;
        assert_eq!(events.result().await["data"]["service"]["name"], "Plaza");
    })
    .await;
}

#[tokio::test]
async fn the_stream_is_written_as_browsers_read_it() {
    on_one(&[], async |app: &TestApp| {
        let query = post(app, body("{ __typename }", json!({})));
        let answer = Answer::of(query.header("accept", "text/event-stream")).await;
        let cost = json!({ "estimated": 1, "actual": 1 });
        let result = json!({ "data": { "__typename": "Query" }, "extensions": { "cost": cost } });
        // Something comes at once, and `complete` has a line of data: it would be passed over without.
        let written = format!(":\n\nevent: next\ndata: {result}\n\nevent: complete\ndata: \n\n");
        assert_eq!(answer.text, written);
    })
    .await;
}

#[tokio::test]
async fn a_query_is_one_result() {
    on_one(&[], async |app: &TestApp| {
        let mut events = Events::open(post(
            app,
            body("query($h: String!) { user(handle: $h) { id } }", json!({ "h": "a\nb" })),
        ))
        .await;
        assert_eq!(events.result().await["data"], json!({ "user": null }));
        events.completes().await;
        let mut events =
            Events::open(post(app, body("{ listings(first: 0) { totalCount } }", json!({})))).await;
        let result = events.result().await;
        assert_eq!(
            (&result["data"], &result["errors"][0]["extensions"]["code"]),
            (&Value::Null, &json!("OUT_OF_RANGE"))
        );
        events.completes().await;
    })
    .await;
}

#[tokio::test]
async fn a_mutation_is_one_result_and_done_once() {
    on_one(&[], async |app: &TestApp| {
        let query = r#"mutation { signUp(input: { displayName: "Rosa", handle: "rosa", email: "rosa@correo.ni",
            password: "volcán masaya brilla" }) { viewer { user { handle } } userErrors { code } } }"#;
        let mut events = Events::open(post(app, body(query, json!({})))).await;
        assert_eq!(events.result().await["data"]["signUp"]["viewer"]["user"]["handle"], "rosa");
        events.completes().await;
    })
    .await;
}

#[tokio::test]
async fn what_can_not_be_executed_is_told_as_a_result() {
    on_one(&[], async |app: &TestApp| {
        for (query, variables, code) in [
            ("subscription {", json!({}), "GRAPHQL_PARSE_FAILED"),
            ("subscription { nope }", json!({}), "GRAPHQL_VALIDATION_FAILED"),
            ("subscription { service { nope } }", json!({}), "GRAPHQL_VALIDATION_FAILED"),
            ("{ nope }", json!({}), "GRAPHQL_VALIDATION_FAILED"),
            ("query($n: Int!) { listings(first: $n) { totalCount } }", json!({}), "BAD_REQUEST"),
            ("query A { __typename } query B { __typename }", json!({}), "BAD_REQUEST"),
            ("{ ...a } fragment a on Query { ...a }", json!({}), "BAD_REQUEST"),
            (
                &format!("subscription {{ service {{ {} }} }}", "name ".repeat(1000)),
                json!({}),
                "LIMIT_EXCEEDED",
            ),
        ] {
            // By the protocol: an EventSource could not read the body of a 400.
            let mut events = Events::open(post(app, body(query, variables))).await;
            let result = events.result().await;
            assert_eq!(result["errors"][0]["extensions"]["code"], code, "{query:.100}");
            assert_eq!(result.get("data"), None, "{query:.100}");
            events.completes().await;
        }
    })
    .await;
}

#[tokio::test]
async fn requests_that_are_none_and_tokens_that_are_not_good_get_their_status() {
    on_one(&[], async |app: &TestApp| {
        for (request, status) in [
            (post(app, "["), 400),
            (post(app, "{}"), 400),
            (follow(&app.guest().with_token("x")), 401),
            (app.guest().request(Method::POST, "/graphql").body("x"), 415),
        ] {
            let answer = Answer::of(request.header("accept", "text/event-stream")).await;
            assert_eq!(answer.status, status);
            assert!(answer.header("content-type").starts_with("application/json"));
            assert!(!answer.message().is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn a_subscription_without_a_stream_is_told_how_to_follow() {
    on_one(&[], async |app: &TestApp| {
        for accept in ["application/json", "application/graphql-response+json", "*/*"] {
            let answer =
                Answer::of(post(app, body(FOLLOW, json!({}))).header("accept", accept)).await;
            assert_eq!(answer.status, 406);
            assert!(
                answer.message().contains("send Accept: text/event-stream"),
                "{}",
                answer.message()
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_stream_completes_when_the_server_stops_and_does_not_keep_it() {
    let app = TestApp::start(Backend::Sqlite).await;
    let mut streams = Vec::new();
    for _ in 0..3 {
        let mut events = Events::open(follow(&app.guest())).await;
        events.result().await;
        streams.push(events);
    }
    // One that nobody reads must not hold the server either.
    let unread = Events::open(follow(&app.guest())).await;
    tokio::time::timeout(SOON, app.finish()).await.expect("well before connections are cut");
    for events in streams {
        events.completes().await;
    }
    drop(unread);
}

#[tokio::test]
async fn a_stream_completes_when_its_token_ends() {
    on_one(&[], async |app: &TestApp| {
        let rosa = app.member("rosa").await;
        app.pass_seconds(15 * 60 - 1);
        let mut events = Events::open(follow(&rosa)).await;
        events.result().await;
        events.completes().await;
        let mut guests = Events::open(follow(&app.guest())).await;
        guests.result().await;
    })
    .await;
}
