//! A replica from when it is taken in to when it is dropped: its connections, and how far it is.
//!
//! One that comes back is another life, with other connections: what still waits for the old ones
//! has gone to the primary.

use super::lag::Lag;
use super::line::{PATIENCE, REPLAYED};
use super::settings::Settings;
use crate::db::driver::driver;
use crate::db::pool::Connections;
use crate::db::position::{WalPosition, from_database};
use crate::db::reading::{self, First, Reading};
use crate::db::sql::Sql;
use parking_lot::Mutex;
use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{self, Executor};
use sea_orm::{ConnAcquireErr, DbErr, QueryResult};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// A replica that is up
pub(super) struct Life {
    reading: Reading,
    vitals: Arc<Vitals>,
    /// What figures call it
    label: Arc<str>,
}

/// How it is, as it was last seen
struct Vitals {
    replayed: AtomicU64,
    lag: Mutex<Lag>,
    /// Why it is dropped
    reason: Mutex<Option<String>>,
    lost: CancellationToken,
}

impl Life {
    /// Takes a replica in that has replayed this much. Nothing is connected yet.
    ///
    /// # Errors
    /// The URL is none.
    pub(super) fn begin(
        settings: &Settings,
        replayed: WalPosition,
        lag: Lag,
    ) -> Result<Self, String> {
        let vitals = Arc::new(Vitals {
            replayed: AtomicU64::new(replayed.bytes()),
            lag: Mutex::new(lag),
            reason: Mutex::new(None),
            lost: CancellationToken::new(),
        });
        let address = reading::address(settings.url.expose()).map_err(|err| err.to_string())?;
        let verified = Arc::clone(&vitals);
        let first: Box<First> = Box::new(move |connection| {
            let vitals = Arc::clone(&verified);
            Box::pin(async move { vitals.verify(connection).await })
        });
        let Settings { connections, stats, label, .. } = settings;
        // Whoever finds all connections busy this long is better off with the primary.
        let reading = Reading::new(address, *connections, PATIENCE, stats, "replica", first)
            .map_err(|err| err.to_string())?;
        Ok(Self { reading, vitals, label: Arc::clone(label) })
    }

    /// It was seen like this.
    pub(super) fn seen(&self, replayed: WalPosition, lag: Lag) {
        self.vitals.replayed.store(replayed.bytes(), Ordering::Release);
        *self.vitals.lag.lock() = lag;
    }

    /// What it has replayed at least
    pub(super) fn replayed(&self) -> WalPosition {
        WalPosition::of(self.vitals.replayed.load(Ordering::Acquire))
    }

    /// Whether it is at most this far behind
    pub(super) fn is_within(&self, limit: Duration) -> bool {
        self.vitals.lag.lock().within(limit)
    }

    /// Whether nobody may ask it any more
    pub(super) fn is_lost(&self) -> bool {
        self.vitals.lost.is_cancelled()
    }

    /// Why that is
    pub(super) fn reason(&self) -> String {
        self.vitals.reason.lock().clone().unwrap_or_default()
    }

    /// Nobody asks it any more, and whoever waits for it goes to the primary.
    pub(super) fn lose(&self, reason: String) {
        self.vitals.lose(reason);
    }

    /// Closes its connections, those in use when they come back.
    pub(super) fn close(&self) {
        self.lose("it is closed".to_owned());
        self.reading.close();
    }

    /// Open and idle connections
    pub(super) fn connections(&self) -> Connections {
        self.reading.connections()
    }
}

impl Vitals {
    fn lose(&self, reason: String) {
        self.reason.lock().get_or_insert(reason);
        self.lost.cancel();
    }

    /// Sets up a connection, and looks whether it leads to what was seen: a replica that was killed
    /// comes back with less than it had, and may have done so since it was last looked at. The
    /// process behind a connection does not outlive that, so once is enough.
    async fn verify(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        connection.execute("SET jit = off; SET default_transaction_read_only = on").await?;
        let floor = self.replayed.load(Ordering::Acquire);
        let (replays, bytes): (bool, Option<i64>) =
            sqlx::query_as(REPLAYED).fetch_one(connection).await?;
        let replayed = bytes.map_or(WalPosition::of(0), from_database);
        if replays && replayed.bytes() >= floor {
            return Ok(());
        }
        let reason = "it has started anew".to_owned();
        self.lose(reason.clone());
        Err(sqlx::Error::Configuration(reason.into()))
    }
}

/// The replica that a request reads, and whether it still does
#[derive(Clone)]
pub(in crate::db) struct Chosen {
    life: Arc<Life>,
    /// What it had replayed when it was chosen
    replayed: WalPosition,
    /// It failed: the rest of the request is the primary's
    left: Arc<AtomicBool>,
}

impl Chosen {
    pub(super) fn new(life: Arc<Life>, replayed: WalPosition) -> Self {
        Self { life, replayed, left: Arc::new(AtomicBool::new(false)) }
    }

    /// What everything holds that is read here
    pub(in crate::db) fn replayed(&self) -> WalPosition {
        self.replayed
    }

    /// All rows of a statement; None: the primary is to be asked.
    pub(in crate::db) async fn all(&self, sql: &Sql) -> Option<Vec<QueryResult>> {
        self.ask(self.rows(sql)).await
    }

    /// The first row of a statement; None: the primary is to be asked.
    pub(in crate::db) async fn one(&self, sql: &Sql) -> Option<Option<QueryResult>> {
        let row = async { Ok(self.rows(sql).await?.into_iter().next()) };
        self.ask(row).await
    }

    async fn rows(&self, sql: &Sql) -> Result<Vec<QueryResult>, DbErr> {
        let span = sql.span();
        self.life.reading.once(sql.clone().into_statement()).instrument(span).await
    }

    /// Whatever goes wrong, the primary may still know better: a conflict with what is replayed, a
    /// column that a migration has just made, a server that is gone.
    async fn ask<T>(&self, asked: impl Future<Output = Result<T, DbErr>>) -> Option<T> {
        if self.left.load(Ordering::Relaxed) {
            return None;
        }
        tokio::select! {
            answer = asked => match answer {
                Ok(answer) => return Some(answer),
                Err(err) if is_gone(&err) => self.life.lose(format!("a statement failed: {}", kind(&err))),
                Err(err) => tracing::debug!(replica = &*self.life.label, error = kind(&err), "the primary is asked instead"),
            },
            () = self.life.vitals.lost.cancelled() => {}
        }
        self.left.store(true, Ordering::Relaxed);
        let label = self.life.label.to_string();
        metrics::counter!("plaza_replica_failures_total", "replica" => label).increment(1);
        None
    }
}

/// Whether the server, or the way to it, is no more. One that is merely busy is not gone.
fn is_gone(err: &DbErr) -> bool {
    match (err, driver(err)) {
        (DbErr::ConnectionAcquire(err), _) => matches!(err, ConnAcquireErr::ConnectionClosed),
        (_, Some(sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_))) => true,
        // 08: connection; 57P: shut down by an administrator, crashed, not up yet
        (_, Some(sqlx::Error::Database(err))) => {
            err.code().is_some_and(|code| code.starts_with("08") || code.starts_with("57P"))
        }
        _ => false,
    }
}

/// An error for the log, which holds no value of the statement
fn kind(err: &DbErr) -> String {
    match driver(err) {
        Some(sqlx::Error::Database(err)) => format!("SQLSTATE {}", err.code().unwrap_or_default()),
        Some(sqlx::Error::Io(err)) => err.to_string(),
        _ => "no answer".to_owned(),
    }
}
