//! Reading: what a query path is given.

use super::connect::Dialect;
use super::position::WalPosition;
use super::reading::Reading;
use super::replica::Chosen;
use super::sql::Sql;
use super::table::Sources;
use crate::error::Result;
use parking_lot::Mutex;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, IsolationLevel,
    QueryResult, TransactionTrait, TryGetable,
};
use std::sync::Arc;
use tracing::Instrument;

tokio::task_local! {
    static NOTED: Noted;
}

/// What the statements of a task read, whoever runs them
#[derive(Clone, Debug, Default)]
pub struct Noted(Arc<Mutex<Sources>>);

impl Noted {
    /// Runs a future, and notes what it reads, on its own task.
    pub async fn while_running<T>(&self, work: impl Future<Output = T>) -> T {
        NOTED.scope(self.clone(), work).await
    }

    /// All that was read so far
    pub fn sources(&self) -> Sources {
        *self.0.lock()
    }

    /// Notes what was read, where somebody wants to know.
    pub fn add(sources: impl FnOnce() -> Sources) {
        // Mostly nobody does.
        NOTED
            .try_with(|noted| {
                let mut known = noted.0.lock();
                *known = known.and(sources());
            })
            .ok();
    }
}

/// Something that can run a SELECT: a pool of readers, or an open write transaction
pub trait Reads: Sync {
    /// Which database this is
    fn dialect(&self) -> Dialect;

    /// All rows of a statement.
    fn all(&self, sql: Sql) -> impl Future<Output = Result<Vec<QueryResult>>> + Send;

    /// The first row of a statement.
    fn one(&self, sql: Sql) -> impl Future<Output = Result<Option<QueryResult>>> + Send;

    /// The first column of the first row.
    fn value<T: TryGetable>(&self, sql: Sql) -> impl Future<Output = Result<Option<T>>> + Send {
        async { Ok(self.one(sql).await?.map(|row| T::try_get_by_index(&row, 0)).transpose()?) }
    }

    /// An empty statement in this database's dialect.
    fn sql(&self, text: &str) -> Sql {
        Sql::new(self.dialect(), text)
    }
}

/// Connections that only read
#[derive(Clone)]
pub struct Reader {
    source: Source,
    dialect: Dialect,
    /// Asked first; `source` is the primary
    replica: Option<Chosen>,
}

#[derive(Clone)]
enum Source {
    /// Any connection: each statement sees what is committed when it runs
    Pool(DatabaseConnection),
    /// The same on PostgreSQL, where snapshots are had from another pool
    Reading(Reading, DatabaseConnection),
    /// One connection: all statements see one state
    Snapshot(Arc<DatabaseTransaction>),
}

impl Reader {
    pub(super) fn new(pool: DatabaseConnection, dialect: Dialect) -> Self {
        Self { source: Source::Pool(pool), dialect, replica: None }
    }

    pub(super) fn postgres(reading: Reading, held: DatabaseConnection) -> Self {
        let source = Source::Reading(reading, held);
        Self { source, dialect: Dialect::Postgres, replica: None }
    }

    /// The same, with a replica that is asked first
    pub(super) fn nearby(&self, replica: Chosen) -> Self {
        Self { replica: Some(replica), ..self.clone() }
    }

    /// What the replica that it reads had replayed at least, before the first statement; None: it
    /// reads the primary.
    pub fn position(&self) -> Option<WalPosition> {
        self.replica.as_ref().map(Chosen::replayed)
    }

    /// The same rows for every statement, as they were at the first, on the primary. It holds a
    /// connection until it is dropped.
    ///
    /// # Errors
    /// No connection could be had.
    pub async fn snapshot(&self) -> Result<Self> {
        let Some(pool) = self.pool() else { return Ok(self.clone()) };
        let (isolation, access) = match self.dialect {
            Dialect::Postgres => (Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)),
            // A transaction of SQLite sees one state as it is.
            Dialect::Sqlite => (None, None),
        };
        let tx = pool.begin_with_config(isolation, access).await?;
        Ok(Self { source: Source::Snapshot(Arc::new(tx)), dialect: self.dialect, replica: None })
    }

    /// All rows of a statement, from `source`
    async fn rows(&self, sql: Sql) -> Result<Vec<QueryResult>, DbErr> {
        let span = sql.span();
        let statement = sql.into_statement();
        match &self.source {
            Source::Pool(pool) => pool.query_all_raw(statement).instrument(span).await,
            Source::Reading(reading, _) => reading.all(statement).instrument(span).await,
            Source::Snapshot(tx) => tx.query_all_raw(statement).instrument(span).await,
        }
    }

    /// The first row of a statement, from `source`
    async fn row(&self, sql: Sql) -> Result<Option<QueryResult>, DbErr> {
        let span = sql.span();
        let statement = sql.into_statement();
        match &self.source {
            Source::Pool(pool) => pool.query_one_raw(statement).instrument(span).await,
            Source::Reading(reading, _) => {
                Ok(reading.all(statement).instrument(span).await?.into_iter().next())
            }
            Source::Snapshot(tx) => tx.query_one_raw(statement).instrument(span).await,
        }
    }

    pub(super) fn pool(&self) -> Option<&DatabaseConnection> {
        match &self.source {
            Source::Pool(pool) | Source::Reading(_, pool) => Some(pool),
            Source::Snapshot(_) => None,
        }
    }

    pub(super) fn reading(&self) -> Option<&Reading> {
        match &self.source {
            Source::Reading(reading, _) => Some(reading),
            Source::Pool(_) | Source::Snapshot(_) => None,
        }
    }
}

impl Reads for Reader {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    // Here alone a replica is asked, and the primary again where that came to nothing: what is read
    // can be read twice.

    async fn all(&self, sql: Sql) -> Result<Vec<QueryResult>> {
        Noted::add(|| Sources::of(sql.text()));
        if let Some(replica) = &self.replica
            && let Some(rows) = replica.all(&sql).await
        {
            return Ok(rows);
        }
        Ok(self.rows(sql).await?)
    }

    async fn one(&self, sql: Sql) -> Result<Option<QueryResult>> {
        Noted::add(|| Sources::of(sql.text()));
        if let Some(replica) = &self.replica
            && let Some(row) = replica.one(&sql).await
        {
            return Ok(row);
        }
        Ok(self.row(sql).await?)
    }
}
