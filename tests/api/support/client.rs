//! Speaks GraphQL over HTTP as a client would.

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use std::net::IpAddr;

/// A person at a device, or a guest
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
    /// Global id of the person; empty for a guest
    pub id: String,
}

/// What came back
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
}

impl Client {
    pub fn new(url: &str, token: Option<String>) -> Self {
        Self { http: reqwest::Client::new(), url: url.to_owned(), token, id: String::new() }
    }

    pub fn with_id(mut self, id: String) -> Self {
        self.id = id;
        self
    }

    /// The same person, under another token
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same person, calling from another address of this machine, such as 127.0.0.7
    pub fn calling_from(&self, last: u8) -> Self {
        let address = IpAddr::from([127, 0, 0, last]);
        let http = reqwest::Client::builder().local_address(address).build().expect("builds");
        Self { http, ..self.clone() }
    }

    /// The same person, speaking to another server
    pub fn speaking_to(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// Sends an operation to a server that may be gone: its data, or None where no whole answer came.
    pub async fn try_ask(&self, query: &str, variables: Value) -> Option<Value> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = self
            .request(reqwest::Method::POST, "/graphql")
            .header("content-type", "application/json")
            .timeout(std::time::Duration::from_secs(10));
        let answer: Value =
            serde_json::from_slice(&request.body(body).send().await.ok()?.bytes().await.ok()?)
                .ok()?;
        answer.get("errors").is_none().then(|| answer["data"].clone())
    }

    /// Where the server is
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The token as a header has it
    pub fn bearer(&self) -> Option<String> {
        self.token.as_ref().map(|token| format!("Bearer {token}"))
    }

    /// A request to a path, with the token
    pub fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends an operation.
    pub async fn send(&self, query: &str, variables: Value) -> Reply {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = self
            .request(reqwest::Method::POST, "/graphql")
            .header("content-type", "application/json");
        let response = request.body(body).send().await.expect("the server answers");
        let status = response.status().as_u16();
        let text = response.text().await.expect("the answer is whole");
        Reply { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    /// The data of an operation that must go well.
    pub async fn ask(&self, query: &str, variables: Value) -> Value {
        let reply = self.send(query, variables).await;
        assert!(
            reply.body.get("errors").is_none(),
            "unexpected errors: {:#}\nof {query}",
            reply.body
        );
        reply.body["data"].clone()
    }

    /// The first error of an operation that must not go well.
    pub async fn fail(&self, query: &str, variables: Value) -> Value {
        let reply = self.send(query, variables).await;
        let error = reply.body["errors"][0].clone();
        assert!(!error.is_null(), "an error was expected: {:#}", reply.body);
        error
    }
}

impl Reply {
    /// `extensions.code` of the first error
    pub fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
    }
}
