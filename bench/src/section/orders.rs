//! Orders placed a second by eight clients, against what PostgreSQL itself writes durably: rows that
//! `pgbench` inserts one by one, from as many clients, in turns.
//!
//! An order is two items, their stock, its number, its event, the day's figures, two entries of the
//! log and its idempotency key, in one transaction. SQLite has no such yardstick: there it stands
//! alone, with one writer and a sync of the disk an order.

use super::Bench;
use crate::client::Client;
use crate::engine::Place;
use crate::people::{Counter, Market};
use crate::pgbench::Pgbench;
use crate::rounds::Running;
use crate::sample::{Sample, Tail, median};
use crate::server::Cpu;
use crate::tell;
use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use serde::Serialize;
use std::time::{Duration, Instant};

/// Listings of the database
const LISTINGS: u32 = 1_000;
/// Clients that order at once, and people whose orders they are
pub const CLIENTS: usize = 8;
const BUYERS: u32 = 100;
/// Rounds, and how long each contender takes in one
pub const ROUNDS: usize = 5;
pub const TURN: Duration = Duration::from_secs(4);

/// Orders a second
#[derive(Debug, Serialize)]
pub struct Orders {
    pub clients: usize,
    /// Each client at a store of its own
    pub spread: Placed,
    /// All at the same store, whose orders are numbered one after the other
    pub crowded: Placed,
    /// Rows that pgbench inserts a second, round by round; empty on SQLite
    pub inserts: Vec<f64>,
    /// Orders at stores of their own for each insert; none on SQLite
    pub ratio: Option<f64>,
}

/// Orders of one kind
#[derive(Debug, Serialize)]
pub struct Placed {
    /// A second, round by round
    pub rates: Vec<f64>,
    /// From request to answer, in ms
    pub ms: Tail,
    /// CPU time of the server and of PostgreSQL an order, in ms
    pub server_cpu_ms: f64,
    pub database_cpu_ms: f64,
}

impl Placed {
    /// Median of the rounds
    pub fn rate(&self) -> f64 {
        median(&self.rates)
    }
}

pub(super) async fn measure(bench: &Bench<'_>) -> Result<Orders> {
    let (place, _) = bench.seeded(LISTINGS, true).await?;
    let market = Market::open(&place, CLIENTS, 1, BUYERS).await?;
    let pgbench = Pgbench::of(bench.options.pgbench.as_ref(), &place).await?;
    let measured = compare(bench, &place, &market, pgbench.as_ref()).await;
    if let Some(pgbench) = pgbench {
        pgbench.end().await?;
    }
    measured
}

async fn compare(
    bench: &Bench<'_>,
    place: &Place,
    market: &Market,
    pgbench: Option<&Pgbench>,
) -> Result<Orders> {
    let mut running = bench.serve(place).await?;
    let counters = market.counters(&mut running.client).await?;
    let own: Vec<&Counter> = counters.iter().collect();
    let one = vec![counters.first().context("no store")?; CLIENTS];
    let (mut spread, mut crowded) = (Turns::default(), Turns::default());
    let mut inserts = Vec::new();
    // The first round warms up.
    for round in 0..=ROUNDS {
        let (at_own, at_one) = (turn(&running, &own).await?, turn(&running, &one).await?);
        let inserted = match pgbench {
            Some(pgbench) => Some(pgbench.run().await?),
            None => None,
        };
        if round > 0 {
            spread.add(at_own);
            crowded.add(at_one);
            inserts.extend(inserted);
        }
    }
    let (spread, crowded) = (spread.placed(), crowded.placed());
    let ratio = (!inserts.is_empty()).then(|| spread.rate() / median(&inserts));
    tell(&format!(
        "  {:.0} orders a second at {CLIENTS} stores, {:.0} at one; {:.0} rows of pgbench's",
        spread.rate(),
        crowded.rate(),
        median(&inserts)
    ));
    Ok(Orders { clients: CLIENTS, spread, crowded, inserts, ratio })
}

/// What came of one contender's turn
pub(super) struct Turn {
    /// How long each took
    pub took: Vec<Duration>,
    pub seconds: f64,
    pub cpu: Cpu,
}

/// Every client places orders at its counter, one after the other.
async fn turn(running: &Running, counters: &[&Counter]) -> Result<Turn> {
    let (before, started) = (running.server.cpu()?, Instant::now());
    let clients = counters.iter().map(async |counter| {
        let mut client = Client::connect(running.server.address).await?;
        let mut orders = Vec::new();
        while started.elapsed() < TURN {
            let sent = Instant::now();
            counter.place(&mut client, "").await?;
            orders.push(sent.elapsed());
        }
        anyhow::Ok(orders)
    });
    let took = try_join_all(clients).await?.concat();
    let (after, seconds) = (running.server.cpu()?, started.elapsed().as_secs_f64());
    Ok(Turn { took, seconds, cpu: after.since(before) })
}

/// The turns of one contender
#[derive(Default)]
pub(super) struct Turns {
    rates: Vec<f64>,
    sample: Sample,
    server: Duration,
    database: Duration,
}

impl Turns {
    pub fn add(&mut self, turn: Turn) {
        self.rates.push(count(turn.took.len()) / turn.seconds);
        turn.took.into_iter().for_each(|took| self.sample.push(took));
        self.server += turn.cpu.server;
        self.database += turn.cpu.database;
    }

    pub fn placed(self) -> Placed {
        let each = |time: Duration| time.as_secs_f64() * 1e3 / count(self.sample.len());
        Placed {
            ms: self.sample.tail(),
            server_cpu_ms: each(self.server),
            database_cpu_ms: each(self.database),
            rates: self.rates,
        }
    }
}

fn count(of: usize) -> f64 {
    u32::try_from(of).map_or(f64::INFINITY, f64::from)
}
