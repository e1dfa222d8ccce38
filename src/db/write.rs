//! Writing: one transaction, committed or undone.

use super::connect::Dialect;
use super::reader::Reads;
use super::sql::Sql;
use crate::error::{Code, Error, Refusal, Result};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, SqlErr};
use tokio::sync::OwnedSemaphorePermit;

/// An open write transaction. Dropped without [`WriteTx::commit`], it is undone.
pub struct WriteTx {
    tx: DatabaseTransaction,
    dialect: Dialect,
    /// Given back when the connection is
    _turn: Option<OwnedSemaphorePermit>,
}

impl WriteTx {
    pub(super) fn new(
        tx: DatabaseTransaction,
        dialect: Dialect,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Self {
        Self { tx, dialect, _turn: turn }
    }

    /// Runs a statement; the number of rows that it touched.
    ///
    /// # Errors
    /// As the database has it: constraint violations come as faults that [`refuse_taken`] can turn
    /// into refusals.
    pub async fn run(&self, sql: Sql) -> Result<u64, DbErr> {
        Ok(self.tx.execute_raw(sql.into_statement()).await?.rows_affected())
    }

    /// The connection, for sea-orm's own statement builders.
    pub fn connection(&self) -> &DatabaseTransaction {
        &self.tx
    }

    /// Makes it last.
    ///
    /// # Errors
    /// The database could not write.
    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }
}

impl Reads for WriteTx {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    async fn all(&self, sql: Sql) -> Result<Vec<QueryResult>> {
        Ok(self.tx.query_all_raw(sql.into_statement()).await?)
    }

    async fn one(&self, sql: Sql) -> Result<Option<QueryResult>> {
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
