//! Whoever means harm: more than two thousand documents, thrown at a server as operators run it, by a guest and
//! by a member. Each is answered, cheaply, and tells nothing of what is behind the door.

mod corpus;
mod dice;

use crate::support::{Backend, Client, Process, TestApp};
use corpus::{Thrown, corpus};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// The corpus is drawn from this
const SEED: u64 = 20_261_122;
/// What a document may cost the server, of all its threads
const CPU: Duration = Duration::from_millis(50);
/// What an answer would show if something leaked: parts of statements, names of tables, libraries,
/// modules and paths
const LEAKS: [&str; 30] = [
    "Something went wrong",
    "panicked",
    "RUST_BACKTRACE",
    "plaza::",
    "async_graphql",
    "sea_orm",
    "sqlx",
    "rusqlite",
    "tokio",
    "hyper",
    "serde::",
    "serde_json",
    ".rs:",
    "src/",
    "/home/",
    "/root/",
    "/usr/",
    "/var/",
    "syntax error at or near",
    "SQLSTATE",
    "no such table",
    "no such column",
    "constraint failed",
    "duplicate key",
    "relation \"",
    "FROM listing",
    "sign_in_failure",
    "price_sort",
    "shelf",
    "Did you mean",
];

fn documents() -> Vec<String> {
    let mut texts = Vec::new();
    for app in ["mobile", "dashboard", "partner"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("graphql/operations").join(app);
        let entries = std::fs::read_dir(folder).expect("documents");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
        paths.sort();
        let graphql =
            |path: &&std::path::PathBuf| path.extension().is_some_and(|ending| ending == "graphql");
        texts.extend(
            paths.iter().filter(graphql).map(|path| std::fs::read_to_string(path).expect("a text")),
        );
    }
    texts
}

/// Root fields with their arguments
async fn fields(client: &Client) -> Vec<[String; 3]> {
    let schema = client
        .ask("{ __schema { types { name fields { name args { name } } } } }", json!({}))
        .await;
    let types = schema["__schema"]["types"].as_array().expect("types");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut found = Vec::new();
    for ty in types
        .iter()
        .filter(|ty| ["Query", "Mutation"].contains(&ty["name"].as_str().unwrap_or_default()))
    {
        for field in ty["fields"].as_array().expect("fields") {
            for argument in field["args"].as_array().expect("arguments") {
                found.push([text(&ty["name"]), text(&field["name"]), text(&argument["name"])]);
            }
        }
    }
    found
}

/// What came back: the status, and the answer as text
async fn throw(client: &Client, thrown: &Thrown) -> (u16, String) {
    let request =
        client.request(Method::POST, "/graphql").header("content-type", "application/json");
    let response = request.body(thrown.body.clone()).send().await.expect("answers");
    (response.status().as_u16(), response.text().await.expect("whole"))
}

fn check(thrown: &Thrown, status: u16, answer: &str) {
    let body: String = thrown.body.chars().take(300).collect();
    let what = format!("{}: {body}\n{status} {answer:.600}", thrown.family);
    let shed = status == 503 && answer.contains("OVERLOADED");
    assert!(status < 500 || shed, "{what}");
    let parsed: Value = serde_json::from_str(answer).unwrap_or_else(|_| panic!("no JSON: {what}"));
    assert!(parsed["errors"][0]["extensions"].get("id").is_none(), "a fault: {what}");
    assert!(answer.len() < 60_000, "{} bytes: {what}", answer.len());
    // Names that somebody sent may come back to them.
    for leak in LEAKS.iter().filter(|leak| !thrown.body.contains(**leak)) {
        assert!(!answer.contains(leak), "{leak}: {what}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_hostile_documents_are_answered_cheaply_and_tell_nothing() {
    let app = TestApp::start(Backend::Postgres).await;
    app.come_to_the_present();
    let (documents, fields) = (documents(), fields(&app.guest()).await);
    assert!(documents.len() > 100 && fields.len() > 60, "{} {}", documents.len(), fields.len());
    let corpus = corpus(SEED, &documents, &fields);
    assert!(corpus.len() >= 2000, "{}", corpus.len());
    // As operators run it: nothing that shows the schema.
    let server = Process::start(&app, &[("PLAZA_INTROSPECTION", "false")]).await;
    let person = server.client(&app.member("elena").await);
    let guest = server.client(&app.guest());
    let mut dearest: BTreeMap<&str, Duration> = BTreeMap::new();
    for thrown in &corpus {
        for client in [&guest, &person] {
            let before = server.cpu();
            let (status, answer) = throw(client, thrown).await;
            let spent = server.cpu().saturating_sub(before);
            check(thrown, status, &answer);
            let most = dearest.entry(thrown.family).or_default();
            *most = (*most).max(spent);
        }
    }
    for (family, spent) in &dearest {
        assert!(*spent < CPU, "{family}: {spent:?}, of {dearest:#?}");
    }
    // And it goes on.
    let answer = guest.ask("{ service { name } }", json!({})).await;
    assert_eq!(answer["service"]["name"], "Plaza");
    drop(server);
    app.finish().await;
}
