//! Streams: what ten thousand sockets cost, how soon they hear, and how they come back.
//!
//! All follow the orders of one store, each by a session of its own. An order is placed over HTTP;
//! a delivery is timed from sending that request to the moment when the client has read the payload,
//! so the order itself and the client's own work are in it.

mod slow;

use slow::Slow;

use super::Bench;
use crate::client::Client;
use crate::crowd::{Crowd, Wanted};
use crate::engine::Place;
use crate::people::{Counter, Market};
use crate::sample::{Sample, Tail};
use crate::server::Server;
use crate::tell;
use crate::usage::{self, Memory};
use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::json;
use std::time::{Duration, Instant};

/// Listings of the database: nothing here depends on them
const LISTINGS: u32 = 1_000;
/// People who order
const BUYERS: u32 = 20;
/// Over which the sockets open
const OPENING: Duration = Duration::from_secs(20);
/// Over which they come back after a crash
const RETURN: Duration = Duration::from_secs(10);
/// Rest before memory is looked at
const REST: Duration = Duration::from_secs(5);
/// Events whose delivery is timed, after those that are not, and the pause between them
const EVENTS: usize = 40;
const WARM_UP: usize = 5;
const PAUSE: Duration = Duration::from_millis(250);

/// A payload that is everybody's: nothing in it depends on who looks
const BOARD: &str = "subscription Board($id: ID!, $after: String) { storeOrderUpdates(storeId: $id, after: $after) { \
    kind cursor order { id number status version placedAt itemCount total { amount currency } \
    buyer { displayName } items { id title quantity } } } }";

/// What was found
#[derive(Debug, Serialize)]
pub struct Streams {
    pub sockets: u32,
    /// Opening them all, each with its first payload
    pub opening: Coming,
    /// Memory of the server a quiet socket with one subscription, in bytes
    pub bytes_a_socket: f64,
    /// From sending an order to each socket's having read of it
    pub delivery: Delivery,
    /// After the server was killed: all come back and hear what they missed
    pub storm: Coming,
    /// Readers that never read
    pub slow: Slow,
}

/// What so many sockets take that are open and hear
#[derive(Debug, Serialize)]
pub struct Crowded {
    pub sockets: u32,
    pub opening: Coming,
    pub bytes_a_socket: f64,
    /// Memory of the server with all of them
    pub memory: Memory,
    pub delivery: Delivery,
}

impl Crowded {
    /// CPU time of the server for one event to all, in ms
    pub fn delivery_cpu_ms(&self) -> f64 {
        self.delivery.server_cpu_us * f64::from(self.sockets) / 1e3
    }
}

/// Delivery of events to all sockets
#[derive(Debug, Serialize)]
pub struct Delivery {
    pub events: usize,
    /// Over all payloads of all events, in ms
    pub ms: Tail,
    /// CPU time of the server a payload, in microseconds
    pub server_cpu_us: f64,
    /// The same of this tool, which takes its share of the same cores
    pub tool_cpu_us: f64,
}

/// Many coming at once
#[derive(Debug, Serialize)]
pub struct Coming {
    /// Over which they connect, in seconds
    pub over: f64,
    /// Until the last of them has heard something, in seconds
    pub live: f64,
    /// Statements of the server meanwhile, all of them
    pub statements: u64,
    /// CPU time of the server and of PostgreSQL a socket, in microseconds
    pub server_cpu_us: f64,
    pub database_cpu_us: f64,
}

pub(super) async fn measure(bench: &Bench<'_>) -> Result<Streams> {
    let (mut scene, place, staff) = begin(bench, bench.options.sockets).await?;
    let Crowded { sockets, opening, bytes_a_socket, delivery, .. } = scene.crowded().await?;
    let (mut scene, storm) = scene.storm(bench, &place).await?;
    tell(&format!(
        "  all back and live after {:.1} s, {} statements",
        storm.live, storm.statements
    ));
    scene.crowd.cut();
    tokio::time::sleep(REST).await;
    let slow = slow::measure(&mut scene, &staff).await?;
    Ok(Streams { sockets, opening, bytes_a_socket, delivery, storm, slow })
}

/// So many sockets on a server of their own
pub(super) async fn crowded(bench: &Bench<'_>, sockets: u32) -> Result<Crowded> {
    begin(bench, sockets).await?.0.crowded().await
}

/// A server, a store, and devices that no socket is open of
async fn begin(bench: &Bench<'_>, sockets: u32) -> Result<(Scene, Place, Vec<String>)> {
    let (place, _) = bench.seeded(LISTINGS, true).await?;
    let market = Market::open(&place, 1, sockets, BUYERS).await?;
    let (server, mut client) = Server::start(&bench.options.plaza, &place).await?;
    let counter = market.counters(&mut client).await?.pop().context("no store")?;
    let wanted = Wanted {
        server: server.address,
        query: BOARD.to_owned(),
        variables: json!({ "id": counter.store }),
        operations: 1,
    };
    let crowd = Crowd::new(wanted, &market.staff);
    let mut scene = Scene { server, client, counter, crowd, sockets };
    // Whatever the first socket makes once is not each one's.
    scene.try_one(&market.staff).await?;
    Ok((scene, place, market.staff))
}

