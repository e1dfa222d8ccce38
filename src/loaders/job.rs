//! Jobs.

use super::batch::{Table, question};
use crate::entities::{Job, JobId};
use std::sync::Arc;

const JOBS: Table = Table { name: "job", only: "" };

question! {
    /// One job
    JobById(JobId) -> Arc<Job>,
    |loads, keys| {
        let ids = keys.iter().map(|key| key.0.0);
        loads.rows_by_id(JOBS, "t.id", ids, |row: &Job| JobById(row.id)).await
    }
}
