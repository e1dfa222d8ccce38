//! What people do to jobs: give one up, have one tried again. Whether they may is asked before.

use super::told;
use crate::db::{Reads, WriteTx};
use crate::entities::{Job, JobId, JobStatus, Row, Timestamp};
use crate::error::{Code, Refusal, Result};
use crate::events::News;

/// A job with its row locked; None: there is none.
///
/// # Errors
/// The database gave no answer.
pub async fn lock(tx: &WriteTx, id: JobId) -> Result<Option<Job>> {
    let mut sql = tx.sql("SELECT ");
    sql.columns("job", Job::CARD).push(" FROM job WHERE id = ").bind(id).either(" FOR UPDATE", "");
    Ok(tx.one(sql).await?.map(|row| Job::read(&row, 0)).transpose()?)
}

/// Gives a locked job up: at once where it waits, and within some seconds where a worker is at it, who
/// leaves what is done and does no more.
///
/// # Errors
/// Refused where it has ended.
pub async fn cancel(tx: &WriteTx, job: &Job, news: &mut News, now: Timestamp) -> Result<Job> {
    let mut sql = tx.sql("UPDATE job SET version = version + 1, cancel_asked = ");
    sql.bind(true);
    match job.status {
        JobStatus::Queued => {
            sql.push(", status = ").bind(JobStatus::Cancelled);
            sql.push(", message = NULL, finished_at = ").bind(now);
        }
        JobStatus::Running => {
            sql.push(", message = ").bind("Stops once the step it is at is done");
        }
        JobStatus::Succeeded | JobStatus::Failed | JobStatus::Cancelled => {
            let message = "This job has ended; there is nothing to cancel";
            return Err(Refusal::new(Code::Conflict, message).at("id").into());
        }
    }
    write(tx, job, sql, news).await
}

/// Queues a locked job anew that has failed or was given up. It goes on where it came to.
///
/// # Errors
/// Refused where it has not ended, or was done.
pub async fn retry(tx: &WriteTx, job: &Job, news: &mut News, now: Timestamp) -> Result<Job> {
    if !matches!(job.status, JobStatus::Failed | JobStatus::Cancelled) {
        let message = "Only a job that failed or was cancelled can be tried again";
        return Err(Refusal::new(Code::Conflict, message).at("id").into());
    }
    let mut sql =
        tx.sql("UPDATE job SET version = version + 1, status = 0, attempts = 0, cancel_asked = ");
    sql.bind(false).push(", message = NULL, finished_at = NULL, run_at = ").bind(now);
    write(tx, job, sql, news).await
}

async fn write(tx: &WriteTx, job: &Job, mut sql: crate::db::Sql, news: &mut News) -> Result<Job> {
    sql.push(" WHERE id = ").bind(job.id).push(" RETURNING ").columns("job", Job::CARD);
    let row = tx.one(sql).await?;
    let row = row.ok_or_else(|| crate::error::Fault::new("changing a job", "it is gone"))?;
    let job = Job::read(&row, 0)?;
    told(news, &job);
    Ok(job)
}
