//! The command line of `plaza-quick`; `make bench-quick` hands its variables on.

use crate::engine::Engine;
use clap::Parser;
use std::path::PathBuf;

/// Measure what a few requests cost, and compare it with the figures that are kept
#[derive(Debug, Parser)]
#[command(name = "plaza-quick")]
pub struct Options {
    /// Plaza, which fills the databases
    #[arg(long, env = "PLAZA_BIN", value_name = "FILE")]
    pub plaza: PathBuf,
    /// PostgreSQL in which a database may be made, as `tests/services` starts it
    #[arg(long, env = "PLAZA_TEST_POSTGRES", value_name = "URL")]
    pub postgres: Option<String>,
    /// Only on these, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "DATABASE")]
    pub on: Vec<Engine>,
    /// Figures that are kept
    #[arg(long, default_value = "bench/quick.json", value_name = "FILE")]
    pub kept: PathBuf,
    /// Keep what is measured now
    #[arg(long)]
    pub keep: bool,
    /// Where databases are made
    #[arg(long, default_value = "target/bench", value_name = "FOLDER")]
    pub folder: PathBuf,
    /// Rounds; more where something seems to cost more than it did
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(5..))]
    pub rounds: u32,
}

impl Options {
    /// Databases to measure on
    pub fn engines(&self) -> Vec<Engine> {
        if self.on.is_empty() { vec![Engine::Sqlite, Engine::Postgres] } else { self.on.clone() }
    }
}
