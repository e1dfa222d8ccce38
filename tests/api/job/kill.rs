//! Workers that die in the middle: what they had not committed is undone, somebody else goes on, and
//! each effect happens once.

use super::steps::{Counting, STEPS, work};
use super::{ended, lines, market, order};
use crate::support::{Backend, Process, TestApp, times};
use plaza::app::{App, random_bytes};
use plaza::db::Reads;
use plaza::entities::{JobId, Timestamp};
use plaza::jobs::Job;
use plaza::jobs::queue::{NewJob, enqueue, give_back_lost};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Jobs of the long test
const JOBS: usize = 10_000;
/// Workers at a time
const WORKERS: usize = 3;

/// 10,000 jobs of two steps each. Workers are dropped at random, where they stand, and others begin;
/// their jobs are given back at once, so that those that live on in a paused worker meet those who have
/// taken over.
async fn each_effect_happens_once(backend: Backend) {
    let app = TestApp::start(backend).await;
    fill(&app.app).await;
    let jobs = || -> Vec<Arc<dyn Job>> { vec![Arc::new(Counting)] };
    let mut workers: Vec<_> = (0..WORKERS).map(|_| work(&app, jobs(), 8)).collect();
    let mut killed = 0;
    while left(&app.app).await > 0 {
        tokio::time::sleep(Duration::from_millis(200 + 4 * u64::from(random_bytes::<1>()[0])))
            .await;
        let [which] = random_bytes();
        let at = usize::from(which) % workers.len();
        workers[at].0.abort();
        workers[at] = work(&app, jobs(), 8);
        killed += 1;
        // As if the time had passed after which a worker counts as dead: some live on.
        let later = Timestamp(app.app.clock.now().0 + 60_000_000);
        give_back_lost(&app.app.db, &app.app.log, later).await.expect("gives back");
        forgive(&app.app).await;
    }
    for (worker, stop) in workers {
        stop.cancel();
        worker.await.ok();
    }
    let reader = app.app.db.reader();
    let sql = reader.sql(
        "SELECT COUNT(*) FROM counted c JOIN job j ON j.id = c.id WHERE j.status = 2 AND c.times = ",
    );
    let mut sql = sql;
    sql.bind(STEPS);
    let right: Option<i64> = reader.value(sql).await.expect("reads");
    assert_eq!(
        right,
        Some(i64::try_from(JOBS * times()).expect("fits")),
        "each step of each job, once; {killed} workers were killed"
    );
    assert!(killed >= 5, "workers were killed in the middle: {killed}");
    app.finish().await;
}

async fn fill(app: &App) {
    let mut made = 0;
    let tx = app.db.write().await.expect("a transaction");
    let kind = match tx.dialect() {
        plaza::db::Dialect::Postgres => "uuid",
        plaza::db::Dialect::Sqlite => "BLOB",
    };
    tx.run(tx.sql(&format!("CREATE TABLE counted (id {kind} PRIMARY KEY, times bigint NOT NULL)")))
        .await
        .expect("makes the table");
    tx.commit().await.expect("commits");
    while made < JOBS * times() {
        let tx = app.db.write().await.expect("a transaction");
        for _ in 0..500 {
            let (id, now) = (JobId(app.ids.next()), app.clock.now());
            let job = NewJob {
                id,
                kind: "counting",
                owner: None,
                input: "{}".to_owned(),
                total: Some(STEPS),
                run_at: now,
                slot: None,
            };
            enqueue(&tx, job, now).await.expect("queues");
            let mut sql = tx.sql("INSERT INTO counted (id, times) VALUES (");
            sql.bind(id).push(", 0)");
            tx.run(sql).await.expect("writes");
            made += 1;
        }
        tx.commit().await.expect("commits");
    }
}

/// Jobs that have not ended
async fn left(app: &App) -> i64 {
    let reader = app.db.reader();
    reader
        .value(reader.sql("SELECT COUNT(*) FROM job WHERE status < 2"))
        .await
        .expect("reads")
        .unwrap_or_default()
}

/// No job is to die of the many killings.
async fn forgive(app: &App) {
    let tx = app.db.write().await.expect("a transaction");
    tx.run(tx.sql("UPDATE job SET attempts = 1 WHERE attempts > 3 AND status < 2"))
        .await
        .expect("writes");
    tx.run(tx.sql("UPDATE job SET status = 0, attempts = 0, finished_at = NULL WHERE status = 3"))
        .await
        .expect("writes");
    tx.commit().await.expect("commits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_effect_of_10_000_jobs_happens_once_on_sqlite() {
    each_effect_happens_once(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_effect_of_10_000_jobs_happens_once_on_postgres() {
    each_effect_happens_once(Backend::Postgres).await;
}

/// Lines of the file: more than are imported while this test waits for its turn on a busy machine
const LINES: usize = 40_000;

/// Two real processes import a file; the one that is at it is killed, again and again. Each line is
/// written once: a second time it would be counted as unchanged.
async fn an_import_goes_on_elsewhere(backend: Backend) {
    let app = TestApp::start(backend).await;
    app.come_to_the_present();
    let (owner, store) = market(&app).await;
    let mut servers = Vec::new();
    let settings = [("PLAZA_JOBS", "1")];
    for _ in 0..2 {
        servers.push(Process::start(&app, &settings).await);
    }
    let file = lines(LINES);
    let ordered = order(&owner, &store, "menu.csv", file.as_bytes()).await;
    let mut last = 0;
    // A fifth time the job would be dead.
    for round in 0..4 {
        // Some way into it, each time further
        let reached = loop {
            let now = super::job(&owner, &ordered["id"]).await;
            let done = now["done"].as_i64().expect("a number");
            if done > last || !now["finishedAt"].is_null() {
                break now;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        if !reached["finishedAt"].is_null() {
            assert!(round >= 2, "it was killed some times before it ended");
            break;
        }
        last = reached["done"].as_i64().expect("a number");
        servers.iter_mut().for_each(Process::kill);
        // Nobody is there to see that a worker is dead, so its time passes at once.
        let later = Timestamp(app.app.clock.now().0 + 60_000_000);
        give_back_lost(&app.app.db, &app.app.log, later).await.expect("gives back");
        for server in &mut servers {
            server.restart().await;
        }
        app.come_to_the_present();
    }
    let done = ended(&owner, &ordered["id"]).await;
    let result: &Value = &done["result"];
    assert_eq!(
        json!([
            done["status"],
            result["created"],
            result["updated"],
            result["unchanged"],
            result["bad"]
        ]),
        json!(["SUCCEEDED", LINES, 0, 0, 0]),
        "{done:#}"
    );
    let reader = app.app.db.reader();
    let listings = reader.value::<i64>(reader.sql("SELECT COUNT(*) FROM listing")).await;
    assert_eq!(listings.expect("reads"), i64::try_from(LINES).ok());
    drop(servers);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_goes_on_elsewhere_on_sqlite() {
    an_import_goes_on_elsewhere(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_goes_on_elsewhere_on_postgres() {
    an_import_goes_on_elsewhere(Backend::Postgres).await;
}
