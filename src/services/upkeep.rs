//! Throws away what has served its time: events that no stream can ask for any more, keys that count
//! as never sent, jobs that ended long ago, files that no job needs. A job does it, each ten minutes.

use super::idempotency::KEPT_SECONDS;
use super::{job, upload};
use crate::app::App;
use crate::db::{Reads, UPKEEP};
use crate::error::Result;

/// Rows that one transaction deletes: writers wait for no more than these
const AT_ONCE: u64 = 1000;

/// Deletes what is too old, a little at a time.
///
/// # Errors
/// The database could not write.
pub async fn trim(app: &App) -> Result<()> {
    let now = app.clock.now();
    app.settings.refresh(app.db.reader()).await?;
    let log_seconds = app.settings.now().log_days * 24 * 3600;
    for (table, key, age, kept) in [
        ("event", "topic, seq", "at", log_seconds),
        ("idempotency", "user_id, mutation, key", "created_at", KEPT_SECONDS),
    ] {
        loop {
            let tx = app.db.write().await?;
            let mut sql = tx.sql(&format!(
                "{UPKEEP}DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {age} < "
            ));
            sql.bind(now.plus_seconds(-kept)).push(&format!(" LIMIT {AT_ONCE})"));
            let deleted = tx.run(sql).await?;
            tx.commit().await?;
            if deleted < AT_ONCE {
                break;
            }
        }
    }
    job::trim(app, now).await?;
    upload::trim(app, now).await
}
