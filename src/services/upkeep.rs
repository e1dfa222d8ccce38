//! Throws away what has served its time: events that no stream can ask for any more, keys that count
//! as never sent, jobs that ended long ago, files that no job needs. A job does it, each ten minutes.

use super::idempotency::KEPT_SECONDS;
use super::{job, upload};
use crate::app::App;
use crate::db::{Reads, Sql, UPKEEP};
use crate::error::Result;

/// Rows that one transaction deletes: writers wait for no more than these
pub(super) const AT_ONCE: u64 = 1000;

/// Deletes what is too old, a little at a time.
///
/// # Errors
/// The database could not write.
pub async fn trim(app: &App) -> Result<()> {
    let now = app.clock.now();
    app.settings.refresh(app.db.reader()).await?;
    let log_seconds = i64::from(app.settings.now().log_days) * 24 * 3600;
    for (table, key, age, kept) in [
        ("event", "topic, seq", "at", log_seconds),
        ("idempotency", "user_id, mutation, key", "created_at", KEPT_SECONDS),
    ] {
        let old = format!("{age} < ");
        delete(app, (table, key), AT_ONCE, |sql| {
            sql.push(&old).bind(now.plus_seconds(-kept));
        })
        .await?;
    }
    job::trim(app, now).await?;
    upload::trim(app, now).await
}

/// Deletes rows of a table by its key, so many a transaction, until there are no more of them.
pub(super) async fn delete(
    app: &App,
    (table, key): (&str, &str),
    at_once: u64,
    which: impl Fn(&mut Sql),
) -> Result<()> {
    loop {
        let tx = app.db.write().await?;
        let mut sql = tx.sql(&format!(
            "{UPKEEP}DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE "
        ));
        which(&mut sql);
        sql.push(&format!(" LIMIT {at_once})"));
        let deleted = tx.run(sql).await?;
        tx.commit().await?;
        if deleted < at_once {
            return Ok(());
        }
    }
}
