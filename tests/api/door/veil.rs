//! A server on PostgreSQL as it is set up by default: whatever is sent, no answer names what the
//! schema holds and the client did not say.

use super::Answer;
use crate::support::{Backend, Client, Process, TestApp};
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Names that every schema has
const COMMON: [&str; 9] =
    ["Int", "Float", "String", "Boolean", "ID", "Query", "Mutation", "Subscription", "if"];

/// What is wrong, each in another way: document and variables
fn wrong() -> Vec<(&'static str, Value)> {
    vec![
        ("{ servic { name } }", json!({})),
        ("{ service { nam } }", json!({})),
        ("{ service }", json!({})),
        ("{ service { name { x } } }", json!({})),
        ("{ user(handl: 1) { id } }", json!({})),
        ("{ user { id } }", json!({})),
        ("{ user(handle: 1) { id } }", json!({})),
        ("{ user(handle: NEWEST) { id } }", json!({})),
        ("{ listings(sort: NEWES) { totalCount } }", json!({})),
        ("{ listings(sort: \"x\") { totalCount } }", json!({})),
        ("{ listings(filter: { tex: 1 }) { totalCount } }", json!({})),
        ("{ listings(filter: { text: 1 }) { totalCount } }", json!({})),
        ("{ listings(filter: { near: { lat: 1 } }) { totalCount } }", json!({})),
        ("{ listings(filter: 5, first: \"x\") { totalCount } }", json!({})),
        ("{ node(id: \"x\") { ... on Mony { amount } } }", json!({})),
        ("{ node(id: \"x\") { handle } }", json!({})),
        ("{ listings { nodes { ... on User { handle } } } }", json!({})),
        ("{ listings { nodes { a: title a: id } } }", json!({})),
        ("query($v: Listing) { listings { totalCount } }", json!({})),
        ("query($v: Money!) { listings(filter: $v) { totalCount } }", json!({ "v": 1 })),
        ("query($v: Int) { user(handle: $v) { id } }", json!({ "v": 1 })),
        ("query($v: String = 5) { user(handle: $v) { id } }", json!({})),
        ("query($v: ListingSort) { listings(sort: $v) { totalCount } }", json!({ "v": "BEST" })),
        (
            "query($v: ListingFilter) { listings(filter: $v) { totalCount } }",
            json!({ "v": { "nothing": 1 } }),
        ),
        (
            "query($v: ListingFilter) { listings(filter: $v) { totalCount } }",
            json!({ "v": { "near": {} } }),
        ),
        (
            "query($v: ListingFilter) { listings(filter: $v) { totalCount } }",
            json!({ "v": { "priceFrom": "x", "near": 1 } }),
        ),
        (
            "mutation($v: SignUpInput!) { signUp(input: $v) { viewer { role } } }",
            json!({ "v": {} }),
        ),
        (
            "mutation($v: SignUpInput!) { signUp(input: $v) { viewer { role } } }",
            json!({ "v": { "displayName": "x", "handle": "x", "password": "x", "email": "no address" } }),
        ),
        (
            "mutation { signUp(input: { displayName: \"x\", handle: \"x\", password: \"x\", phone: \"no number\" }) { viewer { role } } }",
            json!({}),
        ),
        ("mutation { signUp(input: {}) { viewer { role } } }", json!({})),
        ("subscription { orderUpdates { kind } }", json!({})),
        ("subscription { orderUpdates(id: 5, aftr: 1) { kin } }", json!({})),
        ("{ __schema { types { name } } }", json!({})),
        ("{ __type(name: \"User\") { name fields { name } } }", json!({})),
        ("{ service { __schema { types { name } } } }", json!({})),
        ("{ service @includ(if: true) { name } }", json!({})),
        ("{ service @include { name } }", json!({})),
        ("{ ...missing }", json!({})),
        ("{ ...f } fragment f on Strin { x }", json!({})),
        ("{", json!({})),
    ]
}

/// Documents of our clients with one name in each made wrong
fn misspelt() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("graphql/operations/mobile");
    let read = |folder: &Path| -> BTreeMap<String, String> {
        let files =
            std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
        let files = files.filter(|path| path.extension().is_some_and(|end| end == "graphql"));
        files
            .map(|path| {
                (
                    path.file_stem().expect("a name").to_string_lossy().into_owned(),
                    std::fs::read_to_string(path).expect("reads"),
                )
            })
            .collect()
    };
    let fragments = read(&folder.join("fragments"));
    let whole = |text: &str| {
        let mut whole = text.to_owned();
        while let Some((name, text)) = fragments.iter().find(|(name, _)| {
            whole.contains(&format!("...{name}")) && !whole.contains(&format!("fragment {name} "))
        }) {
            assert!(text.contains(&format!("fragment {name} ")));
            whole.push_str(text);
        }
        whole
    };
    let documents = read(&folder);
    let mut wrong = Vec::new();
    for text in documents.values().map(|text| whole(text)) {
        let names: BTreeSet<&str> = words(&text).filter(|word| word.len() > 3).collect();
        // Each third, so that the test is over soon: the documents have much in common.
        for name in names.into_iter().skip(wrong.len() % 3).step_by(3) {
            wrong.push(text.replacen(&format!(" {name}"), &format!(" {name}x"), 1));
        }
    }
    wrong
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_')
        .filter(|word| !word.is_empty())
}

/// Every name of the schema
fn names() -> BTreeSet<String> {
    let sdl = plaza::schema::sdl();
    let mut described = false;
    let lines = sdl.lines().filter(|line| {
        let fence = line.trim() == "\"\"\"";
        described ^= fence;
        !fence && !described
    });
    lines.flat_map(words).filter(|word| !COMMON.contains(word)).map(str::to_owned).collect()
}

