//! Throws away what has served its time: events that no stream can ask for any more, keys that count
//! as never sent.

use super::idempotency::KEPT_SECONDS;
use crate::app::{App, report};
use crate::db::{Reads, UPKEEP};
use crate::error::Result;
use std::time::Duration;

/// How long the log reaches back, in seconds: 7 days
const LOG_SECONDS: i64 = 7 * 24 * 3600;
/// Rows that one transaction deletes: writers wait for no more than these
const AT_ONCE: u64 = 1000;
/// Pause between two looks
const PAUSE: Duration = Duration::from_secs(600);

/// Trims again and again, until it is aborted.
pub async fn trim_for_ever(app: &App) {
    loop {
        report(&trim(app).await);
        tokio::time::sleep(PAUSE).await;
    }
}

/// Deletes what is too old, a little at a time.
///
/// # Errors
/// The database could not write.
pub async fn trim(app: &App) -> Result<()> {
    let now = app.clock.now();
    for (table, key, age, kept) in [
        ("event", "topic, seq", "at", LOG_SECONDS),
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
    Ok(())
}
