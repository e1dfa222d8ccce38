//! What is measured, a file a part, on one database after the other.
//!
//! - `bulk`: seeding and importing; comes first, since the others read what it seeds
//! - `depth`: page 5,000 against page 1
//! - `growth`: many listings against few, many sockets against few
//! - `refusals`: CPU time of refusing hostile documents
//! - `start`: start to first answer, memory at rest
//! - `orders`: placing them, against PostgreSQL's durable insert
//! - `streams`: thousands of sockets
//! - `chat`: a million messages
//! - `overload`: more than can be done
//! - `hostile`: a polite client beside hostile ones
//! - `history`: millions of orders against few
//! - `peers`: Plaza beside what one would pick instead
//! - `cache`: what keeping rows and answers is worth

mod bulk;
mod cache;
mod chat;
mod csv;
mod depth;
mod growth;
mod history;
mod hostile;
mod orders;
mod overload;
mod peers;
mod refusals;
mod start;
mod streams;

pub use bulk::Bulk;
pub use cache::{Answered, Caches};
pub use chat::{Chat, Home, Search};
pub use depth::{DeepPage, Depth};
pub use growth::{Grown, Growth, MarketOf, SizeOf};
pub use history::{History, Remembered};
pub use hostile::Hostile;
pub use orders::{CLIENTS, Orders, Placed, TURN};
pub use overload::{Overload, Peak, TIMES};
pub use peers::{
    AT_MOST, CLIENTS as PEER_CLIENTS, Compared, FLAT_JOIN, JSON_AGG, Peer, Question,
    ROUNDS as PEER_ROUNDS, Served,
};
pub use refusals::Refusal;
pub use start::Start;
pub use streams::{Coming, Crowded, Streams};

use crate::engine::{Engine, Place};
use crate::machine::Machine;
use crate::options::{Options, Part};
use crate::rounds::Running;
use crate::seeded::{self, Note};
use crate::server::Server;
use crate::tell;
use anyhow::Result;
use serde::Serialize;

/// Everything that a run found
#[derive(Debug, Serialize)]
pub struct Run {
    pub options: Options,
    pub machine: Machine,
    pub findings: Vec<Findings>,
    pub seconds: f64,
}

/// What was found on one database; empty where not asked for
#[derive(Debug, Serialize)]
pub struct Findings {
    pub engine: Engine,
    pub bulk: Option<Bulk>,
    pub depth: Vec<Depth>,
    pub growth: Option<Growth>,
    pub refusals: Vec<Refusal>,
    pub start: Option<Start>,
    pub orders: Option<Orders>,
    pub streams: Option<Streams>,
    pub chat: Option<Chat>,
    pub overload: Option<Overload>,
    pub hostile: Option<Hostile>,
    pub history: Option<History>,
    pub peers: Vec<Compared>,
    pub cache: Option<Caches>,
}

/// Measures all that was asked for.
///
/// # Errors
/// A server or a command of Plaza failed.
pub async fn run(mut options: Options) -> Result<Run> {
    // Commands run in folders of their own.
    options.plaza = std::path::absolute(&options.plaza)?;
    let started = std::time::Instant::now();
    let mut machine = Machine::look(&options).await?;
    if machine.load[0] > 0.5 {
        tell(&format!(
            "the load is {:.1}: something else is running, and figures will tell",
            machine.load[0]
        ));
    }
    let mut findings = Vec::new();
    for engine in options.engines() {
        findings.push(Bench { options: &options, engine }.measure().await?);
    }
    machine.finish()?;
    Ok(Run { options, machine, findings, seconds: started.elapsed().as_secs_f64() })
}

/// The work on one database
struct Bench<'a> {
    options: &'a Options,
    engine: Engine,
}

impl Bench<'_> {
    async fn measure(&self) -> Result<Findings> {
        let bulk = if self.wants(Part::Bulk) { Some(bulk::measure(self).await?) } else { None };
        let depth = if self.wants(Part::Depth) { depth::measure(self).await? } else { Vec::new() };
        let growth =
            if self.wants(Part::Growth) { Some(growth::measure(self).await?) } else { None };
        let refusals =
            if self.wants(Part::Refusals) { refusals::measure(self).await? } else { Vec::new() };
        let start = if self.wants(Part::Start) { Some(start::measure(self).await?) } else { None };
        let orders =
            if self.wants(Part::Orders) { Some(orders::measure(self).await?) } else { None };
        let streams =
            if self.wants(Part::Streams) { Some(streams::measure(self).await?) } else { None };
        let chat = if self.wants(Part::Chat) { Some(chat::measure(self).await?) } else { None };
        let overload =
            if self.wants(Part::Overload) { Some(overload::measure(self).await?) } else { None };
        let hostile =
            if self.wants(Part::Hostile) { Some(hostile::measure(self).await?) } else { None };
        let history =
            if self.wants(Part::History) { Some(history::measure(self).await?) } else { None };
        let peers = if self.wants(Part::Peers) { peers::measure(self).await? } else { Vec::new() };
        let cache = if self.wants(Part::Cache) { Some(cache::measure(self).await?) } else { None };
        let engine = self.engine;
        Ok(Findings {
            engine,
            bulk,
            depth,
            growth,
            refusals,
            start,
            orders,
            streams,
            chat,
            overload,
            hostile,
            history,
            peers,
            cache,
        })
    }

    fn wants(&self, part: Part) -> bool {
        let wanted = self.options.wants(part);
        if wanted {
            tell(&format!("{}: {part:?}", self.engine.name()));
        }
        wanted
    }

    fn place(&self, name: &str) -> Result<Place> {
        Place::new(self.engine, &self.options.folder, name, self.options.postgres.as_deref())
    }

    /// The database with so many listings, made if it is not there
    async fn seeded(&self, listings: u32, anew: bool) -> Result<(Place, Note)> {
        let place = self.place(&listings.to_string())?;
        let note = seeded::prepare(&self.options.plaza, &place, listings, anew).await?;
        Ok((place, note))
    }

    async fn serve(&self, place: &Place) -> Result<Running> {
        let (server, client) = Server::start(&self.options.plaza, place).await?;
        Ok(Running { server, client })
    }
}
