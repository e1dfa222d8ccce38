//! Plaza beside what one would pick instead, on the same PostgreSQL database: servers are pinned to
//! one half of the cores, one after the other in rounds, database and clients to the other half.
//!
//! - `question`: what all are asked, and whether they say the same
//! - `market`: what the database holds
//! - `peer`: the servers
//! - `statements`: what the database does alone, by pgbench
//!
//! Peers take from the request who asks, and don't check it, which Plaza does.

mod market;
mod peer;
mod question;
mod statements;

pub use peer::Peer;
pub use question::Question;
pub use statements::{FLAT_JOIN, JSON_AGG};

use super::Bench;
use crate::apart::Apart;
use crate::engine::Engine;
use crate::offer::{Ask, Came, Outcome, offered};
use crate::postgres::Watch;
use crate::sample::{Sample, median};
use crate::tell;
use crate::turns::Turns;
use anyhow::{Context, Result, ensure};
use peer::Running;
use question::{Keys, same};
use serde::Serialize;
use statements::Statements;
use std::time::Duration;

/// Listings of the database
const LISTINGS: u32 = 200_000;
/// Clients that each wait for their answer
pub const CLIENTS: usize = 16;
/// Rounds, and how long each contender takes in one. Before them each warms up, for longer: peers
/// compile.
pub const ROUNDS: usize = 5;
const TURN: Duration = Duration::from_secs(3);
const WARM_UP: Duration = Duration::from_secs(5);
/// How long requests come at half of what a contender can do, and how many a second at most: more
/// than one client can send evenly would measure the client
const HALF: Duration = Duration::from_secs(8);
pub const AT_MOST: f64 = 1_000.0;

/// A question, and what it took each
#[derive(Debug, Serialize)]
pub struct Compared {
    pub question: Question,
    pub servers: Vec<Served>,
    pub statements: Vec<Stated>,
}

/// A server's answers
#[derive(Debug, Serialize)]
pub struct Served {
    pub peer: Peer,
    #[serde(flatten)]
    pub turns: Turns,
    /// At half of its rate, in ms
    pub half: Half,
    /// Resident memory afterwards, in MiB
    pub rss: f64,
}

/// What the database does alone
#[derive(Debug, Serialize)]
pub struct Stated {
    pub what: &'static str,
    /// A second, round by round
    pub rates: Vec<f64>,
}

/// From when a request was due to its answer
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Half {
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    /// Share that was turned away, or failed
    pub lost: f64,
}

impl Compared {
    /// What a server took
    pub fn of(&self, peer: Peer) -> Option<&Served> {
        self.servers.iter().find(|served| served.peer == peer)
    }
}

impl Served {
    /// Answers for each second of its CPU
    pub fn for_a_cpu_second(&self) -> f64 {
        1e3 / median(&self.turns.server_cpu_ms)
    }
}

pub(super) async fn measure(bench: &Bench<'_>) -> Result<Vec<Compared>> {
    if bench.engine == Engine::Sqlite {
        tell("  peers run on PostgreSQL alone");
        return Ok(Vec::new());
    }
    let (place, _) = bench.seeded(LISTINGS, false).await?;
    let keys = market::open(&place).await?;
    let apart = Apart::servers_alone(Watch::of(&place).await?.map(|watch| watch.postmaster()))?;
    let mut servers = peer::start(bench, &place).await?;
    apart.leave()?;
    let statements = Statements::write(bench.options.pgbench.as_ref(), &place).await?;
    let mut found = Vec::new();
    for question in Question::ALL {
        agree(&mut servers, question, &keys).await?;
        found.push(compare(&servers, question, &keys, &statements).await?);
    }
    Ok(found)
}

/// All say what Plaza says, to the first of each that asks.
async fn agree(servers: &mut [Running], question: Question, keys: &Keys) -> Result<()> {
    let mut plaza = None;
    for running in servers {
        let ask = running.peer.asks(question, keys).into_iter().next();
        let ask = ask.context("nothing is asked")?;
        let mut client = running.server.client().await?;
        let reply = client.post_as(ask.body, ask.token.as_deref()).await?;
        let name = running.peer.name();
        let data = reply.data().with_context(|| format!("{question:?} to {name}"))?;
        let plaza = plaza.get_or_insert_with(|| data.clone());
        same(plaza, &data, running.peer.schema(), name)?;
    }
    Ok(())
}

async fn compare(
    servers: &[Running],
    question: Question,
    keys: &Keys,
    statements: &Statements,
) -> Result<Compared> {
    let asks: Vec<Vec<Ask>> =
        servers.iter().map(|running| running.peer.asks(question, keys)).collect();
    let mut turns: Vec<Turns> = servers.iter().map(|_| Turns::default()).collect();
    for (running, asks) in servers.iter().zip(&asks) {
        Turns::default().take(&running.server, CLIENTS, WARM_UP, asks).await?;
    }
    let mut stated: Vec<Stated> = statements.of(question);
    for round in 0..ROUNDS {
        for at in 0..servers.len() {
            // Another one begins each round.
            let at = (at + round) % servers.len();
            turns[at].take(&servers[at].server, CLIENTS, TURN, &asks[at]).await?;
        }
        for stated in &mut stated {
            stated.rates.push(statements.run(stated.what, CLIENTS, TURN).await?);
        }
    }
    let mut served = Vec::new();
    for ((running, asks), turns) in servers.iter().zip(&asks).zip(turns) {
        let rate = median(&turns.rates);
        let came = offered(running.server.address, (rate / 2.0).min(AT_MOST), HALF, asks).await?;
        let rss = running.server.memory()?.rss;
        let (peer, half) = (running.peer, half(&came)?);
        tell(&format!(
            "  {question:?}: {} {rate:.0} a second, {:.3} + {:.3} ms of CPU, p99 {:.1} at half",
            peer.name(),
            median(&turns.server_cpu_ms),
            median(&turns.database_cpu_ms),
            half.p99
        ));
        served.push(Served { peer, turns, half, rss });
    }
    Ok(Compared { question, servers: served, statements: stated })
}

fn half(came: &[Came]) -> Result<Half> {
    let done: Vec<&Came> = came.iter().filter(|came| came.outcome == Outcome::Done).collect();
    ensure!(!done.is_empty(), "nothing was answered");
    let mut sample = Sample::default();
    done.iter().for_each(|came| sample.push(came.took));
    let [p50, p95, p99] = [50, 95, 99].map(|percent| sample.below(percent));
    let [lost, all] =
        [came.len() - done.len(), came.len()].map(|of| u32::try_from(of).map(f64::from));
    Ok(Half { p50, p95, p99, lost: lost? / all? })
}
