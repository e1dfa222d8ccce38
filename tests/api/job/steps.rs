//! Jobs made for tests: one that counts what it does, one that crawls, one that breaks.

use crate::support::{Client, TestApp, row};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use plaza::app::App;
use plaza::db::Reads;
use plaza::entities::{JobId, UserId};
use plaza::error::{Fault, Result};
use plaza::jobs::queue::{NewJob, Progress, Taken, enqueue};
use plaza::jobs::{Crew, Job, work as go};
use plaza::schema::node::Global;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Steps of a job that counts
pub const STEPS: i64 = 2;

/// Queues a job of somebody's; its global id.
pub async fn queue(app: &TestApp, owner: &Client, kind: &'static str) -> String {
    let id = JobId(app.app.ids.next());
    let now = app.app.clock.now();
    let job = NewJob {
        id,
        kind,
        owner: Some(UserId(row(&owner.id))),
        input: "{}".to_owned(),
        total: None,
        run_at: now,
        slot: None,
    };
    let tx = app.app.db.write().await.expect("a transaction");
    assert!(enqueue(&tx, job, now).await.expect("queues"));
    tx.commit().await.expect("commits");
    id.global().to_string()
}

/// A worker in this process, and what stops it
pub fn work(
    app: &TestApp,
    jobs: Vec<Arc<dyn Job>>,
    at_once: usize,
) -> (JoinHandle<()>, CancellationToken) {
    let stop = CancellationToken::new();
    let working = go(Arc::clone(&app.app), Crew::of(jobs, at_once), stop.clone());
    (tokio::spawn(working), stop)
}

/// Adds one to a number of the database in each of some steps. Done twice, a step is seen.
pub struct Counting;

impl Job for Counting {
    fn kind(&self) -> &'static str {
        "counting"
    }

    fn run<'a>(&'a self, app: &'a App, taken: &'a mut Taken) -> BoxFuture<'a, Result<Value>> {
        async {
            for step in taken.job.done..STEPS {
                let tx = app.db.write().await?;
                let mut sql = tx.sql("UPDATE counted SET times = times + 1 WHERE id = ");
                sql.bind(taken.job.id);
                tx.run(sql).await?;
                let progress = Progress { done: step + 1, ..Progress::default() };
                taken.lease.step(&app.log, tx, progress, app.clock.now()).await?;
            }
            Ok(json!({}))
        }
        .boxed()
    }
}

/// Takes step after step and never ends.
#[derive(Default)]
pub struct Crawling(AtomicU32);

impl Crawling {
    pub fn done(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }

    /// Waits until it has taken so many.
    pub async fn steps(&self, steps: u32) {
        while self.done() < steps {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Job for Crawling {
    fn kind(&self) -> &'static str {
        "crawling"
    }

    fn run<'a>(&'a self, app: &'a App, taken: &'a mut Taken) -> BoxFuture<'a, Result<Value>> {
        async {
            loop {
                let tx = app.db.write().await?;
                taken.lease.step(&app.log, tx, Progress::default(), app.clock.now()).await?;
                self.0.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        .boxed()
    }
}

/// Breaks, each time.
pub struct Broken;

impl Job for Broken {
    fn kind(&self) -> &'static str {
        "broken"
    }

    fn run<'a>(&'a self, _: &'a App, _: &'a mut Taken) -> BoxFuture<'a, Result<Value>> {
        async { Err(Fault::new("breaking", "a secret cause").into()) }.boxed()
    }
}
