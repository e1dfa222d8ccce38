//! Table `job`: work that goes on after an answer, or that the clock asks for.
//!
//! What a job was given (`input`), where it goes on (`state`) and who works on it stay with the queue
//! (`jobs/queue`); this is what people see of it.

use super::row::card;
use super::{JobId, Timestamp, UserId};
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult};

/// How it stands with a job
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum JobStatus {
    /// Waits for a worker, or for its time
    Queued = 0,
    /// A worker is at it
    Running = 1,
    /// Done
    Succeeded = 2,
    /// Not done, and not tried again by itself
    Failed = 3,
    /// Given up by somebody
    Cancelled = 4,
}

impl JobStatus {
    /// Nothing more happens to it by itself
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: JobId,
    /// Such as `listings.import`; a newer server may know others
    pub kind: String,
    pub status: JobStatus,
    /// Who ordered it; None: the clock did
    pub owner_id: Option<UserId>,
    pub done: i64,
    pub total: Option<i64>,
    pub message: Option<String>,
    /// A JSON object
    pub result: Option<String>,
    pub attempts: i32,
    pub version: i32,
    pub run_at: Timestamp,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

/// Which jobs
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In this state
    pub status: Option<JobStatus>,
    /// Of this kind
    pub kind: Option<String>,
}

card! {
    Model:
    id,
    kind,
    status,
    owner_id,
    done,
    total,
    message,
    result,
    attempts,
    version,
    run_at,
    created_at,
    finished_at,
}
