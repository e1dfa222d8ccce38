//! What is not right is told by a status of its own, and nothing of it runs.

use super::{SERVICE, data, opening, start, started, stream, with};
use crate::door::Answer;
use crate::support::{Client, on_one};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

fn post(client: &Client, token: &str, body: String) -> RequestBuilder {
    let request = with(client, Method::POST, "/graphql", token);
    request.header("content-type", "application/json").body(body)
}

/// A body that starts an operation with this id
fn operation(id: Value) -> String {
    json!({ "query": SERVICE, "extensions": { "operationId": id } }).to_string()
}

/// An operation by GET, with the id `get`
fn get(client: &Client, token: &str, query: &str) -> RequestBuilder {
    let mut parameters = url::form_urlencoded::Serializer::new(String::new());
    parameters.append_pair("query", query);
    parameters.append_pair("extensions", "{\"operationId\":\"get\"}");
    with(client, Method::GET, &format!("/graphql?{}", parameters.finish()), token)
}

/// Asks for the stream, and for nothing else
fn wanting(request: RequestBuilder) -> RequestBuilder {
    request.header("accept", "text/event-stream")
}

async fn refused(requests: Vec<(RequestBuilder, u16, &str)>) {
    for (request, status, code) in requests {
        let shown = format!("{request:?}");
        let answer = Answer::of(request).await;
        let told = (answer.status, answer.code());
        assert_eq!(told, (status, code.to_owned()), "{} {shown}", answer.text);
        assert!(answer.header("content-type").starts_with("application/json"), "{shown}");
    }
}

#[tokio::test]
async fn a_token_that_is_unknown_and_an_id_that_is_taken() {
    on_one(&[], async |app| {
        let guest = app.guest();
        let (token, mut events) = stream(&guest).await;
        started(&guest, &token, "1", SERVICE, json!({})).await;
        data(&mut events, "1").await;
        let delete = |path: &str, token: &str| with(&guest, Method::DELETE, path, token);
        let stop = "/graphql?operationId=1";
        let mut requests = vec![
            (post(&guest, "unknown", operation(json!("2"))), 404, "NOT_FOUND"),
            (wanting(opening(&guest, "unknown")), 404, "NOT_FOUND"),
            (delete(stop, "unknown"), 404, "NOT_FOUND"),
            (guest.request(Method::DELETE, stop), 404, "NOT_FOUND"),
            (wanting(opening(&guest, &token)), 409, "CONFLICT"),
            (post(&guest, &token, operation(json!("1"))), 409, "CONFLICT"),
            (delete("/graphql", &token), 400, "BAD_REQUEST"),
            (post(&guest, &token, json!({ "query": SERVICE }).to_string()), 400, "BAD_REQUEST"),
        ];
        for id in [json!(""), json!(7), json!("x".repeat(129))] {
            requests.push((post(&guest, &token, operation(id)), 400, "BAD_REQUEST"));
        }
        refused(requests).await;
        events.is_silent().await;
    })
    .await;
}

#[tokio::test]
async fn a_request_that_is_none_is_told_as_without_a_stream() {
    on_one(&[], async |app| {
        let guest = app.guest();
        let (token, mut events) = stream(&guest).await;
        let put = || guest.request(Method::PUT, "/graphql");
        let fine = || post(&guest, &token, operation(json!("1")));
        let bare = || with(&guest, Method::POST, "/graphql", &token);
        // What a page of another origin could send, did it know the token
        let form = guest.request(Method::POST, &format!("/graphql?token={token}"));
        let form = form.header("content-type", "application/x-www-form-urlencoded");
        let sign_out = "mutation { signOut { userErrors { code } } }";
        refused(vec![
            (post(&guest, &token, "[".to_owned()), 400, "BAD_REQUEST"),
            (get(&guest, &token, sign_out), 405, "BAD_REQUEST"),
            (with(&guest, Method::PATCH, "/graphql", &token), 405, "BAD_REQUEST"),
            (fine().header("accept", "text/html"), 406, "BAD_REQUEST"),
            (put().header("accept", "application/json"), 406, "BAD_REQUEST"),
            (fine().header("content-encoding", "gzip"), 415, "BAD_REQUEST"),
            (bare().header("content-type", "text/plain"), 415, "BAD_REQUEST"),
            (form, 415, "BAD_REQUEST"),
            (wanting(bare()), 415, "BAD_REQUEST"),
            (put().bearer_auth("x"), 401, "UNAUTHENTICATED"),
            (fine().bearer_auth("x"), 401, "UNAUTHENTICATED"),
        ])
        .await;
        let invalid = start(&guest, &token, "1", "subscription { nonsense }", json!({})).await;
        assert_eq!((invalid.status, invalid.code().as_str()), (400, "GRAPHQL_VALIDATION_FAILED"));
        events.is_silent().await;
        assert_eq!(Answer::of(get(&guest, &token, "{ service { name } }")).await.status, 202);
        assert_eq!(data(&mut events, "get").await["service"]["name"], "Plaza");
    })
    .await;
}
