//! Counts and times every statement, and names the slow ones in the log, without their values.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Statements slower than this are logged
const SLOW: Duration = Duration::from_millis(100);

/// What begins a statement that nobody asked for: Plaza looks after itself, from time to time
pub const UPKEEP: &str = "/* upkeep */ ";

/// How many statements ran since the start, on all pools
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatementCount(pub u64);

/// Is told the text of each statement
type Listener = Box<dyn Fn(&str) + Send + Sync>;

/// Statement counter of one `Db`
#[derive(Default)]
pub struct Stats {
    statements: AtomicU64,
    listener: OnceLock<Listener>,
}

impl Stats {
    /// Statements so far, without those of [`UPKEEP`], which come at any time
    pub fn statements(&self) -> StatementCount {
        StatementCount(self.statements.load(Ordering::Relaxed))
    }

    /// Tells the text of every statement from now on, without its values and without those of
    /// [`UPKEEP`]: for tests and tools that ask what a request reads. The first listener stays; false for any after it.
    pub fn listen(&self, listener: impl Fn(&str) + Send + Sync + 'static) -> bool {
        self.listener.set(Box::new(listener)).is_ok()
    }

    pub(super) fn record(&self, role: &'static str, sql: &str, took: Duration, failed: bool) {
        let upkeep = sql.starts_with(UPKEEP);
        let role = if upkeep { "upkeep" } else { role };
        self.statements.fetch_add(u64::from(!upkeep), Ordering::Relaxed);
        if let Some(listener) = self.listener.get().filter(|_| !upkeep) {
            listener(sql);
        }
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
