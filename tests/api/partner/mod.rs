//! Documents that were published, and keys of partners: over HTTP, streams and sockets.
//!
//! - `place`: each place of an id, each mode, over each transport
//! - `format`: each format that a build writes
//! - `safelist`: texts that mean the same, and texts that don't
//! - `refusal`: what is not run, and why
//! - `automatic`: documents that clients register themselves
//! - `conditional`: answers that caches keep
//! - `key`: what a key may do, and when it ends
//! - `server`: several servers at once
//! - `usage`: what is counted, and what a schema would break

mod automatic;
mod conditional;
mod format;
mod key;
mod place;
mod refusal;
mod safelist;
mod server;
mod usage;

use crate::door::command::run_beside;
use crate::support::{Client, TestApp, done};
use plaza::app::App;
use plaza::entities::ClientMode;
use plaza::server::Inspector;
use plaza::services::{self, DocumentNew};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a change may take until every server goes by it
const SECOND: Duration = Duration::from_secs(1);

/// A document of the client, published beside the running server as a command would
pub async fn publish(app: &Arc<App>, client: &str, id: &str, text: &str) {
    let inspected = Inspector::new(app).inspect(text).await.expect(text);
    let document = DocumentNew {
        document_id: id.to_owned(),
        operation_name: inspected.operation_name,
        hash: inspected.hash,
        body: text.to_owned(),
        cost: i32::try_from(inspected.cost).expect("a cost"),
        sql_statements: None,
    };
    services::documents_publish(app, client, &[document]).await.expect("publishes");
}

async fn mode(app: &TestApp, client: &str, mode: ClientMode) {
    services::client_mode_set(&app.app, client, mode).await.expect("sets the mode");
}

/// Asks again until an answer is as it should be, for at most a second.
async fn within_a_second<F: Future<Output = Value>>(
    ask: impl Fn() -> F,
    right: impl Fn(&Value) -> bool,
) -> Value {
    let begun = Instant::now();
    loop {
        let answer = ask().await;
        if right(&answer) {
            return answer;
        }
        assert!(begun.elapsed() < SECOND, "after a second still {answer:#}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The server knows what was published so far.
pub async fn known(client: &Client, name: &str, id: &str) {
    let right =
        |answer: &Value| answer["errors"][0]["extensions"]["code"] != "PERSISTED_QUERY_NOT_IN_LIST";
    within_a_second(|| post(client, name, json!({ "documentId": id })), right).await;
}

/// `plaza documents …` beside the server: exit code, and everything that it said
fn documents(app: &TestApp, arguments: &[&str]) -> (i32, String) {
    let said = run_beside(app, &[&["documents"], arguments].concat());
    (said.code, said.out + &said.err)
}

/// A request as a client of this name
fn named(client: &Client, name: &str, method: Method, path: &str) -> RequestBuilder {
    let request = client.request(method, path);
    if name.is_empty() { request } else { request.header("graphql-client-name", name) }
}

/// The answer to a body
async fn post(client: &Client, name: &str, body: Value) -> Value {
    let request = named(client, name, Method::POST, "/graphql");
    let request = request.header("content-type", "application/json").body(body.to_string());
    let text = request.send().await.expect("answers").text().await.expect("whole");
    serde_json::from_str(&text).expect(&text)
}

/// `extensions.code` of the first error; empty where there is none
fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

/// A new key of a person: its id, and the person with it
pub async fn key(person: &Client, client: &str, scopes: &[&str]) -> (String, Client) {
    let input = json!({ "name": "ERP", "client": client, "scopes": scopes });
    let made = done(person.mutate("apiKeyCreate", input, "secret apiKey { id }").await);
    let secret = made["secret"].as_str().expect("a secret");
    (made["apiKey"]["id"].as_str().expect("an id").to_owned(), person.with_token(secret))
}
