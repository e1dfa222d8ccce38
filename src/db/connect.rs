//! Opening the pools: PostgreSQL by URL, SQLite by file.
//!
//! SQLite has one writer connection (`BEGIN IMMEDIATE`, so writers queue instead of failing) and a
//! pool of read-only ones. WAL lets readers go on while somebody writes; `synchronous=FULL` keeps
//! an acknowledged write through a power cut, since money lives here.

use super::change::Changes;
use super::crowd::Known;
use super::driver;
use super::folder::FolderLock;
use super::reader::{Reader, Reads};
use super::reading::{self, First, Reading};
use super::replica::Replicas;
use super::stats::Stats;
use super::write::WriteTx;
use crate::error::{Error, Fault, Result};
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnAcquireErr, ConnectOptions, Database, DatabaseConnection, DbErr, TransactionTrait,
};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Statements that each connection keeps prepared. Ours are few hundred texts: lists differ by
/// filter and sort, never by the number of keys.
pub(super) const PREPARED_STATEMENTS: usize = 512;

/// Longest wait for a connection, and for a turn to write
const PATIENCE: Duration = Duration::from_secs(5);

/// What the two databases spell differently
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// PostgreSQL 14 or newer
    Postgres,
    /// SQLite, as linked into the binary
    Sqlite,
}

/// Where the data lives
#[derive(Clone)]
pub struct Db {
    pub(super) reader: Reader,
    pub(super) writer: DatabaseConnection,
    pub(super) dialect: Dialect,
    pub(super) stats: Arc<Stats>,
    /// On PostgreSQL: so many write at a time. Writers that wait for each other, as in a busy
    /// conversation, would otherwise take all connections from whoever needs one for a snapshot.
    turns: Option<Arc<Semaphore>>,
    pub(super) crowd: Known,
    changes: Arc<Changes>,
    pub(super) replicas: Option<Arc<Replicas>>,
    /// Of the embedded database: nobody puts another one in its place meanwhile
    _folder: Option<Arc<FolderLock>>,
}

impl Db {
    /// Opens the database of a URL: `postgres://…`, or `sqlite:PATH`, whose file is made if missing.
    ///
    /// # Errors
    /// The database can't be reached or opened.
    pub async fn connect(url: &str, connections: u32) -> Result<Self> {
        match url.strip_prefix("sqlite:") {
            Some(path) => Self::sqlite(path, connections).await,
            None => Self::postgres(url, connections).await,
        }
    }

    async fn postgres(url: &str, connections: u32) -> Result<Self> {
        let share = Share::of(connections);
        let mut options = options(url, share.held);
        options.map_sqlx_postgres_opts(|o| {
            o.statement_cache_capacity(PREPARED_STATEMENTS).application_name(&driver::NAME)
        });
        options.map_sqlx_postgres_pool_opts(|pool| {
            pool.after_connect(|connection, _| Box::pin(reading::prepare(connection)))
        });
        let stats = Arc::new(Stats::default());
        let mut pool = Database::connect(options).await?;
        watch(&mut pool, &stats, "primary");
        let address = reading::address(url)
            .map_err(|err| Fault::new("reading the database's address", err))?;
        let first: Box<First> = Box::new(|connection| Box::pin(reading::prepare(connection)));
        let reading = Reading::new(address, share.read, PATIENCE, &stats, "primary", first)
            .map_err(|err| Fault::new("making a pool of connections", err))?;
        let reader = Reader::postgres(reading, pool.clone());
        Ok(Self {
            reader,
            writer: pool,
            dialect: Dialect::Postgres,
            stats,
            turns: Some(Arc::new(Semaphore::new(share.write as usize))),
            crowd: Known::default(),
            changes: Arc::default(),
            replicas: None,
            _folder: None,
        })
    }

