//! Work that goes on after an answer, and work that the clock asks for. A file a job.
//!
//! A job is queued by the transaction that wants it done, and taken by any worker that knows its kind,
//! in a server or alone (`plaza worker`). It is done at least once and its effect happens once: see
//! `queue`.
//!
//! - `queue`: the table, below the services, which queue jobs
//! - `worker`: takes jobs and runs them
//! - `schedule`: queues what the clock asks for

mod best_sellers;
mod listings_import;
mod log_trim;
mod months_ahead;
mod operations_roll_up;
pub mod queue;
mod schedule;
mod worker;

pub use worker::{Crew, work, work_with_clock};

use crate::app::App;
use crate::error::Result;
use futures_util::future::BoxFuture;
use queue::Taken;
use serde_json::Value;
use std::sync::Arc;

/// A kind of job
pub trait Job: Send + Sync {
    /// What it is called, such as `listings.import`
    fn kind(&self) -> &'static str;

    /// How often the clock asks for it, in seconds; None: somebody orders it
    fn every(&self) -> Option<i64> {
        None
    }

    /// Does it, or goes on where an attempt before came to. The answer is the job's result, an object.
    /// What it writes, it commits by the lease, which may be dropped at any moment.
    ///
    /// A refusal ends the job; a fault is tried again.
    fn run<'a>(&'a self, app: &'a App, taken: &'a mut Taken) -> BoxFuture<'a, Result<Value>>;
}

/// Every kind that this version knows
pub fn all() -> Vec<Arc<dyn Job>> {
    vec![
        Arc::new(listings_import::ListingsImport),
        Arc::new(log_trim::LogTrim),
        Arc::new(best_sellers::BestSellers),
        Arc::new(months_ahead::MonthsAhead),
        Arc::new(operations_roll_up::OperationsRollUp),
    ]
}
