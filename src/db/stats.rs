//! Counts and times every statement, and names the slow ones in the log, without their values.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::futures::TaskLocalFuture;

/// Statements slower than this are logged
const SLOW: Duration = Duration::from_millis(100);

/// What begins a statement that nobody asked for: Plaza looks after itself, from time to time
pub const UPKEEP: &str = "/* upkeep */ ";

/// What begins the statement that asks how far a mutation has brought the log. It belongs to the
/// protocol and not to what a document asks for: the same one for each mutation, on PostgreSQL
/// alone. Counted among the others it would tell nothing of the document, and the two databases
/// could not be held against each other; figures have it under a role of its own.
pub(super) const POSITION: &str = "/* position */ ";

/// How many statements ran since the start, on all pools
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatementCount(pub u64);

tokio::task_local! {
    static MINE: Cell<u32>;
}

/// Counts the statements of a piece of work: the value that it leaves behind when it is done.
pub fn counting_statements<F: Future>(work: F) -> TaskLocalFuture<Cell<u32>, F> {
    MINE.scope(Cell::new(0), work)
}

/// Is told the text of each statement
type Listener = Box<dyn Fn(&str) + Send + Sync>;

/// Statement counter of one `Db`
#[derive(Default)]
pub struct Stats {
    statements: AtomicU64,
    listener: OnceLock<Listener>,
}

impl Stats {
    /// Statements so far, without those of [`UPKEEP`], which come at any time, and without asking
    /// for positions
    pub fn statements(&self) -> StatementCount {
        StatementCount(self.statements.load(Ordering::Relaxed))
    }

    /// Tells the text of every statement that is counted from now on, without its values: for tests and
    /// tools that ask what a request reads. The first listener stays; false for any after it.
    pub fn listen(&self, listener: impl Fn(&str) + Send + Sync + 'static) -> bool {
        self.listener.set(Box::new(listener)).is_ok()
    }

    pub(super) fn record(&self, role: &'static str, sql: &str, took: Duration, failed: bool) {
        let own = [(UPKEEP, "upkeep"), (POSITION, "position")];
        let own = own.iter().find(|(begins, _)| sql.starts_with(begins)).map(|(_, role)| *role);
        let counted = own.is_none();
        let role = own.unwrap_or(role);
        self.statements.fetch_add(u64::from(counted), Ordering::Relaxed);
        // Mostly an operation asks; what a server does by itself is nobody's.
        MINE.try_with(|mine| mine.set(mine.get() + u32::from(counted))).ok();
        if let Some(listener) = self.listener.get().filter(|_| counted) {
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