/// A server, and who is there
struct Scene {
    server: Server,
    client: Client,
    counter: Counter,
    crowd: Crowd,
    sockets: u32,
}

impl Scene {
    async fn try_one(&mut self, staff: &[String]) -> Result<()> {
        let one = staff.get(..1).context("nobody is signed in")?;
        let mut first = Crowd::new(self.crowd.wanted().clone(), one);
        first.connect(Duration::ZERO);
        first.hear(1).await?;
        self.counter.place(&mut self.client, "").await?;
        first.hear(1).await?;
        Ok(())
    }

    /// Opens all, looks at what they take, and has them hear.
    async fn crowded(&mut self) -> Result<Crowded> {
        let sockets = self.sockets;
        tokio::time::sleep(REST).await;
        let before = self.server.memory()?.pss;
        let opening = self.coming(OPENING).await?;
        tell(&format!(
            "  {sockets} sockets open and live after {:.1} s, {} statements",
            opening.live, opening.statements
        ));
        tokio::time::sleep(REST).await;
        let memory = self.server.memory()?;
        let quiet = (memory.pss - before) * 1024.0 * 1024.0 / f64::from(sockets);
        tell(&format!("  {:.1} KiB a quiet socket", quiet / 1024.0));
        let delivery = self.deliver().await?;
        tell(&format!(
            "  an event to all: p50 {:.0} ms, p99 {:.0} ms, {:.1} us of CPU a payload",
            delivery.ms.p50, delivery.ms.p99, delivery.server_cpu_us
        ));
        Ok(Crowded { sockets, opening, bytes_a_socket: quiet, memory, delivery })
    }

    /// Connects all over a time, until each has heard something.
    async fn coming(&mut self, over: Duration) -> Result<Coming> {
        let (cpu, statements) = (self.server.cpu()?, self.client.statements().await?);
        let started = Instant::now();
        self.crowd.connect(over);
        let heard = self.crowd.hear(self.sockets as usize).await?;
        let last = heard.into_iter().max().unwrap_or(started);
        let statements = self.client.statements().await? - statements;
        let cpu = self.server.cpu()?.since(cpu);
        Ok(Coming {
            over: over.as_secs_f64(),
            live: (last - started).as_secs_f64(),
            statements,
            server_cpu_us: each(cpu.server, self.sockets),
            database_cpu_us: each(cpu.database, self.sockets),
        })
    }

    async fn deliver(&mut self) -> Result<Delivery> {
        let mut sample = Sample::default();
        let own = i32::try_from(std::process::id())?;
        let (mut cpu, mut tool) = (Duration::ZERO, Duration::ZERO);
        for round in 0..WARM_UP + EVENTS {
            let (before, tool_before) = (self.server.cpu()?.server, usage::cpu(own)?);
            let took = self.event("", self.sockets as usize).await?;
            tokio::time::sleep(PAUSE).await;
            if round >= WARM_UP {
                cpu += self.server.cpu()?.server.saturating_sub(before);
                tool += usage::cpu(own)?.saturating_sub(tool_before);
                took.into_iter().for_each(|took| sample.push(took));
            }
        }
        let payloads = u32::try_from(EVENTS)? * self.sockets;
        Ok(Delivery {
            events: EVENTS,
            ms: sample.tail(),
            server_cpu_us: each(cpu, payloads),
            tool_cpu_us: each(tool, payloads),
        })
    }

    /// Places an order: how long each of so many took to hear of it.
    async fn event(&mut self, note: &str, heard_by: usize) -> Result<Vec<Duration>> {
        let sent = Instant::now();
        let (placed, heard) =
            tokio::join!(self.counter.place(&mut self.client, note), self.crowd.hear(heard_by));
        placed?;
        Ok(heard?.into_iter().map(|at| at.saturating_duration_since(sent)).collect())
    }

    /// Kills the server; an order is placed on the next one, and then all come back.
    async fn storm(mut self, bench: &Bench<'_>, place: &Place) -> Result<(Self, Coming)> {
        self.crowd.cut();
        let (server, client) = self.server.crash_and_start(&bench.options.plaza, place).await?;
        self.crowd.turn_to(server.address);
        let mut scene = Self { server, client, ..self };
        scene.counter.place(&mut scene.client, "").await?;
        let storm = scene.coming(RETURN).await?;
        Ok((scene, storm))
    }
}

/// A share of a time, in microseconds
fn each(time: Duration, of: u32) -> f64 {
    time.as_secs_f64() * 1e6 / f64::from(of)
}
