//! What is kept against what it is a sum of: figures, numbers of topics, versions, totals, counters.

mod check;

use crate::db::{Reader, Reads};
use crate::entities::Timestamp;
use crate::error::Result;
use check::{CHECKS, Check, FIGURES};
use sea_orm::{QueryResult, TryGetable};
use uuid::Uuid;

/// How far back events are looked at, in seconds: older ones are being thrown away
const LOOK_BACK: i64 = 6 * 24 * 3600;

/// A number that is not what it is a sum of
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongFigure {
    /// What number, of which row
    pub what: String,
    /// As it is kept
    pub kept: i64,
    /// As it should be
    pub counted: i64,
}

/// What a recount found
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recount {
    /// How many rows of which kind were looked at
    pub looked_at: Vec<(&'static str, i64)>,
    /// What is wrong, a hundred rows of each kind at most
    pub wrong: Vec<WrongFigure>,
}

/// Figures of stores that differ from a recount of their orders.
///
/// # Errors
/// The database gave no answer.
pub async fn figures_recount(reader: &Reader, now: Timestamp) -> Result<Vec<WrongFigure>> {
    recount(reader, &CHECKS[..FIGURES], now).await.map(|recount| recount.wrong)
}

/// Everything that is kept and could be counted.
///
/// # Errors
/// The database gave no answer.
pub async fn recount_all(reader: &Reader, now: Timestamp) -> Result<Recount> {
    recount(reader, CHECKS, now).await
}

async fn recount(reader: &Reader, checks: &[Check], now: Timestamp) -> Result<Recount> {
    // One state for all: orders may be moving meanwhile.
    let reader = reader.snapshot().await?;
    let since = now.plus_seconds(-LOOK_BACK);
    let mut recount = Recount::default();
    for check in checks {
        let sql = reader.sql(&format!("SELECT count(*) FROM {}", check.rows));
        let rows = reader.value(sql).await?.unwrap_or_default();
        recount.looked_at.push((check.called, rows));
        let mut sql = reader.sql("");
        for (at, part) in check.differs.split("{since}").enumerate() {
            if at > 0 {
                sql.bind(since);
            }
            sql.push(part);
        }
        for row in reader.all(sql).await? {
            recount.wrong.extend(wrong(check, &row)?);
        }
    }
    Ok(recount)
}

/// The numbers of a row that are wrong
fn wrong(check: &Check, row: &QueryResult) -> Result<Vec<WrongFigure>> {
    let key = match Uuid::try_get_by_index(row, 0) {
        Ok(id) => id.to_string(),
        Err(_) => String::try_get_by_index(row, 0)?,
    };
    let mut wrong = Vec::new();
    for (name, at) in check.numbers.iter().zip((1..).step_by(2)) {
        let (kept, counted) =
            (i64::try_get_by_index(row, at)?, i64::try_get_by_index(row, at + 1)?);
        if kept != counted {
            wrong.push(WrongFigure { what: format!("{name} {key}"), kept, counted });
        }
    }
    Ok(wrong)
}
