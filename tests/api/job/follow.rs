//! A job, followed while it runs.

use super::{FIELDS, ended, lines, market, order};
use crate::support::{Backend, Socket, TestApp};
use serde_json::{Value, json};
use std::time::Duration;

async fn follows(backend: Backend) {
    let app = TestApp::start_with(backend, &[("PLAZA_JOBS", "0")]).await;
    let (owner, store) = market(&app).await;
    let ordered = order(&owner, &store, "menu.csv", lines(3000).as_bytes()).await;
    let query = format!(
        "subscription($id: ID!, $after: String) {{ jobUpdates(id: $id, after: $after) {{ kind cursor job {{ {FIELDS} }} }} }}"
    );
    let mut socket = owner.socket().await;
    socket.subscribe("1", &query, json!({ "id": ordered["id"] })).await;
    let first = next(&mut socket).await;
    assert_eq!((&first["kind"], &first["job"]["status"]), (&json!("SNAPSHOT"), &json!("QUEUED")));

    let stop = tokio_util::sync::CancellationToken::new();
    let crew = plaza::jobs::Crew::of(plaza::jobs::all(), 1);
    let working =
        tokio::spawn(plaza::jobs::work(std::sync::Arc::clone(&app.app), crew, stop.clone()));
    let (mut done, mut cursors) = (0, Vec::new());
    loop {
        let update = next(&mut socket).await;
        assert_eq!(update["kind"], "EVENT");
        let now = update["job"]["done"].as_i64().expect("a number");
        assert!(now >= done, "progress never goes back: {update:#}");
        done = now;
        cursors.push(update["cursor"].clone());
        if !update["job"]["finishedAt"].is_null() {
            assert_eq!(update["job"]["result"]["created"], 3000);
            break;
        }
    }
    assert!(cursors.len() >= 2, "it was seen to run, and to end: {cursors:?}");

    // Whoever comes back with a place is told what came since, and no state.
    let mut again = owner.socket().await;
    again.subscribe("1", &query, json!({ "id": ordered["id"], "after": cursors[0] })).await;
    assert_eq!(next(&mut again).await["cursor"], cursors[1]);

    let stranger = app.member("otra").await;
    let mut theirs = stranger.socket().await;
    theirs.subscribe("1", &query, json!({ "id": ordered["id"] })).await;
    let refused = theirs.error("1").await;
    assert!(refused.to_string().contains("There is no such job"), "{refused}");
    ended(&owner, &ordered["id"]).await;
    stop.cancel();
    working.await.expect("the worker stops");
    app.finish().await;
}

async fn next(socket: &mut Socket) -> Value {
    let heard = socket.hear_within(Duration::from_secs(20)).await;
    heard["payload"]["data"]["jobUpdates"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_is_followed_on_sqlite() {
    follows(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_is_followed_on_postgres() {
    follows(Backend::Postgres).await;
}
