//! Connections to PostgreSQL for single statements: the pool of those who read, from the primary or a
//! replica.
//!
//! sqlx's pool asks the server whether a connection is still there whenever one comes back: a round
//! trip more for every statement, and a third of what a nested list can do. A connection whose answer
//! was read to its end needs no such question. deadpool asks only where we say so: of what was idle for a
//! while, and of what was given up in the middle of an answer. Writers and snapshots, which hold a
//! connection for several statements, stay with sqlx's pool.

use super::connect::PREPARED_STATEMENTS;
use super::driver;
use super::pool::Connections;
use super::stats::Stats;
use deadpool::Runtime;
use deadpool::managed::{
    BuildError, Manager, Metrics, Object, Pool, PoolConfig, PoolError, QueueMode, RecycleError,
    RecycleResult, Timeouts,
};
use futures_util::future::BoxFuture;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions, Connection, Executor};
use sea_orm::{ConnAcquireErr, DbErr, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What was idle longer is asked whether it is still there
const FRESH: Duration = Duration::from_secs(10);
/// Longest wait for that answer
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);

/// A pool of connections, each of which runs one statement at a time
#[derive(Clone)]
pub(super) struct Reading {
    pool: Pool<Maker>,
    stats: Arc<Stats>,
    role: &'static str,
}

/// What a new connection goes through before it is asked anything
pub(super) type First =
    dyn for<'c> Fn(&'c mut PgConnection) -> BoxFuture<'c, Result<(), sqlx::Error>> + Send + Sync;

struct Maker {
    address: PgConnectOptions,
    first: Box<First>,
}

struct Lent {
    connection: PgConnection,
    /// The answer to its last statement was read to the end
    done: bool,
}

impl Manager for Maker {
    type Type = Lent;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Lent, sqlx::Error> {
        // Boxed, since every statement would carry room for it.
        let made = async {
            let mut connection = self.address.connect().await?;
            (self.first)(&mut connection).await?;
            Ok(Lent { connection, done: true })
        };
        Box::pin(made).await
    }

    async fn recycle(&self, lent: &mut Lent, used: &Metrics) -> RecycleResult<sqlx::Error> {
        if !lent.done || used.last_used() > FRESH {
            Box::pin(lent.connection.ping()).await.map_err(RecycleError::Backend)?;
            lent.done = true;
        }
        Ok(())
    }
}

/// Where a URL leads
///
/// # Errors
/// It leads nowhere.
pub(super) fn address(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    let address: PgConnectOptions = url.parse()?;
    let address = address.application_name(&driver::NAME);
    Ok(address.statement_cache_capacity(PREPARED_STATEMENTS).disable_statement_logging())
}

/// What every connection to the primary is told first. Compiling a plan takes longer than any of our
/// statements runs: 20 ms and more, at random.
pub(super) async fn prepare(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    connection.execute("SET jit = off").await.map(|_| ())
}

impl Reading {
    /// Opens none yet. Each that is opened goes through `first`.
    ///
    /// # Errors
    /// None is expected: the pool's settings fit each other.
    pub(super) fn new(
        address: PgConnectOptions,
        connections: u32,
        patience: Duration,
        stats: &Arc<Stats>,
        role: &'static str,
        first: Box<First>,
    ) -> Result<Self, BuildError> {
        let mut config = PoolConfig::new(connections as usize);
        // The latest is the warmest, and what is too many gets old.
        config.queue_mode = QueueMode::Lifo;
        config.timeouts =
            Timeouts { wait: Some(patience), create: Some(patience), recycle: Some(SIGN_OF_LIFE) };
        let maker = Maker { address, first };
        let pool = Pool::builder(maker).config(config).runtime(Runtime::Tokio1).build()?;
        Ok(Self { pool, stats: Arc::clone(stats), role })
    }

    /// All rows of a statement. Where the connection turns out to be gone, another one is asked:
    /// whoever reads does not notice that the database was restarted.
    ///
    /// # Errors
    /// As the database has it, or there is no connection to be had.
    pub(super) async fn all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut lent = self.pool.get().await.map_err(not_lent)?;
        match self.ask(&mut lent, &statement).await {
            Err(sqlx::Error::Io(_)) => {}
            answer => return rows(answer),
        }
        drop(Object::take(lent));
        // The others were opened before it broke, too.
        self.pool.retain(|_, _| false);
        let mut lent = self.pool.get().await.map_err(not_lent)?;
        rows(self.ask(&mut lent, &statement).await)
    }

    /// The same of one connection alone, for whoever knows somebody else to ask.
    ///
    /// # Errors
    /// As [`Reading::all`], or the connection is gone.
    pub(super) async fn once(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut lent = self.pool.get().await.map_err(not_lent)?;
        rows(self.ask(&mut lent, &statement).await)
    }

    async fn ask(
        &self,
        lent: &mut Lent,
        statement: &Statement,
    ) -> Result<Vec<sqlx::postgres::PgRow>, sqlx::Error> {
        let begun = Instant::now();
        let values = SqlxValues(statement.values.clone().unwrap_or_else(|| Values(Vec::new())));
        let query = sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), values);
        lent.done = false;
        let rows = query.fetch_all(&mut lent.connection).await;
        lent.done = rows.is_ok();
        self.stats.record(self.role, &statement.sql, begun.elapsed(), rows.is_err());
        rows
    }

    /// Open and idle connections
    pub(super) fn connections(&self) -> Connections {
        let status = self.pool.status();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Connections {
            open: count(status.size),
            idle: count(status.available),
            most: count(status.max_size),
        }
    }

    /// Closes those that are idle, and the others as they come back.
    pub(super) fn close(&self) {
        self.pool.close();
    }
}

fn rows(
    answer: Result<Vec<sqlx::postgres::PgRow>, sqlx::Error>,
) -> Result<Vec<QueryResult>, DbErr> {
    match answer {
        Ok(rows) => Ok(rows.into_iter().map(Into::into).collect()),
        Err(err) => Err(DbErr::Query(RuntimeErr::SqlxError(err.into()))),
    }
}

/// As sea-orm has it
fn not_lent(err: PoolError<sqlx::Error>) -> DbErr {
    match err {
        PoolError::Backend(err) => DbErr::Conn(RuntimeErr::SqlxError(err.into())),
        PoolError::Closed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        _ => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
    }
}
