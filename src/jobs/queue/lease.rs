//! A worker's right to a job: how it goes on, and ends.
//!
//! Everything here writes only as long as the job is this attempt's: each has a token of its own, since
//! a worker that has lost a job may be the one that takes it again. Once it is not, whatever stands in
//! the same transaction is undone with it.

use super::{MOST_ATTEMPTS, told};
use crate::db::{Db, Reads, UPKEEP, WriteTx};
use crate::entities::{Job, JobId, JobStatus, Row, Timestamp};
use crate::error::{Fault, Result};
use crate::events::{Log, News};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Progress is told no more often than this, and written with each step
const TELL: Duration = Duration::from_millis(250);
/// Pause before the second attempt, in seconds; each further one waits four times as long
const FIRST_PAUSE: i64 = 10;

/// The right of a worker to go on with a job
#[derive(Debug)]
pub struct Lease {
    id: JobId,
    token: Uuid,
    attempts: i32,
    told_at: Option<Instant>,
}

/// Signs of life of whoever has the right
#[derive(Clone, Copy, Debug)]
pub struct Pulse {
    id: JobId,
    token: Uuid,
}

impl Pulse {
    /// A sign of life. Whether somebody has given the job up; None: it is somebody else's by now.
    ///
    /// # Errors
    /// The database could not write.
    pub async fn beat(&self, db: &Db, now: Timestamp) -> Result<Option<bool>> {
        let tx = db.write().await?;
        let mut sql = tx.sql(UPKEEP);
        sql.push("UPDATE job SET beat_at = ").bind(now).push(" WHERE id = ").bind(self.id);
        sql.push(" AND status = 1 AND lease = ").bind(self.token).push(" RETURNING cancel_asked");
        let asked = tx.value(sql).await?;
        tx.commit().await?;
        Ok(asked)
    }
}

/// How far a job has come
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Of `total`, in units of the kind's own
    pub done: i64,
    pub total: Option<i64>,
    /// For people
    pub message: Option<String>,
    /// What the next attempt has to know to go on from here, a JSON object
    pub state: Option<String>,
}

/// How an attempt ends
#[derive(Clone, Debug)]
pub enum Ending {
    /// Done; a JSON object
    Done(serde_json::Value),
    /// It can't be done, however often it is tried
    Refused(String),
    /// Something broke; it is tried again some times. `random` is 0 to 1, so that not all come back at once.
    Broken { message: String, random: f64 },
    /// Somebody has given it up
    Cancelled,
    /// The worker stops: another goes on at once, and the attempt does not count
    GivenBack,
}

impl Lease {
    pub(super) fn of(job: &Job, token: Uuid) -> Self {
        Self { id: job.id, token, attempts: job.attempts, told_at: None }
    }

    /// What gives signs of life while the job runs
    pub fn pulse(&self) -> Pulse {
        Pulse { id: self.id, token: self.token }
    }

    /// Commits a transaction together with how far the job has come in it.
    ///
    /// # Errors
    /// The job is somebody else's by now, or the database could not write: nothing has happened then.
    pub async fn step(
        &mut self,
        log: &Log,
        tx: WriteTx,
        progress: Progress,
        now: Timestamp,
    ) -> Result<()> {
        let mut sql = tx.sql("UPDATE job SET version = version + 1, done = ");
        sql.bind(progress.done).push(", total = ").bind(progress.total);
        sql.push(", message = ").bind(progress.message).push(", state = ").bind(progress.state);
        sql.push(", beat_at = ").bind(now);
        let job = self.write(&tx, sql).await?;
        let mut news = News::default();
        if self.told_at.is_none_or(|told| told.elapsed() >= TELL) {
            told(&mut news, &job);
            self.told_at = Some(Instant::now());
        }
        log.commit(tx, news, now).await
    }

    /// Ends the attempt; files of a job that is done go with it. What the job is now; None: it is somebody else's.
    ///
    /// # Errors
    /// The database could not write.
    pub async fn end(
        &self,
        db: &Db,
        log: &Log,
        ending: Ending,
        now: Timestamp,
    ) -> Result<Option<Job>> {
        let tx = db.write().await?;
        let mut sql =
            tx.sql("UPDATE job SET version = version + 1, lease = NULL, beat_at = NULL, ");
        let finish = |sql: &mut crate::db::Sql, status: JobStatus, message: Option<String>| {
            sql.push("status = ").bind(status).push(", message = ").bind(message);
            sql.push(", finished_at = ").bind(now);
        };
        match ending {
            Ending::Done(result) => {
                finish(&mut sql, JobStatus::Succeeded, None);
                sql.push(", done = COALESCE(total, done), state = NULL, result = ")
                    .bind(result.to_string());
            }
            Ending::Refused(message) => finish(&mut sql, JobStatus::Failed, Some(message)),
            Ending::Broken { message, .. } if self.attempts >= MOST_ATTEMPTS => {
                finish(&mut sql, JobStatus::Failed, Some(message));
            }
            Ending::Broken { message, random } => {
                sql.push("status = 0, message = ").bind(message);
                sql.push(", run_at = ").bind(now.plus_seconds(pause(self.attempts, random)));
            }
            Ending::Cancelled => finish(&mut sql, JobStatus::Cancelled, None),
            Ending::GivenBack => {
                sql.push("status = 0, attempts = attempts - 1, run_at = ").bind(now);
            }
        }
        let Some(job) = self.touched(&tx, sql).await? else { return Ok(None) };
        if job.status == JobStatus::Succeeded && job.owner_id.is_some() {
            let mut sql = tx.sql("DELETE FROM upload WHERE job_id = ");
            sql.bind(job.id);
            tx.run(sql).await?;
        }
        let mut news = News::default();
        told(&mut news, &job);
        log.commit(tx, news, now).await?;
        Ok(Some(job))
    }

    async fn write(&self, tx: &WriteTx, sql: crate::db::Sql) -> Result<Job> {
        let job = self.touched(tx, sql).await?;
        job.ok_or_else(|| Fault::new("going on with a job", "it is another worker's by now").into())
    }

    async fn touched(&self, tx: &WriteTx, mut sql: crate::db::Sql) -> Result<Option<Job>> {
        sql.push(" WHERE id = ")
            .bind(self.id)
            .push(" AND status = 1 AND lease = ")
            .bind(self.token);
        sql.push(" RETURNING ").columns("job", Job::CARD);
        Ok(tx.one(sql).await?.map(|row| Job::read(&row, 0)).transpose()?)
    }
}

/// Seconds until the next attempt: 10, 40, 160, 640, and up to a fifth more
fn pause(attempts: i32, random: f64) -> i64 {
    let exponent = u32::try_from(attempts.saturating_sub(1)).unwrap_or_default();
    let pause = FIRST_PAUSE.saturating_mul(4_i64.saturating_pow(exponent.min(8)));
    // At most 5 attempts are made: far below what a float holds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "some hundreds"
    )]
    let spread = (pause as f64 * 0.2 * random.clamp(0.0, 1.0)) as i64;
    pause.saturating_add(spread)
}

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn each_attempt_waits_four_times_as_long() {
        assert_eq!([1, 2, 3, 4].map(|attempts| pause(attempts, 0.0)), [10, 40, 160, 640]);
        assert_eq!([1, 4].map(|attempts| pause(attempts, 1.0)), [12, 768]);
        assert!(pause(i32::MAX, 1.0) > 0, "no overflow");
    }
}
