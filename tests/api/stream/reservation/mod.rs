//! Event streams of many operations: reserved, opened once, and fed by requests of their own. A file
//! a subject; here stands what they share.

mod end;
mod share;
mod status;
mod stranger;

use crate::door::Answer;
use crate::support::{Client, Events};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

pub const SERVICE: &str = "subscription { service { name } }";
/// Brings the reservation's token
const TOKEN: &str = "x-graphql-event-stream-token";

pub async fn reserve(client: &Client) -> String {
    let answer = Answer::of(client.request(Method::PUT, "/graphql")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.text.len() >= 32, "nobody guesses it: {}", answer.text);
    answer.text
}

/// A request that brings the token
pub fn with(client: &Client, method: Method, path: &str, token: &str) -> RequestBuilder {
    client.request(method, path).header(TOKEN, token)
}

pub fn opening(client: &Client, token: &str) -> RequestBuilder {
    with(client, Method::GET, "/graphql", token)
}

/// A reservation and its stream
pub async fn stream(client: &Client) -> (String, Events) {
    let token = reserve(client).await;
    let events = Events::open(opening(client, &token)).await;
    (token, events)
}

pub async fn start(
    client: &Client,
    token: &str,
    id: &str,
    query: &str,
    variables: Value,
) -> Answer {
    let extensions = json!({ "operationId": id });
    let body = json!({ "query": query, "variables": variables, "extensions": extensions });
    let request = with(client, Method::POST, "/graphql", token);
    Answer::of(request.header("content-type", "application/json").body(body.to_string())).await
}

pub async fn started(client: &Client, token: &str, id: &str, query: &str, variables: Value) {
    let answer = start(client, token, id, query, variables).await;
    assert_eq!((answer.status, answer.text.as_str()), (202, ""));
}

pub async fn stop(client: &Client, token: &str, id: &str) -> u16 {
    let path = format!("/graphql?operationId={id}");
    Answer::of(with(client, Method::DELETE, &path, token)).await.status
}

/// The data of the next result, which is this operation's
pub async fn data(events: &mut Events, id: &str) -> Value {
    let (last_event_id, mut result) = events.result_with_id().await;
    assert_eq!((&result["id"], last_event_id.as_str()), (&json!(id), ""), "{result:#}");
    assert_eq!(result["payload"]["errors"], Value::Null, "{result:#}");
    result["payload"]["data"].take()
}

/// The next event is the end of this operation.
pub async fn completes(events: &mut Events, id: &str) {
    let event = events.next().await.expect("an event");
    assert_eq!((event.kind.as_str(), event.data), ("complete", json!({ "id": id }).to_string()));
}
