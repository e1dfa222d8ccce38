//! Counts and times every statement, and names the slow ones in the log, without their values.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Statements slower than this are logged
const SLOW: Duration = Duration::from_millis(100);

/// How many statements ran since the start, on all pools
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatementCount(pub u64);

/// Statement counter of one `Db`
#[derive(Default)]
pub struct Stats {
    statements: AtomicU64,
}

impl Stats {
    /// Statements so far
    pub fn statements(&self) -> StatementCount {
        StatementCount(self.statements.load(Ordering::Relaxed))
    }

    pub(super) fn record(&self, role: &'static str, sql: &str, took: Duration, failed: bool) {
        self.statements.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("plaza_db_statements_total", "role" => role).increment(1);
        metrics::histogram!("plaza_db_statement_seconds", "role" => role)
            .record(took.as_secs_f64());
        if took > SLOW {
            tracing::warn!(
                db.role = role,
                db.statement = sql,
                took_ms = took.as_secs_f64() * 1e3,
                failed,
                "slow statement"
            );
        }
    }
}
