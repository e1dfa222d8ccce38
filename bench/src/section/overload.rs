//! Three times as much as can be done, for two minutes: how much of it is done, and how soon all is
//! as before.
//!
//! People who are signed in ask: mostly for the app's first screen, and every twentieth changes their
//! name. What can be done is found by clients that each wait for their answer. Server and database
//! have one half of the cores and we the other, all the time, so that offering more takes nothing
//! from them.

use super::Bench;
use crate::apart::Apart;
use crate::ask::request;
use crate::offer::{Ask, Came, Outcome, in_turns, offered};
use crate::people::Market;
use crate::postgres::Watch;
use crate::rounds::Running;
use crate::sample::{Sample, Tail};
use crate::server::Cpu;
use crate::tell;
use anyhow::{Context, Result, ensure};
use serde::Serialize;
use serde_json::json;
use std::time::{Duration, Instant};

/// The app's first screen, with its fragments
pub(super) const HOME_FEED: [&str; 7] = [
    include_str!("../../../graphql/operations/mobile/HomeFeed.graphql"),
    include_str!("../../../graphql/operations/mobile/fragments/ListingPage.graphql"),
    include_str!("../../../graphql/operations/mobile/fragments/ListingCard.graphql"),
    include_str!("../../../graphql/operations/mobile/fragments/PageDetails.graphql"),
    include_str!("../../../graphql/operations/mobile/fragments/StoreCard.graphql"),
    include_str!("../../../graphql/operations/mobile/fragments/UserCard.graphql"),
    include_str!("../../../graphql/operations/mobile/fragments/CategoryCard.graphql"),
];
/// A write of the app's
const RENAME: [&str; 3] = [
    include_str!("../../../graphql/operations/mobile/ViewerUpdate.graphql"),
    include_str!("../../../graphql/operations/mobile/fragments/UserCard.graphql"),
    include_str!("../../../graphql/operations/mobile/fragments/UserErrorDetails.graphql"),
];
/// Listings of the database, and people who ask
pub(super) const LISTINGS: u32 = 10_000;
const PEOPLE: u32 = 200;
/// One in so many writes
const WRITES: usize = 20;
/// Clients that the peak is looked for with, and how long each
const CLIENTS: [usize; 5] = [2, 4, 8, 16, 32];
const LOOK: Duration = Duration::from_secs(5);
/// How many times the peak is offered
pub const TIMES: f64 = 3.0;
/// What comes before and after: half of the peak
const BEFORE: Duration = Duration::from_secs(5);
const AFTER: Duration = Duration::from_secs(15);
/// What counts as normal: p95 of a slice is at most so many times what it was before
const NORMAL: f64 = 2.0;
const SLICE: Duration = Duration::from_millis(500);
/// A millisecond or two are no sign of trouble
const LEAST_MS: f64 = 5.0;

/// What was found
#[derive(Debug, Serialize)]
pub struct Overload {
    /// Cores of server and database
    pub cores: usize,
    /// Useful answers a second at the peak, and how many clients wait for theirs
    pub peak: f64,
    pub clients: usize,
    pub peak_ms: Tail,
    /// How long more was offered, and how much a second
    pub seconds: f64,
    pub offered: f64,
    /// Useful answers a second meanwhile
    pub useful: f64,
    pub useful_ms: Tail,
    /// Share of reads and of writes that were done in time
    pub reads_done: f64,
    pub writes_done: f64,
    /// Share that was turned away, and share with any other answer or none
    pub shed: f64,
    pub failed: f64,
    pub shed_ms: Tail,
    pub server_cpu: f64,
    pub database_cpu: f64,
    /// At half of the peak, p95 in ms
    pub before_ms: f64,
    pub after_ms: f64,
    /// Seconds after the end until all was normal; none: not within the time that we looked
    pub normal_after: Option<f64>,
}

impl Overload {
    /// Useful work as a share of the peak
    pub fn share(&self) -> f64 {
        self.useful / self.peak
    }
}

pub(super) async fn measure(bench: &Bench<'_>) -> Result<Overload> {
    let (place, _) = bench.seeded(LISTINGS, false).await?;
    let market = Market::open(&place, 1, 1, PEOPLE).await?;
    let asks = asks(&market);
    let apart = Apart::begin(Watch::of(&place).await?.map(|watch| watch.postmaster()))?;
    let running = bench.serve(&place).await?;
    apart.leave()?;
    load(bench, &running, &asks, &apart).await
}

async fn load(
    bench: &Bench<'_>,
    running: &Running,
    asks: &[Ask],
    apart: &Apart,
) -> Result<Overload> {
    let address = running.server.address;
    let (peak, clients, peak_ms) = peak(running, asks).await?;
    let before = offered(address, peak / 2.0, BEFORE, asks).await?;
    let before_ms = p95(&before).context("nothing was answered before")?;
    let time = Duration::from_secs(bench.options.overload_seconds.into());
    let (cpu, begun) = (running.server.cpu()?, Instant::now());
    let came = offered(address, peak * TIMES, time, asks).await?;
    let (cpu, seconds) = (running.server.cpu()?.since(cpu), begun.elapsed().as_secs_f64());
    let after = offered(address, peak / 2.0, AFTER, asks).await?;
    let found = Found { peak, clients, peak_ms, before_ms, seconds, cpu };
    let overload = found.told(apart.theirs, &came, &after)?;
    tell(&format!(
        "  peak {peak:.0} a second, {:.0} of {:.0} offered: {:.0} %",
        overload.useful,
        overload.offered,
        100.0 * overload.share()
    ));
    Ok(overload)
}

