//! How far the write-ahead log had come: what a mutation's answer tells, and a later request sends
//! back, so that it is served by nobody who knows less.

use super::connect::{Db, Dialect};
use super::reader::Reads;
use super::stats::POSITION;
use crate::error::{Fault, Result};
use sea_orm::TryGetable;

/// A place in PostgreSQL's write-ahead log. Clients never see it bare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WalPosition(u64);

impl WalPosition {
    /// Beyond what any replica has: only the primary serves whoever sends it back
    pub const UNKNOWN: Self = Self(u64::MAX);

    /// The position of so many bytes of log
    pub fn of(bytes: u64) -> Self {
        Self(bytes)
    }

    /// Bytes of log before it
    pub fn bytes(self) -> u64 {
        self.0
    }
}

/// How far the log of a primary has come. A commit is on disk when it is acknowledged, unless the
/// operator said otherwise: then it is in memory alone, and so is its place in the log.
pub(super) const COME: &str = "SELECT ((CASE current_setting('synchronous_commit') WHEN 'off' \
    THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END) - '0/0')::bigint";

impl Db {
    /// How far the log of the primary has come: behind everything that was committed before. None
    /// on SQLite, which has no replicas.
    ///
    /// # Errors
    /// The primary gave no answer.
    pub async fn position(&self) -> Result<Option<WalPosition>> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(None);
        }
        let mut sql = self.reader().sql(POSITION);
        sql.push(COME);
        let row = self.reader().one(sql).await?;
        let row = row.ok_or_else(|| Fault::new("asking for the position", "there is none"))?;
        Ok(Some(from_database(i64::try_get_by_index(&row, 0)?)))
    }
}

/// A position as statements select it: `(lsn - '0/0')::bigint`
pub(super) fn from_database(bytes: i64) -> WalPosition {
    WalPosition(u64::try_from(bytes).unwrap_or_default())
}
