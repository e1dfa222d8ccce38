//! Reading: what a query path is given.

use super::connect::Dialect;
use super::sql::Sql;
use crate::error::Result;
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult};
use tracing::Instrument;

/// Something that can run a SELECT: a pool of readers, or an open write transaction
pub trait Reads: Sync {
    /// Which database this is
    fn dialect(&self) -> Dialect;

    /// All rows of a statement.
    fn all(&self, sql: Sql) -> impl Future<Output = Result<Vec<QueryResult>>> + Send;

    /// The first row of a statement.
    fn one(&self, sql: Sql) -> impl Future<Output = Result<Option<QueryResult>>> + Send;

    /// An empty statement in this database's dialect.
    fn sql(&self, text: &str) -> Sql {
        Sql::new(self.dialect(), text)
    }
}

/// Connections that only read
#[derive(Clone)]
pub struct Reader {
    pool: DatabaseConnection,
    dialect: Dialect,
}

impl Reader {
    pub(super) fn new(pool: DatabaseConnection, dialect: Dialect) -> Self {
        Self { pool, dialect }
    }

    pub(super) fn connection(&self) -> &DatabaseConnection {
        &self.pool
    }
}

impl Reads for Reader {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    async fn all(&self, sql: Sql) -> Result<Vec<QueryResult>> {
        let span = tracing::debug_span!("db.query", db.statement = sql.text());
        Ok(self.pool.query_all_raw(sql.into_statement()).instrument(span).await?)
    }

    async fn one(&self, sql: Sql) -> Result<Option<QueryResult>> {
        let span = tracing::debug_span!("db.query", db.statement = sql.text());
        Ok(self.pool.query_one_raw(sql.into_statement()).instrument(span).await?)
    }
}
