//! Jobs: work that goes on after an answer.

pub mod mutation;
pub mod update;

pub use mutation::JobMutation;
pub use update::JobSubscription;

use super::context::ContextExt;
use super::node::Global;
use super::scalar::{DateTime, Json, count};
use crate::entities::{Job as Row, JobId, JobStatus as Status};
use crate::error::{Fault, Result};
use crate::loaders::JobById;
use crate::services::sees_job;
use async_graphql::{Context, Enum, ID, Object};
use std::sync::Arc;

/// How it stands with a job
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Status")]
pub enum JobStatus {
    /// Waits for a worker, or for its time
    Queued,
    /// A worker is at it
    Running,
    /// Done
    Succeeded,
    /// Not done, and not tried again by itself
    Failed,
    /// Given up by somebody; what was done stays done
    Cancelled,
}

/// Work that goes on after an answer: followed by `jobUpdates`, seen by whoever ordered it and by
/// administrators
pub struct Job(pub Arc<Row>);

/// Work that goes on after an answer: followed by `jobUpdates`, seen by whoever ordered it and by
/// administrators
#[Object]
impl Job {
    /// Global id
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What it does, such as `listings.import`
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// How it stands
    async fn status(&self) -> JobStatus {
        self.0.status.into()
    }

    /// How much is done of `total`, in units of the kind's own: bytes of the file for an import
    async fn done(&self) -> i32 {
        count(self.0.done)
    }

    /// How much there is to do; null where that is not known
    async fn total(&self) -> Option<i32> {
        self.0.total.map(count)
    }

    /// Where it is, or why it failed, for people
    async fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// What came of it, once it has succeeded: for an import the numbers of lines `created`, `updated`,
    /// `unchanged` and `bad`, and `badLines` with `line`, `column`, `value` and `reason`
    async fn result(&self) -> Option<Result<Json>> {
        let read = |text| {
            serde_json::from_str(text).map_err(|err| Fault::new("reading a job's result", err))
        };
        self.0.result.as_deref().map(|text| Ok(Json(read(text)?)))
    }

    /// How often a worker began with it
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }

    /// When it was ordered
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it is due, or tried again
    async fn run_at(&self) -> DateTime {
        DateTime(self.0.run_at)
    }

    /// When it ended
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.finished_at.map(DateTime)
    }
}

/// The job behind an id, where the viewer may see it
pub async fn visible(ctx: &Context<'_>, id: JobId) -> Result<Option<Job>> {
    let row = ctx.loaders().load(JobById(id)).await?;
    Ok(row.filter(|row| sees_job(ctx.viewer(), row)).map(Job))
}