/// Mostly reads, each as somebody else
fn asks(market: &Market) -> Vec<Ask> {
    let read = request(&HOME_FEED.concat(), &json!({ "first": 20 }));
    let people = market.buyers.iter().enumerate().map(|(at, token)| {
        let writes = at % WRITES == 0;
        let input = json!({ "input": { "displayName": format!("Persona {at}") } });
        let body = if writes { request(&RENAME.concat(), &input) } else { read.clone() };
        Ask { body, token: token.clone(), writes }
    });
    people.collect()
}

/// The most useful answers a second, with how many clients, and how long they took
async fn peak(running: &Running, asks: &[Ask]) -> Result<(f64, usize, Tail)> {
    let mut best: Option<(f64, usize, Tail)> = None;
    // The first one warms up.
    for clients in [CLIENTS[2]].into_iter().chain(CLIENTS) {
        let came = in_turns(running.server.address, clients, LOOK, asks).await?;
        let failed = came.iter().filter(|came| came.outcome == Outcome::Failed).count();
        ensure!(failed == 0, "{failed} of {} requests failed", came.len());
        let rate = useful(&came) / LOOK.as_secs_f64();
        if best.is_none_or(|(known, ..)| rate > known) {
            best = Some((rate, clients, tail(&came, Outcome::Done)));
        }
    }
    best.context("nothing was asked")
}

/// What is known before the answers are looked at
struct Found {
    peak: f64,
    clients: usize,
    peak_ms: Tail,
    before_ms: f64,
    seconds: f64,
    cpu: Cpu,
}

impl Found {
    fn told(self, cores: usize, came: &[Came], after: &[Came]) -> Result<Overload> {
        let Self { peak, clients, peak_ms, before_ms, seconds, cpu } = self;
        let share = |of: &dyn Fn(&&Came) -> bool, among: &dyn Fn(&&Came) -> bool| {
            let all: Vec<&Came> = came.iter().filter(among).collect();
            count(all.iter().filter(|came| of(came)).count()) / count(all.len())
        };
        let is = |outcome: Outcome| move |came: &&Came| came.outcome == outcome;
        Ok(Overload {
            cores,
            peak,
            clients,
            peak_ms,
            seconds,
            offered: count(came.len()) / seconds,
            useful: useful(came) / seconds,
            useful_ms: tail(came, Outcome::Done),
            reads_done: share(&|came| came.is_useful(), &|came| !came.writes),
            writes_done: share(&|came| came.is_useful(), &|came| came.writes),
            shed: share(&is(Outcome::Shed), &|_| true),
            failed: share(&is(Outcome::Failed), &|_| true),
            shed_ms: tail(came, Outcome::Shed),
            server_cpu: cpu.server.as_secs_f64() / seconds,
            database_cpu: cpu.database.as_secs_f64() / seconds,
            before_ms,
            after_ms: p95(after).context("nothing was answered afterwards")?,
            normal_after: normal_after(after, before_ms),
        })
    }
}

/// When the first slice began from which on all were normal: done, each, and as quick as before
fn normal_after(after: &[Came], before_ms: f64) -> Option<f64> {
    let limit = (before_ms * NORMAL).max(LEAST_MS);
    let slices = (AFTER.as_millis() / SLICE.as_millis()).try_into().unwrap_or(0_u32);
    let is_normal = |slice: u32| {
        let of: Vec<Came> = after
            .iter()
            .filter(|came| came.at >= SLICE * slice && came.at < SLICE * (slice + 1))
            .copied()
            .collect();
        of.iter().all(Came::is_useful) && p95(&of).is_some_and(|p95| p95 <= limit)
    };
    let normal = (0..slices).rev().take_while(|slice| is_normal(*slice)).last()?;
    Some((SLICE * normal).as_secs_f64())
}

fn useful(came: &[Came]) -> f64 {
    count(came.iter().filter(|came| came.is_useful()).count())
}

fn times(came: &[Came], outcome: Outcome) -> Sample {
    let mut sample = Sample::default();
    came.iter().filter(|came| came.outcome == outcome).for_each(|came| sample.push(came.took));
    sample
}

fn tail(came: &[Came], outcome: Outcome) -> Tail {
    times(came, outcome).tail()
}

fn p95(came: &[Came]) -> Option<f64> {
    let sample = times(came, Outcome::Done);
    (sample.len() > 0).then(|| sample.below(95))
}

fn count(of: usize) -> f64 {
    u32::try_from(of).map_or(f64::INFINITY, f64::from)
}
