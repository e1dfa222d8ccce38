//! The queue: a table, so that a job is queued by the very transaction that wants it done, on either
//! database, and never by one that was undone.
//!
//! Why own code: the libraries that keep jobs in a database (apalis, graphile_worker, sqlxmq) write
//! through connections of their own, or on one of the two databases. What is left to write is five
//! statements.
//!
//! Each effect happens once: whoever works on a job writes how far it has come in the transaction of
//! the effect itself ([`Lease::step`]), and only as long as the job is theirs. A worker that gives no
//! sign of life loses its jobs to others, and can commit nothing more, should it come to life again.
//!
//! - `take`: jobs to workers, and back from those that have died
//! - `lease`: how a worker's job goes on, and ends
//! - `order`: what people do to jobs: cancel, try again

mod lease;
mod order;
mod take;

pub use lease::{Ending, Lease, Progress, Pulse};
pub use order::{cancel, lock, retry};
pub use take::{Taken, give_back_lost, take};

use crate::db::{Reads, WriteTx};
use crate::entities::{Job, JobId, Timestamp, UserId};
use crate::error::Result;
use crate::events::{Kind, News, Topic};
use std::sync::Arc;
use tokio::sync::Notify;

/// Tries until a job counts as dead
pub const MOST_ATTEMPTS: i32 = 5;
/// A worker without a sign of life for so long has died, in seconds
pub const LOST_SECONDS: i64 = 20;

/// A job to be done
#[derive(Clone, Debug)]
pub struct NewJob {
    pub id: JobId,
    /// Such as `listings.import`
    pub kind: &'static str,
    /// Who orders it; None: the clock does
    pub owner: Option<UserId>,
    /// What to do it with, a JSON object
    pub input: String,
    /// How much there is to do, where that is known
    pub total: Option<i64>,
    /// Not before
    pub run_at: Timestamp,
    /// A turn that only one of all servers queues
    pub slot: Option<String>,
}

/// Queues a job in the caller's transaction. False: its slot is taken.
///
/// # Errors
/// The database could not write.
pub async fn enqueue(tx: &WriteTx, job: NewJob, now: Timestamp) -> Result<bool> {
    let mut sql = tx.sql(
        "INSERT INTO job (id, kind, status, owner_id, input, done, total, attempts, version, cancel_asked, \
         run_at, slot, created_at) VALUES (",
    );
    sql.bind(job.id).push(", ").bind(job.kind).push(", 0, ").bind(job.owner);
    sql.push(", ").bind(job.input).push(", 0, ").bind(job.total).push(", 0, 1, ").bind(false);
    sql.push(", ").bind(job.run_at).push(", ").bind(job.slot).push(", ").bind(now);
    sql.push(") ON CONFLICT (slot) DO NOTHING");
    Ok(tx.run(sql).await? == 1)
}

/// What whoever follows a job is told. Jobs of the clock are followed by nobody.
fn told(news: &mut News, job: &Job) {
    if job.owner_id.is_some() {
        news.add(Topic::Job(job.id), Kind::JobMoved, job.id.0, job.version);
    }
}

/// Rung when this server has queued a job: its own worker need not wait for the next look.
#[derive(Clone, Default)]
pub struct Doorbell(Arc<Notify>);

impl Doorbell {
    /// There is a job.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits until there is one.
    pub async fn rung(&self) {
        self.0.notified().await;
    }
}
