//! Jobs as administrators list them.

use crate::db::KeyExpr;
use crate::error::Result;
use crate::loaders::{Asked, JobFilter, Jobs, Query};
use crate::schema::connection::{Connection, plain_connection};
use crate::schema::direct::Ready;
use crate::schema::job::{Job, JobStatus};
use crate::schema::page::{ListHash, PageArgs};
use crate::schema::search;
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
    let sort = search::sort(&[KeyExpr::Int("created_at")], true);
    let slice = page.slice(hash, &sort)?;
    let query = Query {
        filter,
        terms: Vec::new(),
        near: None,
        shelves: Vec::new(),
        sort,
        slice,
        wide: false,
        beside: Vec::new(),
    };
    Ok(JobConnection(Connection { scope: (), asked: Asked::new(query), hash }))
}
