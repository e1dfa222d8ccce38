//! Jobs to workers, and back from workers that have died.

use super::{LOST_SECONDS, Lease, MOST_ATTEMPTS, told};
use crate::db::{Db, Reads, UPKEEP, WriteTx};
use crate::entities::{Cell, Job, JobStatus, Row, Timestamp};
use crate::error::Result;
use crate::events::{Log, News};
use sea_orm::QueryResult;
use uuid::Uuid;

/// Jobs of dead workers that are given back at a time
const AT_ONCE: i32 = 100;
/// What is said of a job that took its workers with it
const DIED: &str = "Its worker stopped in the middle, each time";

/// A job, and what its worker has to know
#[derive(Debug)]
pub struct Taken {
    pub job: Job,
    /// What was ordered, a JSON object
    pub input: String,
    /// Where an attempt before came to
    pub state: Option<String>,
    /// The right to go on with it
    pub lease: Lease,
}

/// Takes jobs that are due, at most so many, of kinds that the worker knows. Others wait for a worker
/// that knows them. `token` is one that was never used: it is the right to these jobs.
///
/// # Errors
/// The database could not write.
pub async fn take(
    db: &Db,
    log: &Log,
    token: Uuid,
    kinds: &[&'static str],
    room: usize,
    now: Timestamp,
) -> Result<Vec<Taken>> {
    let room = i64::try_from(room).unwrap_or(i64::MAX);
    // Mostly there is nothing, and nothing is written.
    let mut sql = db.reader().sql(UPKEEP);
    sql.push("SELECT 1 FROM job WHERE ");
    due(&mut sql, kinds, now);
    sql.push(" LIMIT 1");
    if db.reader().one(sql).await?.is_none() {
        return Ok(Vec::new());
    }
    let tx = db.write().await?;
    let mut sql = tx.sql(UPKEEP);
    sql.push("UPDATE job SET status = ").bind(JobStatus::Running);
    sql.push(", attempts = attempts + 1, version = version + 1, message = NULL, lease = ")
        .bind(token);
    sql.push(", beat_at = ").bind(now).push(", started_at = COALESCE(started_at, ").bind(now);
    sql.push(") WHERE id IN (SELECT id FROM job WHERE ");
    due(&mut sql, kinds, now);
    sql.push(" ORDER BY run_at, id LIMIT ").bind(room);
    // What another worker is taking is its own.
    sql.either(" FOR UPDATE SKIP LOCKED", "").push(") RETURNING ");
    sql.columns("job", Job::CARD).push(", input, state");
    let mut taken = Vec::new();
    for row in tx.all(sql).await? {
        let job = Job::read(&row, 0)?;
        let at = Job::CARD.len();
        taken.push(Taken {
            lease: Lease::of(&job, token),
            job,
            input: String::cell(&row, at)?,
            state: Option::<String>::cell(&row, at + 1)?,
        });
    }
    let mut news = News::default();
    taken.iter().for_each(|taken| told(&mut news, &taken.job));
    log.commit(tx, news, now).await?;
    Ok(taken)
}

fn due(sql: &mut crate::db::Sql, kinds: &[&'static str], now: Timestamp) {
    sql.push("status = 0 AND run_at <= ").bind(now).push(" AND ");
    sql.any_text("kind", kinds.iter().map(|kind| (*kind).to_owned()));
}

/// Gives back what workers have left behind that died. A job that has taken too many with it is dead.
///
/// # Errors
/// The database could not write.
pub async fn give_back_lost(db: &Db, log: &Log, now: Timestamp) -> Result<Vec<Job>> {
    let lost = now.plus_seconds(-LOST_SECONDS);
    let mut sql = db.reader().sql(UPKEEP);
    sql.push("SELECT 1 FROM job WHERE status = 1 AND beat_at < ").bind(lost).push(" LIMIT 1");
    if db.reader().one(sql).await?.is_none() {
        return Ok(Vec::new());
    }
    let tx = db.write().await?;
    let dead = end_lost(&tx, lost, now).await?;
    let waiting = queue_lost(&tx, lost).await?;
    let jobs = dead
        .iter()
        .chain(&waiting)
        .map(|row| Ok(Job::read(row, 0)?))
        .collect::<Result<Vec<_>>>()?;
    let mut news = News::default();
    jobs.iter().for_each(|job| told(&mut news, job));
    log.commit(tx, news, now).await?;
    Ok(jobs)
}

async fn end_lost(tx: &WriteTx, lost: Timestamp, now: Timestamp) -> Result<Vec<QueryResult>> {
    let mut sql = tx.sql(UPKEEP);
    sql.push("UPDATE job SET status = CASE WHEN cancel_asked THEN ").bind(JobStatus::Cancelled);
    sql.push(" ELSE ")
        .bind(JobStatus::Failed)
        .push(" END, message = CASE WHEN cancel_asked THEN NULL ELSE ");
    sql.bind(DIED).push(" END, lease = NULL, version = version + 1, finished_at = ").bind(now);
    sql.push(" WHERE ");
    of_dead(&mut sql, lost, &format!("(attempts >= {MOST_ATTEMPTS} OR cancel_asked)"));
    tx.all(sql).await
}

async fn queue_lost(tx: &WriteTx, lost: Timestamp) -> Result<Vec<QueryResult>> {
    let mut sql = tx.sql(UPKEEP);
    sql.push("UPDATE job SET status = 0, lease = NULL, version = version + 1");
    sql.push(" WHERE ");
    of_dead(&mut sql, lost, "true");
    tx.all(sql).await
}

fn of_dead(sql: &mut crate::db::Sql, lost: Timestamp, and: &str) {
    sql.push("id IN (SELECT id FROM job WHERE status = 1 AND beat_at < ").bind(lost);
    sql.push(&format!(" AND {and} ORDER BY beat_at LIMIT {AT_ONCE}"));
    sql.either(" FOR UPDATE SKIP LOCKED", "").push(") RETURNING ");
    sql.columns("job", Job::CARD);
}
