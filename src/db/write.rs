//! Writing: one transaction, committed or undone.

use super::change::Changes;
use super::connect::Dialect;
use super::reader::Reads;
use super::sql::Sql;
use super::table::Written;
use crate::error::{Code, Error, Fault, Refusal, Result};
use parking_lot::Mutex;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, SqlErr};
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

/// An open write transaction. Dropped without [`WriteTx::commit`], it is undone.
pub struct WriteTx {
    tx: DatabaseTransaction,
    dialect: Dialect,
    /// What caches are to forget
    written: Mutex<Written>,
    changes: Arc<Changes>,
    /// Given back when the connection is
    _turn: Option<OwnedSemaphorePermit>,
}

impl WriteTx {
    pub(super) fn new(
        tx: DatabaseTransaction,
        dialect: Dialect,
        changes: Arc<Changes>,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Self {
        Self { tx, dialect, written: Mutex::default(), changes, _turn: turn }
    }

    /// Runs a statement; the number of rows that it touched.
    ///
    /// # Errors
    /// As the database has it: constraint violations come as faults that [`refuse_taken`] can turn
    /// into refusals.
    pub async fn run(&self, sql: Sql) -> Result<u64, DbErr> {
        self.note(&sql);
        Ok(self.tx.execute_raw(sql.into_statement()).await?.rows_affected())
    }

    /// The connection, for statements that say themselves what they write.
    pub(super) fn connection(&self) -> &DatabaseTransaction {
        &self.tx
    }

    /// A row is written; None: some are.
    pub(super) fn wrote(&self, table: &str, row: Option<Uuid>) {
        self.written.lock().add(table, row.as_ref().map(std::slice::from_ref));
    }

    fn note(&self, sql: &Sql) {
        self.written.lock().add_statement(sql.text(), sql.rows());
    }

    /// Makes it last. What was written is counted before anybody hears of it.
    ///
    /// # Errors
    /// The database could not write.
    pub async fn commit(self) -> Result<()> {
        let Self { tx, written, changes, _turn: turn, .. } = self;
        let written = written.into_inner();
        if written.is_empty() {
            return Ok(tx.commit().await?);
        }
        // On a task of its own: whoever stops waiting stops neither the commit nor the count. And
        // where nobody knows whether it was committed, it counts.
        let commit = tokio::spawn(async move {
            let committed = tx.commit().await;
            changes.wrote(&written);
            drop(turn);
            committed
        });
        let ended = |err| Fault::new("committing", err);
        Ok(commit.await.map_err(ended)??)
    }
}

impl Reads for WriteTx {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    async fn all(&self, sql: Sql) -> Result<Vec<QueryResult>> {
        self.note(&sql);
        Ok(self.tx.query_all_raw(sql.into_statement()).await?)
    }

    async fn one(&self, sql: Sql) -> Result<Option<QueryResult>> {
        self.note(&sql);
        Ok(self.tx.query_one_raw(sql.into_statement()).await?)
    }
}

/// Turns the violation of a unique constraint into the refusal `TAKEN`, by the constraint's columns.
///
/// `known` names the columns (as `table.column`, which is how SQLite reports them; PostgreSQL
/// reports `table_column_key`), the input field and what it is called.
pub fn refuse_taken(err: DbErr, known: &[(&str, &str, &'static str)]) -> Error {
    if let Some(SqlErr::UniqueConstraintViolation(message)) = err.sql_err() {
        for (column, field, message_for_person) in known {
            let constraint = format!("{}_key", column.replace('.', "_"));
            if message.contains(column) || message.contains(&constraint) {
                return Refusal::new(Code::Taken, *message_for_person).at(field).into();
            }
        }
    }
    err.into()
}
