//! Many who write to one conversation at once, and everybody else.

use super::{direct, send};
use crate::support::{Backend, TestApp, row};
use futures_util::future::join_all;
use plaza::db::Reads;
use sea_orm::{ConnectionTrait, TransactionTrait, TryGetable};
use serde_json::json;
use std::sync::Arc;

/// Sends at a time: twice the connections that a server has
const SENDS: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_that_wait_for_a_conversation_leave_connections_to_readers() {
    // More are executed at once than the database takes writers.
    let app = TestApp::start_with(Backend::Postgres, &[("PLAZA_OPERATIONS", "40")]).await;
    let (ana, bruno) = (Arc::new(app.member("ana").await), app.member("bruno").await);
    let talk = direct(&ana, &bruno).await;
    let holder = app.app.db.raw_writer().begin().await.expect("begins");
    let lock = format!("SELECT id FROM conversation WHERE id = '{}' FOR UPDATE", row(&talk));
    holder.execute_unprepared(&lock).await.expect("locks");
    let sends = (0..SENDS).map(|at| {
        let (ana, talk) = (Arc::clone(&ana), talk.clone());
        tokio::spawn(async move { send(&ana, &talk, "hola", &format!("llave-{at}")).await })
    });
    let sends: Vec<_> = sends.collect();
    // As many wait for the row as may write at a time.
    while waiting(&app).await < 4 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let query = "{ viewer { unreadCount conversations { nodes { id } } } }";
    let reads = join_all((0..SENDS).map(|_| bruno.ask(query, json!({})))).await;
    assert!(reads.iter().all(|read| read["viewer"]["unreadCount"] == 0));
    holder.rollback().await.expect("lets go");
    for sent in sends {
        assert_eq!(sent.await.expect("is answered")["userErrors"], json!([]));
    }
    app.finish().await;
}

/// Transactions that wait for a lock
async fn waiting(app: &TestApp) -> i64 {
    let reader = app.app.db.reader();
    let sql = reader.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    let row = reader.one(sql).await.expect("a connection is left").expect("a row");
    i64::try_get_by_index(&row, 0).expect("a number")
}
