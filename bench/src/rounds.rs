//! Asking in turns: each round asks every contender once, so that whatever else the machine does
//! falls on all of them alike.

use crate::client::{Client, Reply};
use crate::sample::{Sample, Spread};
use crate::server::Server;
use anyhow::{Result, ensure};
use bytes::Bytes;
use serde::Serialize;
use std::time::{Duration, Instant};

/// Rounds that are not counted: caches fill, and PostgreSQL settles for a plan after five
/// executions on each of the ten connections
const WARM_UP: u32 = 60;
/// Longest warm-up, and longest measuring: slow contenders get fewer rounds
const WARM_UP_TIME: Duration = Duration::from_secs(5);
const TIME: Duration = Duration::from_secs(20);
/// Rounds that are measured in any case
const AT_LEAST: u32 = 10;
/// Batches in which CPU time is taken, and requests of one
const BATCHES: u32 = 5;
const BATCH: u32 = 40;

/// One of those that are compared: what is asked of which server
pub struct Contender {
    /// Its number among the running servers
    pub server: usize,
    /// Asked in turns, one a round
    pub bodies: Vec<Bytes>,
    /// Whose access token comes along, if any
    pub token: Option<String>,
}

/// A server with a connection to it
pub struct Running {
    pub server: Server,
    pub client: Client,
}

impl Running {
    async fn ask(&mut self, contender: &Contender, round: u32) -> Result<Reply> {
        let at = round as usize % contender.bodies.len().max(1);
        let body = contender.bodies.get(at).cloned().unwrap_or_default();
        self.client.post_as(body, contender.token.as_deref()).await
    }
}

/// What was measured of a contender
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    pub rounds: usize,
    /// From request to answer, in ms
    pub ms: Spread,
    /// CPU time of the server a request, in ms
    pub server_cpu_ms: f64,
    /// CPU time of PostgreSQL a request, in ms; 0 on SQLite, which runs inside the server
    pub database_cpu_ms: f64,
    #[serde(skip)]
    pub sample: Sample,
}

/// Measures all contenders.
///
/// # Errors
/// An answer has errors.
pub async fn measure(
    running: &mut [Running],
    contenders: &[Contender],
    rounds: u32,
) -> Result<Vec<Measured>> {
    let mut samples = vec![Sample::default(); contenders.len()];
    let started = Instant::now();
    for round in 0..WARM_UP {
        for contender in contenders {
            // A wrong answer is quick, and would be measured as a good one.
            running[contender.server].ask(contender, round).await?.data()?;
        }
        if started.elapsed() > WARM_UP_TIME {
            break;
        }
    }
    let started = Instant::now();
    for round in 0..rounds {
        for turn in 0..contenders.len() {
            // Another one begins each round: nobody always comes after the same neighbour's end.
            let at = (turn + round as usize) % contenders.len();
            let contender = &contenders[at];
            let reply = running[contender.server].ask(contender, round).await?;
            ensure!(reply.status.is_success(), "the server answered {}", reply.status);
            samples[at].push(reply.took);
        }
        if round + 1 >= AT_LEAST && started.elapsed() > TIME {
            break;
        }
    }
    let cpu = cpu(running, contenders, &samples).await?;
    let measured = |(sample, [server_cpu_ms, database_cpu_ms]): (Sample, [f64; 2])| Measured {
        rounds: sample.len(),
        ms: sample.spread(),
        server_cpu_ms,
        database_cpu_ms,
        sample,
    };
    Ok(samples.into_iter().zip(cpu).map(measured).collect())
}

/// CPU time of each contender's requests, in batches taken in turns: median batch, per request.
async fn cpu(
    running: &mut [Running],
    contenders: &[Contender],
    samples: &[Sample],
) -> Result<Vec<[f64; 2]>> {
    let mut batches = vec![[Sample::default(), Sample::default()]; contenders.len()];
    for _ in 0..BATCHES {
        for (at, contender) in contenders.iter().enumerate() {
            let running = &mut running[contender.server];
            let requests = if samples[at].spread().p50 > 20.0 { BATCH / 10 } else { BATCH };
            let before = running.server.cpu()?;
            for request in 0..requests {
                running.ask(contender, request).await?;
            }
            let used = running.server.cpu()?.since(before);
            batches[at][0].push(used.server / requests);
            batches[at][1].push(used.database / requests);
        }
    }
    Ok(batches.iter().map(|of| [of[0].spread().p50, of[1].spread().p50]).collect())
}
