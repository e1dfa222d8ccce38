//! Replicas: whoever has written sees it, whoever has not may read what is a little older, and nobody
//! notices that a replica dies.

mod crash;
mod lag;
mod race;
mod read;
mod refuse;
mod server;

use crate::support::{Backend, Client, MakeStore, TestApp, until};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use server::Pair;

const HEADER: &str = "plaza-position";
const READ: &str = "query($h: String!) { store(handle: $h) { name } }";
const WRITE: &str = "mutation($i: StoreUpdateInput!) { storeUpdate(input: $i) { store { name } userErrors { message } } }";

/// Plaza on a pair of servers
async fn plaza(pair: &Pair, further: &[(&str, &str)]) -> TestApp {
    let (primary, replica) = (pair.primary.url(), pair.replica.url());
    let mut settings = vec![
        ("DATABASE_URL", primary.as_str()),
        ("DATABASE_REPLICA_URLS", &replica),
        ("PLAZA_DATABASE_CONNECTIONS", "4"),
        // Who answers is what most of this asks.
        ("PLAZA_CACHE_ROWS", "off"),
        ("PLAZA_CACHE_ANSWERS", "off"),
    ];
    settings.extend_from_slice(further);
    // The settings name the database; what comes with this backend is its folder.
    let app = TestApp::start_with(Backend::Sqlite, &settings).await;
    // Figures are counted from when they are first asked for.
    app.replica_statements().await;
    app
}

/// A store whose name is written and read
struct Sign {
    owner: Client,
    guest: Client,
    handle: String,
    store: String,
}

impl Sign {
    async fn put_up(app: &TestApp, handle: &str) -> Self {
        let owner = app.member(&format!("owner-{handle}")).await;
        let store = MakeStore::new(handle).by(&owner).await;
        Self { owner, guest: app.guest(), handle: handle.to_owned(), store }
    }

    fn rename(&self, name: &str) -> Value {
        json!({ "query": WRITE, "variables": { "i": { "id": self.store, "name": name } } })
    }

    fn question(&self) -> Value {
        json!({ "query": READ, "variables": { "h": self.handle } })
    }

    /// Writes; the position, which header and extensions tell alike
    async fn write(&self, name: &str) -> String {
        let response = post(&self.owner, self.rename(name)).send().await.expect("answers");
        let header = response.headers().get(HEADER).expect("a position").to_str().expect("ASCII");
        let position = header.to_owned();
        let body: Value = response.json().await.expect("JSON");
        assert_eq!(body["data"]["storeUpdate"]["store"]["name"], name, "{body:#}");
        assert_eq!(body["extensions"]["position"], position);
        position
    }

    /// Reads what has to hold the position.
    async fn read(&self, position: &str) -> String {
        let request = post(&self.guest, self.question()).header(HEADER, position);
        name(&request.send().await.expect("answers").json().await.expect("JSON"))
    }

    /// Reads whatever there is.
    async fn read_any(&self) -> String {
        name(&self.answer().await)
    }

    /// Whether this is what whoever reads is shown; a replica may not have the store yet.
    async fn shows(&self, name: &str) -> bool {
        let answer = self.answer().await;
        assert_eq!(answer.get("errors"), None, "{answer:#}");
        answer["data"]["store"]["name"] == name
    }

    async fn answer(&self) -> Value {
        let sent = post(&self.guest, self.question()).send().await.expect("answers");
        sent.json().await.expect("JSON")
    }
}

fn name(answer: &Value) -> String {
    assert_eq!(answer.get("errors"), None, "{answer:#}");
    let name = answer["data"]["store"]["name"].as_str();
    name.unwrap_or_else(|| panic!("a store was expected: {answer:#}")).to_owned()
}

fn post(client: &Client, body: Value) -> RequestBuilder {
    client.request(Method::POST, "/graphql").json(&body)
}

impl TestApp {
    /// Statements that replicas were asked so far
    async fn replica_statements(&self) -> u64 {
        let figures = self.guest().request(Method::GET, "/metrics").send().await.expect("answers");
        let figures = figures.text().await.expect("a text");
        figure(&figures, "plaza_db_statements_total{role=\"replica\"}").unwrap_or_default()
    }

    /// What `/ready` says of the first replica, and of everything
    async fn ready(&self) -> (u16, String, String) {
        let response = self.guest().request(Method::GET, "/ready").send().await.expect("answers");
        let status = response.status().as_u16();
        let said: Value = response.json().await.expect("JSON");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (status, text(&said["status"]), text(&said["dependencies"]["replica 1"]))
    }

    /// The first replica is as it should be.
    async fn replica_is(&self, state: &str) {
        until(async || self.ready().await.2 == state).await;
    }
}

fn figure(figures: &str, name: &str) -> Option<u64> {
    figures.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}
