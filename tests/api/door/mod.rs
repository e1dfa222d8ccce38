//! The HTTP door: media types and statuses, what is refused before anything runs, faults, headers,
//! event streams, and the commands of the binary. A file a subject; here stands what they share.

pub mod command;
mod compression;
mod cors;
mod csrf;
mod fault;
mod fuzz;
mod guard;
mod header;
mod introspection;
mod media_type;
mod migrate;
mod nesting;
pub mod place;
mod proxy;
mod redaction;
mod repeat;
mod stream;
mod tls;
mod variable;
mod veil;

use crate::support::TestApp;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// An answer with everything a client sees of it
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.expect("the answer is whole") }
    }

    /// A header; empty where it is not there
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// What the answer depends on, besides its address
    pub fn varies_by(&self, name: &str) -> bool {
        let lines = self.headers.get_all("vary").iter().map(|line| line.to_str().expect("ASCII"));
        lines.flat_map(|line| line.split(',')).any(|known| known.trim().eq_ignore_ascii_case(name))
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|err| panic!("{err}: {}", self.text))
    }

    /// `extensions.code` of the first error
    pub fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The first error's sentence
    pub fn message(&self) -> String {
        self.json()["errors"][0]["message"].as_str().unwrap_or_default().to_owned()
    }
}

/// A JSON body to `/graphql`, further headers to be added
pub fn post(app: &TestApp, body: impl Into<reqwest::Body>) -> RequestBuilder {
    let request = app.guest().request(Method::POST, "/graphql");
    request.header("content-type", "application/json").body(body)
}

/// An operation as a body
pub fn body(query: &str, variables: Value) -> String {
    json!({ "query": query, "variables": variables }).to_string()
}

/// `/graphql` with parameters in its query string
pub fn get(app: &TestApp, parameters: &[(&str, &str)]) -> RequestBuilder {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    app.guest().request(Method::GET, &format!("/graphql?{}", query.finish()))
}

/// The answer to an operation, asked as a client of the newest draft asks
pub async fn ask(app: &TestApp, query: &str, variables: Value) -> Answer {
    let request = post(app, body(query, variables));
    Answer::of(request.header("accept", "application/graphql-response+json")).await
}

/// A refusal before execution: its status, its code, and no data
pub async fn refused(app: &TestApp, query: &str, variables: Value) -> Answer {
    let answer = ask(app, query, variables).await;
    assert_eq!(answer.status, 400, "{query:.200} {}", answer.text);
    assert_eq!(answer.json().get("data"), None, "{}", answer.text);
    answer
}
