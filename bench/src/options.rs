//! The command line of `plaza-bench`; `make bench` hands its variables on.

use crate::engine::Engine;
use clap::{Parser, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;

/// Measure what Plaza promises, on both databases
#[derive(Clone, Debug, Parser, Serialize)]
#[command(name = "plaza-bench")]
pub struct Options {
    /// Release build of Plaza
    #[arg(long, env = "PLAZA_BIN", value_name = "FILE")]
    #[serde(skip)]
    pub plaza: PathBuf,
    /// PostgreSQL in which databases may be made, as `tests/services` starts it
    #[arg(long, env = "PLAZA_TEST_POSTGRES", value_name = "URL")]
    #[serde(skip)]
    pub postgres: Option<String>,
    /// PostgreSQL's measuring program, for comparison
    #[arg(long, env = "PLAZA_TEST_PGBENCH", value_name = "FILE")]
    #[serde(skip)]
    pub pgbench: Option<PathBuf>,
    /// Listings in the large database
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(10_000..))]
    pub listings: u32,
    /// Messages in the database of conversations
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(10_000..=10_000_000))]
    pub messages: u32,
    /// Orders in the database with a long history
    #[arg(long, default_value_t = 5_000_000, value_parser = clap::value_parser!(u32).range(100_000..=50_000_000))]
    pub orders: u32,
    /// Rounds in which what is compared is asked in turns
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(10..))]
    pub rounds: u32,
    /// Only these, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "SECTION")]
    pub only: Vec<Part>,
    /// Only on these, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "DATABASE")]
    pub on: Vec<Engine>,
    /// Where seeded databases stay until the next run
    #[arg(long, default_value = "target/bench", value_name = "FOLDER")]
    pub folder: PathBuf,
    /// Where results go
    #[arg(long, default_value = "bench/results", value_name = "FOLDER")]
    pub results: PathBuf,
    /// Name of the results, without ending
    #[arg(long, default_value = "latest")]
    pub name: String,
    /// Sockets that follow a store
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1_000..=100_000))]
    pub sockets: u32,
    /// Seconds for which more is asked than can be answered
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(5..))]
    pub overload_seconds: u32,
    /// Lines of the imported file
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    pub lines: u32,
}

/// What can be measured
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Seed and import: seconds, rows a second, memory
    Bulk,
    /// Page 5,000 of each sort against page 1
    Depth,
    /// Many listings against few, many sockets against few
    Growth,
    /// What refusing a hostile document costs
    Refusals,
    /// Start to first answer, memory at rest
    Start,
    /// Orders placed a second, against durable inserts
    Orders,
    /// Sockets: memory, delivery, coming back all at once, readers that never read
    Streams,
    /// Conversations: deep pages, search, home screen, sending
    Chat,
    /// Three times as much as can be done: what of it is done
    Overload,
    /// A polite client beside hostile ones
    Hostile,
    /// Millions of orders against few, and the same by month
    History,
    /// Beside what one would pick instead
    Peers,
    /// What keeping rows and answers is worth
    Cache,
}

impl Options {
    /// Whether this part was asked for
    pub fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    /// Databases to measure on
    pub fn engines(&self) -> Vec<Engine> {
        if self.on.is_empty() { vec![Engine::Sqlite, Engine::Postgres] } else { self.on.clone() }
    }

    /// Sizes to compare, from 10,000 listings up to the large database's
    pub fn sizes(&self) -> Vec<u32> {
        let mut sizes: Vec<u32> =
            std::iter::successors(Some(10_000_u32), |size| size.checked_mul(10))
                .take_while(|size| *size < self.listings)
                .collect();
        sizes.push(self.listings);
        sizes
    }
}
