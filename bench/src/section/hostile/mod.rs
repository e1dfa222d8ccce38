//! Somebody polite beside somebody who means harm: how long the polite one waits, in turns with and
//! without the other. What is thrown is the corpus of the tests, without limits on what it costs, so
//! that none of it is refused for having asked too much before.

#[path = "../../../../tests/api/hostile/corpus.rs"]
mod corpus;
#[path = "../../../../tests/api/hostile/dice.rs"]
mod dice;

use super::Bench;
use super::overload::{HOME_FEED, LISTINGS};
use crate::ask::request;
use crate::client::Client;
use crate::offer::{Ask, Outcome, offered};
use crate::people::Market;
use crate::sample::{Ratio, Sample};
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use futures_util::future::try_join_all;
use serde::Serialize;
use serde_json::json;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

/// People who ask politely, and how often all of them together, a second
const PEOPLE: u32 = 20;
const RATE: f64 = 25.0;
/// Connections that throw one document after the other
const THROWERS: usize = 2;
/// How often it is measured, and how long each time with and without
const TURNS: usize = 6;
const TURN: Duration = Duration::from_secs(5);
/// The corpus is drawn from this
const SEED: u64 = 20_261_122;
/// Root fields that are given bad values
const FIELDS: [[&str; 3]; 10] = [
    ["Query", "listings", "filter"],
    ["Query", "listings", "first"],
    ["Query", "stores", "filter"],
    ["Query", "profiles", "after"],
    ["Query", "node", "id"],
    ["Query", "nodes", "ids"],
    ["Query", "user", "handle"],
    ["Mutation", "orderPlace", "input"],
    ["Mutation", "messageSend", "input"],
    ["Mutation", "listingUpdate", "input"],
];

/// What was found
#[derive(Debug, Serialize)]
pub struct Hostile {
    /// p95 of the polite, in ms
    pub alone_ms: f64,
    pub beside_ms: f64,
    /// Of medians and of p95
    pub median: Ratio,
    pub p95: f64,
    /// Documents thrown a second, and how many there are
    pub thrown: f64,
    pub documents: usize,
    /// Answers of the server's fault
    pub faults: u64,
    /// The slowest answer to one, in ms, and what that tried
    pub slowest_ms: f64,
    pub slowest: &'static str,
}

/// What came of throwing for a while
#[derive(Default)]
struct Came {
    thrown: u32,
    faults: u64,
    slowest: (Duration, &'static str),
}

pub(super) async fn measure(bench: &Bench<'_>) -> Result<Hostile> {
    let (place, _) = bench.seeded(LISTINGS, false).await?;
    let market = Market::open(&place, 1, 1, PEOPLE).await?;
    let body = request(&HOME_FEED.concat(), &json!({ "first": 20 }));
    let asks: Vec<Ask> = market
        .buyers
        .iter()
        .map(|token| Ask { body: body.clone(), token: Some(token.clone()), writes: false })
        .collect();
    let running = bench.serve(&place).await?;
    let address = running.server.address;
    let corpus = bodies()?;
    // The first one warms up.
    polite(address, &asks, TURN).await?;
    let (mut alone, mut beside) = (Sample::default(), Sample::default());
    let mut all = Came::default();
    for turn in 0..TURNS {
        polite(address, &asks, TURN).await?.iter().for_each(|took| alone.push(*took));
        let throwers = (0..THROWERS).map(|first| {
            let skipped = (turn * THROWERS + first) * corpus.len() / (TURNS * THROWERS);
            throw(address, corpus.iter().cycle().skip(skipped))
        });
        let (took, came) = tokio::try_join!(polite(address, &asks, TURN), try_join_all(throwers))?;
        took.iter().for_each(|took| beside.push(*took));
        for came in came {
            all.thrown += came.thrown;
            all.faults += came.faults;
            all.slowest = all.slowest.max(came.slowest);
        }
    }
    let (alone_ms, beside_ms) = (alone.below(95), beside.below(95));
    let seconds = TURN.as_secs_f64() * f64::from(u32::try_from(TURNS)?);
    Ok(Hostile {
        alone_ms,
        beside_ms,
        median: beside.against(&alone),
        p95: beside_ms / alone_ms,
        thrown: f64::from(all.thrown) / seconds,
        documents: corpus.len(),
        faults: all.faults,
        slowest_ms: 1e3 * all.slowest.0.as_secs_f64(),
        slowest: all.slowest.1,
    })
}

/// How long each polite request took
async fn polite(address: SocketAddr, asks: &[Ask], time: Duration) -> Result<Vec<Duration>> {
    let came = offered(address, RATE, time, asks).await?;
    let failed = came.iter().filter(|came| came.outcome != Outcome::Done).count();
    ensure!(failed == 0, "{failed} of {} polite requests failed", came.len());
    Ok(came.iter().map(|came| came.took).collect())
}

/// Throws one after the other.
async fn throw(
    address: SocketAddr,
    bodies: impl Iterator<Item = &(&'static str, Bytes)>,
) -> Result<Came> {
    let (mut client, begun) = (Client::connect(address).await?, Instant::now());
    let mut came = Came::default();
    for (family, body) in bodies {
        if begun.elapsed() >= TURN {
            break;
        }
        let reply = client.post(body.clone()).await?;
        came.thrown += 1;
        came.faults += u64::from(reply.status.is_server_error());
        came.slowest = came.slowest.max((reply.took, family));
    }
    Ok(came)
}

/// The corpus: what each tries, and its body
fn bodies() -> Result<Vec<(&'static str, Bytes)>> {
    let operations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../graphql/operations/mobile");
    let mut paths: Vec<_> = std::fs::read_dir(&operations)
        .with_context(|| format!("reading {}", operations.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "graphql"))
        .collect();
    paths.sort();
    let texts = paths.iter().map(std::fs::read_to_string).collect::<Result<Vec<_>, _>>()?;
    let fields = FIELDS.map(|names| names.map(str::to_owned));
    let corpus = corpus::corpus(SEED, &texts, &fields);
    Ok(corpus.into_iter().map(|thrown| (thrown.family, Bytes::from(thrown.body))).collect())
}
