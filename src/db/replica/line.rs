//! A connection of its own to one server, to ask how it is: a pool that is busy must not look like
//! a server that is late.

use crate::db::position::{COME, WalPosition, from_database};
use crate::db::stats::{Stats, UPKEEP};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sea_orm::sqlx::{self, ConnectOptions, FromRow};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

/// Asks how far the log of a primary has come
static WRITTEN: LazyLock<String> = LazyLock::new(|| format!("{UPKEEP}{COME}"));
/// Whoever takes longer to answer does not answer
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// Asks one server, and connects again where that failed
pub(super) struct Line {
    options: PgConnectOptions,
    open: Option<PgConnection>,
    /// Whose statements these are in the figures
    stats: Arc<Stats>,
}

/// Which data a server has: the cluster's number, and the database's name
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// None: whoever asks may not know
    cluster: Option<String>,
    database: String,
}

impl Identity {
    /// Whether both have the same data, as far as is known
    pub(super) fn is(&self, other: &Self) -> bool {
        let known = self.cluster.as_ref().zip(other.cluster.as_ref());
        self.database == other.database && known.is_none_or(|(one, other)| one == other)
    }
}

impl Line {
    /// Nothing is opened yet.
    ///
    /// # Errors
    /// The URL is none.
    pub(super) fn to(url: &str, stats: Arc<Stats>) -> Result<Self, String> {
        let options: PgConnectOptions = url.parse().map_err(|err: sqlx::Error| err.to_string())?;
        Ok(Self { options: options.disable_statement_logging(), open: None, stats })
    }

    /// How far the log of a primary has come
    pub(super) async fn written(&mut self) -> Result<WalPosition, String> {
        let (bytes,): (i64,) = self.ask(&WRITTEN).await?;
        Ok(from_database(bytes))
    }

    /// How much of the log a replica has replayed; None for a server that is no replica
    pub(super) async fn replayed(&mut self) -> Result<Option<WalPosition>, String> {
        let (replays, bytes): (bool, Option<i64>) = self.ask(REPLAYED).await?;
        match (replays, bytes) {
            (false, _) => Ok(None),
            (true, Some(bytes)) => Ok(Some(from_database(bytes))),
            (true, None) => Err("it has replayed nothing yet".to_owned()),
        }
    }

    /// Which data it has
    pub(super) async fn identity(&mut self) -> Result<Identity, String> {
        // What of this is for privileged roles alone on a hosted database is not known then.
        let known = self
            .ask::<(String,)>(
                "/* upkeep */ SELECT system_identifier::text FROM pg_control_system()",
            )
            .await;
        let (database,): (String,) =
            self.ask("/* upkeep */ SELECT current_database()::text").await?;
        Ok(Identity { cluster: known.ok().map(|(cluster,)| cluster), database })
    }

    async fn ask<T>(&mut self, sql: &'static str) -> Result<T, String>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        debug_assert!(sql.starts_with(UPKEEP), "{sql}");
        let begun = Instant::now();
        // Out of its place while it is in use: what fails, or is too slow, is closed.
        let open = self.open.take();
        let asked = async {
            let mut connection = match open {
                Some(connection) => connection,
                None => self.options.connect().await?,
            };
            let row = sqlx::query_as(sql).fetch_one(&mut connection).await;
            Ok::<_, sqlx::Error>((connection, row))
        };
        let answer = match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok((connection, Ok(row)))) => {
                self.open = Some(connection);
                Ok(row)
            }
            Ok(Ok((_, Err(err))) | Err(err)) => Err(err.to_string()),
            Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
        };
        self.stats.record("replica", sql, begun.elapsed(), answer.is_err());
        answer
    }
}

/// Whether a server replays another's log, and how much of it it has
pub(super) const REPLAYED: &str =
    "/* upkeep */ SELECT pg_is_in_recovery(), (pg_last_wal_replay_lsn() - '0/0')::bigint";