    async fn sqlite(path: &str, connections: u32) -> Result<Self> {
        if let Some(folder) = Path::new(path).parent() {
            std::fs::create_dir_all(folder)
                .map_err(|e| Error::from(Fault::new("making the data folder", e)))?;
        }
        let folder = FolderLock::share(Path::new(path)).await?;
        let url = format!("sqlite:{path}");
        let stats = Arc::new(Stats::default());
        let mut writing = options(&url, 1);
        writing.map_sqlx_sqlite_opts(|o| {
            o.create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .statement_cache_capacity(PREPARED_STATEMENTS)
                .optimize_on_close(true, 400)
                .pragma("cache_size", "-16000")
        });
        let mut writer = open_first(writing).await?;
        let mut reading = options(&url, connections);
        reading.map_sqlx_sqlite_opts(|o| {
            o.read_only(true)
                .busy_timeout(Duration::from_secs(10))
                .statement_cache_capacity(PREPARED_STATEMENTS)
                .pragma("cache_size", "-16000")
                // A quarter less time for lists than by reading into the cache.
                .pragma("mmap_size", "268435456")
        });
        let mut readers = Database::connect(reading).await?;
        watch(&mut writer, &stats, "primary");
        watch(&mut readers, &stats, "reader");
        let reader = Reader::new(readers, Dialect::Sqlite);
        Ok(Self {
            reader,
            writer,
            dialect: Dialect::Sqlite,
            stats,
            turns: None,
            crowd: Known::default(),
            changes: Arc::default(),
            replicas: None,
            _folder: Some(Arc::new(folder)),
        })
    }

    /// For queries
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Which database this is
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Statement counts and times
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// What was written, and when
    pub fn changes(&self) -> &Arc<Changes> {
        &self.changes
    }

    /// Asks the database for a sign of life, from the reading side.
    ///
    /// # Errors
    /// It gives none.
    pub async fn ping(&self) -> Result<()> {
        self.reader.one(self.reader.sql("SELECT 1")).await?;
        Ok(())
    }

    /// Opens a write transaction; dropping it without `commit` undoes it.
    ///
    /// # Errors
    /// No connection could be had.
    pub async fn write(&self) -> Result<WriteTx> {
        let options = sea_orm::TransactionOptions {
            sqlite_transaction_mode: Some(sea_orm::SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let turn = match &self.turns {
            Some(turns) => Some(turn(turns).await?),
            None => None,
        };
        let tx = self.writer.begin_with_options(options).await?;
        Ok(WriteTx::new(tx, self.dialect, Arc::clone(&self.changes), turn))
    }

    /// The writing pool itself, for migrations and bulk loads only.
    pub fn raw_writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Closes every connection, finishing what runs.
    pub async fn close(&self) {
        if let Some(replicas) = &self.replicas {
            replicas.close();
        }
        // Readers first: the last writer to close folds the write-ahead log into the file.
        match self.reader.reading() {
            Some(reading) => reading.close(),
            None => {
                if let Some(pool) = self.reader.pool() {
                    pool.close_by_ref().await.ok();
                }
            }
        }
        self.writer.close_by_ref().await.ok();
    }
}

/// Opens a file of SQLite that others may be opening, too. Whoever makes a new file one with a
/// write-ahead log needs it alone, and SQLite refuses all others at once instead of waiting.
async fn open_first(options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    let begun = Instant::now();
    loop {
        match Database::connect(options.clone()).await {
            Err(err) if driver::is_busy(&err) && begun.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            opened => return opened,
        }
    }
}

/// How the connections to PostgreSQL are shared out
pub(super) struct Share {
    /// Run single statements
    pub(super) read: u32,
    /// Are held for a transaction or a snapshot
    pub(super) held: u32,
    /// Of these, so many may write
    pub(super) write: u32,
}

impl Share {
    pub(super) fn of(connections: u32) -> Self {
        let read = (connections / 2).max(1);
        let held = (connections - connections / 2).max(1);
        Self { read, held, write: (held - held / 3).max(1) }
    }
}

/// A turn to write, as patient as the pool is for a connection
async fn turn(turns: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, DbErr> {
    let turn = tokio::time::timeout(PATIENCE, Arc::clone(turns).acquire_owned()).await;
    let too_late = |_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
    let closed = |_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed);
    turn.map_err(too_late)?.map_err(closed)
}

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .idle_timeout(Duration::from_secs(600))
        .test_before_acquire_if_idle_for(Duration::from_secs(30))
        .sqlx_logging(false);
    options
}

fn watch(pool: &mut DatabaseConnection, stats: &Arc<Stats>, role: &'static str) {
    let stats = Arc::clone(stats);
    pool.set_metric_callback(move |info| {
        stats.record(role, &info.statement.sql, info.elapsed, info.failed);
    });
}
