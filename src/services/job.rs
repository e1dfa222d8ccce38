//! Jobs as people see them: whoever ordered one follows it, gives it up or has it tried again, and so
//! may administrators, who see those of the clock as well.

use super::upkeep::{AT_ONCE, delete};
use super::viewer::{Member, Viewer};
use crate::app::App;
use crate::db::{Reads, UPKEEP, WriteTx};
use crate::entities::{Cell, Job, JobFilter, JobId, JobStatus, Row, Timestamp};
use crate::error::{Code, Refusal, Result};
use crate::events::News;
use crate::jobs::queue;

/// Jobs that were done are kept so long, in seconds: 7 days
const KEPT_SECONDS: i64 = 7 * 24 * 3600;
/// And those of the clock: 1 day
const KEPT_CLOCK_SECONDS: i64 = 24 * 3600;
/// Those that failed: 90 days
const KEPT_FAILED_SECONDS: i64 = 90 * 24 * 3600;

/// Whether a viewer may see a job.
pub fn sees_job(viewer: &Viewer, job: &Job) -> bool {
    viewer.member().is_ok_and(|member| is_theirs(member, job))
}

fn is_theirs(member: &Member, job: &Job) -> bool {
    job.owner_id == Some(member.user.id) || member.user.is_admin()
}

/// Who does something to a job
#[derive(Clone, Copy, Debug)]
pub enum JobsOf<'a> {
    /// Somebody, whose own they are, or who administers the platform
    Viewer(&'a Viewer),
    /// Whoever sits at the terminal
    Everybody,
}

/// Gives a job up. What it has done stays done.
///
/// # Errors
/// Refused where it has ended, or is not theirs.
pub async fn job_cancel(app: &App, whose: JobsOf<'_>, id: JobId) -> Result<Job> {
    let (tx, job) = locked(app, whose, id).await?;
    let (mut news, now) = (News::default(), app.clock.now());
    let job = queue::cancel(&tx, &job, &mut news, now).await?;
    app.log.commit(tx, news, now).await?;
    Ok(job)
}

/// Queues a job anew that failed or was cancelled; it goes on where it came to.
///
/// # Errors
/// Refused where it is none of these, or not theirs.
pub async fn job_retry(app: &App, whose: JobsOf<'_>, id: JobId) -> Result<Job> {
    let (tx, job) = locked(app, whose, id).await?;
    let (mut news, now) = (News::default(), app.clock.now());
    let job = queue::retry(&tx, &job, &mut news, now).await?;
    app.log.commit(tx, news, now).await?;
    app.jobs.ring();
    Ok(job)
}

async fn locked(app: &App, whose: JobsOf<'_>, id: JobId) -> Result<(WriteTx, Job)> {
    let member = match whose {
        JobsOf::Viewer(viewer) => Some(viewer.member()?),
        JobsOf::Everybody => None,
    };
    let tx = app.db.write().await?;
    let theirs = |job: &Job| member.is_none_or(|member| is_theirs(member, job));
    let job = queue::lock(&tx, id).await?.filter(theirs);
    let job = job.ok_or_else(|| Refusal::new(Code::NotFound, "There is no such job").at("id"))?;
    Ok((tx, job))
}

/// The newest jobs first.
///
/// # Errors
/// The database gave no answer.
pub async fn jobs_list(app: &App, filter: &JobFilter, first: i64) -> Result<Vec<Job>> {
    let mut sql = app.db.reader().sql("SELECT ");
    sql.columns("j", Job::CARD).push(" FROM job j WHERE 1 = 1");
    if let Some(status) = filter.status {
        sql.push(" AND j.status = ").bind(status);
    }
    if let Some(kind) = &filter.kind {
        sql.push(" AND j.kind = ").bind(kind.clone());
    }
    sql.push(" ORDER BY j.created_at DESC, j.id DESC LIMIT ").bind(first);
    let rows = app.db.reader().all(sql).await?;
    Ok(rows.iter().map(|row| Job::read(row, 0)).collect::<Result<_, _>>()?)
}

/// Throws away jobs that have ended long ago.
///
/// # Errors
/// The database could not write.
pub(super) async fn trim(app: &App, now: Timestamp) -> Result<()> {
    for (which, kept) in [
        ("status <> 3 AND owner_id IS NULL", KEPT_CLOCK_SECONDS),
        ("status <> 3", KEPT_SECONDS),
        ("true", KEPT_FAILED_SECONDS),
    ] {
        delete(app, ("job", "id"), AT_ONCE, |sql| {
            sql.push("finished_at < ").bind(now.plus_seconds(-kept)).push(" AND ").push(which);
        })
        .await?;
    }
    Ok(())
}

/// How the queue stands
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueFigures {
    /// Jobs whose time has come and that nobody has taken, by kind
    pub waiting: Vec<(String, i64)>,
    /// Jobs that have failed for good
    pub dead: i64,
}

/// Looks how the queue stands.
///
/// # Errors
/// The database gave no answer.
pub async fn queue_figures(app: &App) -> Result<QueueFigures> {
    let reader = app.db.reader();
    let mut sql = reader.sql(UPKEEP);
    sql.push("SELECT kind, COUNT(*) FROM job WHERE status = 0 AND run_at <= ");
    sql.bind(app.clock.now()).push(" GROUP BY kind ORDER BY kind");
    let rows = reader.all(sql).await?;
    let waiting: Result<_> =
        rows.iter().map(|row| Ok((String::cell(row, 0)?, i64::cell(row, 1)?))).collect();
    let mut sql = reader.sql(UPKEEP);
    sql.push("SELECT COUNT(*) FROM job WHERE status = ").bind(JobStatus::Failed);
    Ok(QueueFigures { waiting: waiting?, dead: reader.value(sql).await?.unwrap_or_default() })
}
