//! `plaza check`: says what is configured, and tries every connection.

use super::{Failure, migrate, say};
use crate::config::{Config, KEYS};
use crate::db::{Db, Dialect};
use clap::Args;
use std::fmt::Write;

/// Arguments of `plaza check`
#[derive(Args)]
#[command(after_help = settings())]
pub struct CheckArgs {}

fn settings() -> String {
    let mut text = "Settings, in the environment or (second name) in plaza.toml:\n".to_owned();
    for (variable, key, expected) in KEYS {
        // Writing to a String can't fail.
        let _ = writeln!(text, "  {variable:<28} {key:<21} {expected}");
    }
    text
}

/// Runs the command.
pub async fn run(_: CheckArgs) -> Result<(), Failure> {
    let config = Config::read()?;
    say(&format!(
        "configuration   good: {}",
        if config.is_scaled() { "scaled" } else { "embedded" }
    ));
    say(&format!("listen          {}", config.listen));
    let mut bad = false;
    let db = match Db::connect(&config.database(), 1).await {
        Ok(db) => db,
        Err(err) => {
            say(&format!("database        can't be reached: {}", super::sentence(&err)));
            return Err(Failure::Code(1));
        }
    };
    let name = match db.dialect() {
        Dialect::Postgres => "PostgreSQL",
        Dialect::Sqlite => "SQLite",
    };
    match migrate::demand_current(&db).await {
        Ok(()) => say(&format!("database        {name}, up to date")),
        Err(err) => {
            bad = true;
            say(&format!("database        {name}: {}", super::sentence(&err)));
        }
    }
    db.close().await;
    if let Some(endpoint) = &config.otlp_endpoint {
        say(&format!("traces          go to {endpoint}"));
    }
    if bad { Err(Failure::Code(1)) } else { Ok(()) }
}
