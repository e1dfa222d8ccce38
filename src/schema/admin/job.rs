//! Jobs as administrators list them.

use crate::entities::JobFilter;
use crate::error::Result;
use crate::loaders::Jobs;
use crate::schema::connection::{Connection, plain_connection};
use crate::schema::direct::Ready;
use crate::schema::job::{Job, JobStatus};
use crate::schema::page::{ListHash, PageArgs};
use std::sync::Arc;

plain_connection!(JobConnection, JobEdge, Jobs, Job, |hit, _| Job(Arc::clone(&hit.row)));

impl Ready for Job {}

/// Jobs in a state, of a kind, the newest first
pub fn list(
    status: Option<JobStatus>,
    kind: Option<String>,
    page: &PageArgs,
) -> Result<JobConnection> {
    let filter = JobFilter { status: status.map(Into::into), kind };
    let hash = ListHash::of(&("jobs", &filter));
    Ok(JobConnection(Connection::filtered(hash, (), filter, ("created_at", true), page)?))
}
