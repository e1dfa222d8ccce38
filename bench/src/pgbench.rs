//! PostgreSQL's own measuring program: running a script, and inserting one durable row after the
//! other. The server of the tests does not sync its writes; while a `Pgbench` lives, it does.

use crate::command;
use crate::engine::Place;
use crate::postgres;
use crate::section::{CLIENTS, TURN};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What makes a commit last
const DURABLE: [&str; 3] = ["fsync", "full_page_writes", "synchronous_commit"];
/// A row about as long as one of an order
const SCRIPT: &str = "\\set id random(1, 1000000000)\n\
    INSERT INTO durable (id, body) VALUES (:id, 'one row of some hundred bytes, about as long as one \
    of those that an order is made of, give or take');\n";

/// pgbench on one database
pub struct Pgbench {
    program: PathBuf,
    url: String,
    folder: PathBuf,
}

impl Pgbench {
    /// None on SQLite. From now on the server writes durably.
    ///
    /// # Errors
    /// There is no pgbench, or the server refuses.
    pub async fn of(program: Option<&PathBuf>, place: &Place) -> Result<Option<Self>> {
        let Some(url) = place.url() else { return Ok(None) };
        let program = program.context(
            "pgbench is needed: run this under `tests/services run --`, or name it by --pgbench",
        )?;
        for setting in DURABLE {
            postgres::run(&url, &format!("ALTER SYSTEM SET {setting} = on")).await?;
        }
        postgres::run(&url, "SELECT pg_reload_conf()").await?;
        postgres::run(&url, "CREATE TABLE durable (id bigint NOT NULL, body text NOT NULL)")
            .await?;
        postgres::run(&url, "CREATE INDEX ON durable (id)").await?;
        std::fs::write(place.folder.join("durable.sql"), SCRIPT)?;
        Ok(Some(Self { program: program.clone(), url, folder: place.folder.clone() }))
    }

    /// Inserts for one turn: rows a second.
    ///
    /// # Errors
    /// pgbench fails.
    pub async fn run(&self) -> Result<f64> {
        rate(&self.program, &self.folder, "durable.sql", &self.url, (CLIENTS, TURN)).await
    }

    /// The server is as it was.
    ///
    /// # Errors
    /// It refuses.
    pub async fn end(self) -> Result<()> {
        for setting in DURABLE {
            postgres::run(&self.url, &format!("ALTER SYSTEM RESET {setting}")).await?;
        }
        postgres::run(&self.url, "SELECT pg_reload_conf()").await
    }
}

/// Runs a script of a folder by so many clients for a time: transactions a second.
///
/// # Errors
/// pgbench fails.
pub async fn rate(
    program: &Path,
    folder: &Path,
    script: &str,
    url: &str,
    (clients, time): (usize, Duration),
) -> Result<f64> {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=1"])
        .arg(format!("--file={script}"))
        .arg(format!("--client={clients}"))
        .arg(format!("--time={}", time.as_secs()))
        .arg(url);
    let ran = command::must(&mut command).await?;
    let rate = ran.output.lines().find_map(|line| line.strip_prefix("tps = "));
    let rate = rate.and_then(|rest| rest.split(' ').next()?.parse().ok());
    rate.with_context(|| format!("pgbench said: {}", ran.output))
}
