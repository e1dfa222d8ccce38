//! Limits: what operations cost whom, however they are packed; tries of passwords, accounts and
//! questions; buckets on Redis, and what holds while it is away; more work than can be done.

mod cost;
mod field;
mod flood;
mod outage;
mod overload;
mod packing;
mod redis;
mod refused;

use crate::support::{Client, TestApp};
use plaza::app::App;
use plaza::limits::{Bucket, Outcome, Subject, Verdict};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// Costs 302 at most, and 3 where there are no listings
pub const LISTINGS: &str = "{ listings(first: 100) { nodes { title } } }";
/// As the server reckons it
pub const ESTIMATE: u64 = 302;
pub const ACTUAL: u64 = 3;

/// An answer, with its headers
pub struct Heard {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Heard {
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("the answer is whole");
        Self { status, headers, body: serde_json::from_str(&text).unwrap_or_default() }
    }

    /// A header; empty where it is not there
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    pub fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
    }

    pub fn message(&self) -> &str {
        self.body["errors"][0]["message"].as_str().unwrap_or_default()
    }

    pub fn cost(&self) -> &Value {
        &self.body["extensions"]["cost"]
    }
}

/// An operation by POST
pub fn post(client: &Client, query: &str) -> RequestBuilder {
    client.request(Method::POST, "/graphql").json(&json!({ "query": query }))
}

/// Its answer
pub async fn ask(client: &Client, query: &str) -> Heard {
    Heard::of(post(client, query)).await
}

/// The bucket of guests who call from this machine
pub fn guests(app: &App) -> Subject {
    Subject::of_digest(&app.tokens.subject("address", "127.0.0.1"))
}

/// A person's bucket
pub fn person(client: &Client) -> Subject {
    Subject::of_id(crate::support::row(&client.id))
}

/// Takes from a bucket what somebody would have used.
pub async fn use_up(app: &TestApp, bucket: Bucket, subject: Subject, amount: u64) -> Verdict {
    known(app.app.limits.take(bucket, subject, amount).await)
}

/// What is left in a bucket
pub async fn left(app: &TestApp, bucket: Bucket, subject: Subject) -> u64 {
    known(app.app.limits.give_back(bucket, subject, 0).await).remaining
}

pub fn known(outcome: Outcome) -> Verdict {
    match outcome {
        Outcome::Known(verdict) => verdict,
        other => panic!("a verdict was expected: {other:?}"),
    }
}

/// A figure of a server, summed over its labels; 0 where there is none
pub async fn figure(client: &Client, name: &str) -> f64 {
    let answer = client.request(Method::GET, "/metrics").send().await.expect("answers");
    let text = answer.text().await.expect("the answer is whole");
    let lines = text
        .lines()
        .filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' '])));
    lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum()
}
