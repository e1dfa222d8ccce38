//! Start of a server on an existing database to its first answer, and its memory at rest.

use super::Bench;
use crate::ask::{List, request};
use crate::sample::{Sample, Spread};
use crate::server::Server;
use crate::tell;
use crate::usage::Memory;
use anyhow::Result;
use serde::Serialize;
use serde_json::json;
use std::time::{Duration, Instant};

/// How often it is started
const STARTS: u32 = 10;
/// Requests after which memory is looked at again
const REQUESTS: u32 = 1_000;
/// Rest before memory is looked at
const REST: Duration = Duration::from_secs(2);

/// Start and memory
#[derive(Debug, Serialize)]
pub struct Start {
    /// From starting the process to its first answer, which reads the database, in ms
    pub first_answer_ms: Spread,
    /// After the first answer
    pub idle: Memory,
    /// After so many requests for first pages of every list
    pub after_requests: Memory,
    pub requests: u32,
}

pub(super) async fn measure(bench: &Bench<'_>) -> Result<Start> {
    let (place, _) = bench.seeded(bench.options.listings, false).await?;
    let first = request("{ listings(first: 1) { nodes { title } } }", &json!({}));
    let mut sample = Sample::default();
    for _ in 0..STARTS {
        let started = Instant::now();
        let mut server = Server::spawn(&bench.options.plaza, &place).await?;
        server.client().await?.data(first.clone()).await?;
        sample.push(started.elapsed());
    }
    let mut running = bench.serve(&place).await?;
    running.client.data(first).await?;
    tokio::time::sleep(REST).await;
    let idle = running.server.memory()?;
    let bodies: Vec<_> = List::growing().iter().map(|list| list.page(None)).collect();
    for body in bodies.iter().cycle().take(REQUESTS as usize) {
        running.client.data(body.clone()).await?;
    }
    tokio::time::sleep(REST).await;
    let after_requests = running.server.memory()?;
    let start =
        Start { first_answer_ms: sample.spread(), idle, after_requests, requests: REQUESTS };
    tell(&format!(
        "  first answer after {:.0} ms, {:.0} MiB at rest",
        start.first_answer_ms.p50, idle.pss
    ));
    Ok(start)
}
