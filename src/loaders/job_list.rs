//! Lists of jobs: all of them, or those in one state or of one kind.

use super::list::{Listed, Query};
use crate::db::{Partition, Sql};
use crate::entities::{Job, JobFilter};
use uuid::Uuid;

/// Jobs as a noun of lists
#[derive(Debug)]
pub struct Jobs;

impl Listed for Jobs {
    type Scope = ();
    type Filter = JobFilter;
    type Row = Job;
    const TABLE: &'static str = "job";
    const WIDE: &'static str = "";

    fn column((): &()) -> Option<&'static str> {
        None
    }

    fn partition(_: &[&()], _: &Query<Self>) -> Partition {
        Partition::whole()
    }

    fn conditions(sql: &mut Sql, j: &str, _: &[&()], query: &Query<Self>) {
        if let Some(status) = query.filter.status {
            sql.push(" AND ").push(j).push(".status = ").bind(status);
        }
        if let Some(kind) = &query.filter.kind {
            sql.push(" AND ").push(j).push(".kind = ").bind(kind.clone());
        }
    }

    fn id(row: &Job) -> Uuid {
        row.id.0
    }
}