/// Names of ours in an answer's errors that were not sent: between quotes all of them, elsewhere
/// those that are no words of English
fn betrayed(names: &BTreeSet<String>, sent: &str, answer: &Value) -> Vec<String> {
    let sent: BTreeSet<&str> = words(sent).collect();
    let mut found = Vec::new();
    for error in answer["errors"].as_array().into_iter().flatten() {
        let message = error["message"].as_str().expect("a message");
        assert!(!message.contains("Did you mean"), "{message}");
        for (at, part) in message.split('"').enumerate() {
            let inner = |word: &str| {
                word.get(1..).is_some_and(|rest| {
                    rest.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'_')
                })
            };
            let told = words(part).filter(|word| at % 2 == 1 || inner(word));
            found.extend(
                told.filter(|word| names.contains(*word) && !sent.contains(word))
                    .map(|word| format!("{word} in {message}")),
            );
        }
    }
    found
}

async fn scaled() -> (TestApp, Process) {
    let app = TestApp::start(Backend::Postgres).await;
    // As good as not set: what is left is the default of PostgreSQL.
    let server = Process::start(&app, &[("PLAZA_INTROSPECTION", "")]).await;
    (app, server)
}

async fn send(client: &Client, query: &str, variables: &Value) -> (String, Value) {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let request =
        client.request(Method::POST, "/graphql").header("content-type", "application/json");
    let answer = Answer::of(
        request.header("accept", "application/graphql-response+json").body(body.clone()),
    )
    .await;
    assert!(answer.status < 500, "{}", answer.text);
    (body, answer.json())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_error_names_what_the_client_did_not_say() {
    let (app, server) = scaled().await;
    let (client, names) = (server.client(&app.guest()), names());
    assert!(names.len() > 400 && names.contains("ListingSort") && names.contains("NEWEST"));
    let documents = misspelt().into_iter().map(|text| (text, json!({})));
    let cases: Vec<_> = wrong()
        .into_iter()
        .map(|(text, variables)| (text.to_owned(), variables))
        .chain(documents)
        .collect();
    assert!(cases.len() > 300, "{}", cases.len());
    let answers =
        futures_util::stream::iter(&cases).map(|(text, variables)| send(&client, text, variables));
    let answers: Vec<_> = answers.buffer_unordered(8).collect().await;
    let refused = answers.iter().filter(|(_, answer)| answer.get("errors").is_some()).count();
    assert!(refused * 10 > cases.len() * 9, "{refused} of {}", cases.len());
    let betrayed: Vec<_> =
        answers.iter().flat_map(|(sent, answer)| betrayed(&names, sent, answer)).collect();
    assert_eq!(betrayed, Vec::<String>::new());
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_and_event_streams_are_as_silent() {
    let (app, server) = scaled().await;
    let (client, names) = (server.client(&app.guest()), names());
    let mut socket = client.socket().await;
    for (at, (query, variables)) in wrong().into_iter().enumerate() {
        let sent = json!({ "query": query, "variables": variables }).to_string();
        socket.subscribe(&at.to_string(), query, variables).await;
        let mut heard = socket.hear().await;
        if heard["type"] == "next" {
            assert_eq!(socket.hear().await["type"], "complete");
            heard = heard["payload"].take();
        } else {
            heard = json!({ "errors": heard["payload"] });
        }
        assert_eq!(betrayed(&names, &sent, &heard), Vec::<String>::new(), "{query}");
        let request =
            client.request(Method::POST, "/graphql").header("content-type", "application/json");
        let answer =
            Answer::of(request.header("accept", "text/event-stream").body(sent.clone())).await;
        let data = answer.text.lines().filter_map(|line| line.strip_prefix("data: "));
        for told in data
            .chain([answer.text.as_str()])
            .filter_map(|text| serde_json::from_str::<Value>(text).ok())
        {
            assert_eq!(betrayed(&names, &sent, &told), Vec::<String>::new(), "{query}");
        }
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_default_of_postgres_is_off_and_what_the_client_said_is_told() {
    let (app, server) = scaled().await;
    let client = server.client(&app.guest());
    let told = async |query: &str, variables: Value| {
        send(&client, query, &variables).await.1["errors"][0]["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    for introspection in ["{ __schema { types { name } } }", "{ __type(name: \"User\") { name } }"]
    {
        assert_eq!(
            told(introspection, json!({})).await,
            "Introspection is off here: __schema and __type are not answered"
        );
    }
    assert_eq!(
        told("{ service { nam } }", json!({})).await,
        "Unknown field \"nam\" on type \"…\"."
    );
    assert_eq!(
        told("{ ... { service { ... on Service { nam } } } }", json!({})).await,
        "Unknown field \"nam\" on type \"Service\"."
    );
    let sort = "query($v: ListingSort) { listings(sort: $v) { totalCount } }";
    assert_eq!(told(sort, json!({ "v": "BEST" })).await, "Variable \"$v\": one of … is expected");
    let sign_up = "mutation($v: SignUpInput!) { signUp(input: $v) { viewer { role } } }";
    assert_eq!(
        told(sign_up, json!({ "v": {} })).await,
        "Variable \"$v.…\": \"String!\" is missing"
    );
    let page = client
        .request(Method::GET, "/")
        .send()
        .await
        .expect("answers")
        .text()
        .await
        .expect("a page");
    assert!(page.contains("GraphiQL and introspection are off"), "{page}");
    app.finish().await;
}
