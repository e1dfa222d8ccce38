//! The few statements that making and watching PostgreSQL databases takes.

use crate::engine::Place;
use crate::usage;
use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use std::time::Duration;

async fn connect(url: &str) -> Result<PgConnection> {
    PgConnection::connect(url).await.context("connecting to PostgreSQL")
}

/// Runs a statement of ours.
///
/// # Errors
/// The server refuses.
pub async fn run(url: &str, sql: &str) -> Result<()> {
    connect(url).await?.execute(AssertSqlSafe(sql)).await.with_context(|| sql.to_owned())?;
    Ok(())
}

/// The number that a statement of ours yields.
///
/// # Errors
/// The server refuses.
pub async fn number(url: &str, sql: &str) -> Result<i64> {
    let row = connect(url).await?.fetch_one(AssertSqlSafe(sql)).await;
    Ok(row.with_context(|| sql.to_owned())?.try_get(0)?)
}

/// The text that a statement of ours yields, where there is one.
///
/// # Errors
/// The server refuses.
pub async fn text(url: &str, sql: &str) -> Result<Option<String>> {
    let row = connect(url).await?.fetch_optional(AssertSqlSafe(sql)).await;
    Ok(match row.with_context(|| sql.to_owned())? {
        Some(row) => row.try_get(0)?,
        None => None,
    })
}

/// Watches what the server's processes use for one database
pub struct Watch {
    postmaster: i32,
    name: String,
}

impl Watch {
    /// None on SQLite: the database runs inside Plaza there.
    ///
    /// # Errors
    /// The server can't be asked.
    pub async fn of(place: &Place) -> Result<Option<Self>> {
        let Some((server, name)) = place.on_server() else { return Ok(None) };
        let mut connection = connect(server).await?;
        let row = connection.fetch_one("SELECT pg_backend_pid()").await?;
        let postmaster = usage::parent(row.try_get(0)?)?;
        Ok(Some(Self { postmaster, name: name.to_owned() }))
    }

    /// The server's first process, of which all others are children
    pub fn postmaster(&self) -> i32 {
        self.postmaster
    }

    /// CPU time so far of the processes that work on the database, and of all that have ended:
    /// helpers of a parallel query live no longer than it.
    ///
    /// # Errors
    /// The server is gone.
    pub fn cpu(&self) -> Result<Duration> {
        // Their command lines read: postgres: USER DATABASE ADDRESS(PORT) STATE
        let backends = usage::children(self.postmaster, &format!(" {} ", self.name))?;
        let running: Duration = backends.into_iter().filter_map(|pid| usage::cpu(pid).ok()).sum();
        Ok(running + usage::cpu_of_ended_children(self.postmaster)?)
    }
}
