//! Faults: what fails on our side is told as one sentence and an id, and nothing else.

use super::{Answer, ask, body, post};
use crate::support::{Backend, TestApp, on_both, on_one};
use plaza::db::Reads;
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Arc, Mutex};

/// Takes a table away under the running app.
async fn take_away(app: &TestApp, table: &str) {
    let rename = format!("ALTER TABLE {table} RENAME TO taken_away");
    app.app.db.raw_writer().execute_unprepared(&rename).await.expect("renames");
}

/// The id of a fault, once it is sure that it is told as every fault is
fn fault(error: &Value) -> String {
    assert_eq!(error["message"], "Something went wrong");
    assert_eq!(error["extensions"]["code"], "INTERNAL");
    let id = error["extensions"]["id"].as_str().expect("an id").to_owned();
    assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    let keys: Vec<_> = error["extensions"].as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["code", "id"]);
    id
}

fn tells_nothing(answer: &Answer) {
    let text = answer.text.to_lowercase();
    for word in
        ["select", "taken_away", "no such", "relation", "sqlite", "postgres", "sqlx", "src/"]
    {
        assert!(!text.contains(word), "{word}: {text}");
    }
}

on_both! {
    async fn a_broken_field_is_null_beside_what_works(app: &TestApp) {
        app.member("rosa").await;
        take_away(app, "profile").await;
        let query = r#"{ service { name } user(handle: "rosa") { handle profile { headline } } }"#;
        let answer = ask(app, query, json!({})).await;
        assert_eq!(answer.status, 200);
        tells_nothing(&answer);
        let told = answer.json();
        assert_eq!(told["data"], json!({ "service": { "name": "Plaza" }, "user": { "handle": "rosa", "profile": null } }));
        assert_eq!(told["errors"].as_array().map(Vec::len), Some(1));
        assert_eq!(told["errors"][0]["path"], json!(["user", "profile"]));
        let first = fault(&told["errors"][0]);
        let again = ask(app, query, json!({})).await.json();
        assert_ne!(fault(&again["errors"][0]), first, "another request, another fault");
    }
}

on_both! {
    async fn fields_that_fail_in_one_batch_are_one_fault(app: &TestApp) {
        let people = [app.member("rosa").await.id, app.member("bruno").await.id, app.member("carla").await.id];
        take_away(app, "profile").await;
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { handle profile { id } } } }";
        let told = ask(app, query, json!({ "ids": people })).await.json();
        let ids: Vec<_> = told["errors"].as_array().expect("errors").iter().map(fault).collect();
        assert_eq!(ids.len(), 3);
        assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
        assert_eq!(told["data"]["nodes"][2], json!({ "handle": "carla", "profile": null }));
    }
}

on_both! {
    async fn a_mutation_that_fails_half_way_leaves_nothing_behind(app: &TestApp) {
        take_away(app, "credential").await;
        let query = "mutation($i: SignUpInput!) { signUp(input: $i) { userErrors { message } } }";
        let input = json!({ "displayName": "Rosa", "handle": "rosa", "email": "rosa@correo.ni", "password": "volcán masaya brilla" });
        let answer = ask(app, query, json!({ "i": input })).await;
        tells_nothing(&answer);
        assert_eq!((answer.status, &answer.json()["data"]), (200, &Value::Null));
        fault(&answer.json()["errors"][0]);
        let seen = app.guest().ask(r#"{ user(handle: "rosa") { id } }"#, json!({})).await;
        assert_eq!(seen["user"], Value::Null);
    }
}

on_both! {
    async fn a_fault_before_execution_is_503_and_not_a_guests_view(app: &TestApp) {
        let rosa = app.member("rosa").await;
        take_away(app, "session").await;
        for accept in ["application/json", "application/graphql-response+json"] {
            let request = rosa.request(Method::POST, "/graphql").header("content-type", "application/json");
            let request = request.header("accept", accept).body(body("{ viewer { role } }", json!({})));
            let answer = Answer::of(request).await;
            assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
            tells_nothing(&answer);
            fault(&answer.json()["errors"][0]);
            assert_eq!(answer.json().get("data"), None);
        }
        assert_eq!(ask(app, "{ viewer { role } }", json!({})).await.status, 200, "guests are served");
    }
}

on_both! {
    async fn ready_names_what_is_down_and_health_does_not_ask(app: &TestApp) {
        let ready = || async { Answer::of(app.guest().request(Method::GET, "/ready")).await };
        let up = ready().await;
        assert_eq!((up.status, up.json()), (200, json!({ "status": "ready", "dependencies": { "database": "up" } })));
        app.app.db.close().await;
        let down = ready().await;
        assert_eq!((down.status, down.json()), (503, json!({ "status": "not ready", "dependencies": { "database": "down" } })));
        assert_eq!(Answer::of(app.guest().request(Method::GET, "/health")).await.status, 200);
        let answer = ask(app, "{ listings { totalCount } }", json!({})).await;
        tells_nothing(&answer);
        fault(&answer.json()["errors"][0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_takes_too_long_is_given_up_and_undone() {
    let app = TestApp::start(Backend::Postgres).await;
    let rosa = app.member("rosa").await;
    // Somebody else holds the row that the answer waits for.
    let holding = app.app.db.write().await.expect("begins");
    let sql = holding.sql(r#"SELECT id FROM "user" FOR UPDATE"#);
    holding.all(sql).await.expect("locks");
    let rename =
        "mutation { viewerUpdate(input: { displayName: \"Otra\" }) { userErrors { code } } }";
    let request = rosa.request(Method::POST, "/graphql").header("content-type", "application/json");
    let answer = Answer::of(request.body(body(rename, json!({})))).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
    assert_eq!(answer.code(), "TIMEOUT");
    assert_eq!(answer.message(), "The answer took longer than 5 s; ask for less at once");
    holding.commit().await.expect("commits");
    let seen = rosa.ask("{ viewer { user { displayName } } }", json!({})).await;
    assert_eq!(seen["viewer"]["user"]["displayName"], "Persona rosa");
    app.finish().await;
}

/// Where a log can be read back
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_has_the_cause_once_under_the_id_that_the_client_was_told() {
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    // Everything of this test runs on its own thread.
    let _logging = tracing::subscriber::set_default(subscriber);
    on_one(&[], async |app: &TestApp| {
        let people = [app.member("rosa").await.id, app.member("bruno").await.id];
        take_away(app, "profile").await;
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { profile { id } } } }";
        let request =
            post(app, body(query, json!({ "ids": people }))).header("x-request-id", "the-request");
        let id = fault(&Answer::of(request).await.json()["errors"][0]);
        let log = String::from_utf8(kept.0.lock().expect("no panic").clone()).expect("UTF-8");
        let lines: Vec<_> = log.lines().filter(|line| line.contains(&id)).collect();
        assert_eq!(lines.len(), 1, "{log}");
        assert!(lines[0].contains("ERROR") && lines[0].contains("no such table"), "{}", lines[0]);
        assert!(lines[0].contains("the-request"), "it stands under its request: {}", lines[0]);
    })
    .await;
}
