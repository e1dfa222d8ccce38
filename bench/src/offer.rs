//! Requests that come whether or not earlier ones were answered, as people's do, and requests that
//! each wait for the one before.

use crate::client::Client;
use anyhow::Result;
use bytes::Bytes;
use futures_util::future::try_join_all;
use http::StatusCode;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// An answer that comes later is of no use
pub const IN_TIME: Duration = Duration::from_secs(1);
/// An answer that has not come by then does not come
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections at most
const CONNECTIONS: usize = 2_000;
/// How often we look what is due
const TICK: Duration = Duration::from_millis(1);

/// What is asked, and as whom
#[derive(Clone)]
pub struct Ask {
    pub body: Bytes,
    /// Access token, or what else says who asks
    pub token: Option<String>,
    pub writes: bool,
}

/// What came of a request
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 200 without errors
    Done,
    /// 503, to come back later
    Shed,
    /// Anything else
    Failed,
}

/// One request
#[derive(Clone, Copy, Debug)]
pub struct Came {
    /// When it was due
    pub at: Duration,
    /// From then to its answer
    pub took: Duration,
    pub outcome: Outcome,
    pub writes: bool,
}

impl Came {
    /// It was done, and in time
    pub fn is_useful(&self) -> bool {
        self.outcome == Outcome::Done && self.took <= IN_TIME
    }
}

/// So many clients ask one after the other.
///
/// # Errors
/// Nobody listens.
pub async fn in_turns(
    address: SocketAddr,
    clients: usize,
    time: Duration,
    asks: &[Ask],
) -> Result<Vec<Came>> {
    let begun = Instant::now();
    let asking = (0..clients).map(async |first| {
        let mut client = Client::connect(address).await?;
        let mut came = Vec::new();
        let mut asks = asks.iter().cycle().skip(first * asks.len() / clients);
        while let (Some(ask), true) = (asks.next(), begun.elapsed() < time) {
            let due = begun.elapsed();
            let outcome = send(&mut client, ask).await;
            came.push(Came { at: due, took: begun.elapsed() - due, outcome, writes: ask.writes });
        }
        anyhow::Ok(came)
    });
    Ok(try_join_all(asking).await?.concat())
}

/// So many a second, however long answers take.
///
/// # Errors
/// A task of ours failed.
pub async fn offered(
    address: SocketAddr,
    rate: f64,
    time: Duration,
    asks: &[Ask],
) -> Result<Vec<Came>> {
    let (idle, begun) = (Arc::new(Mutex::new(Vec::new())), Instant::now());
    let (mut running, mut came) = (JoinSet::new(), Vec::new());
    let mut tick = tokio::time::interval(TICK);
    let mut asks = asks.iter().cycle();
    let mut sent = 0_u32;
    while begun.elapsed() < time {
        tick.tick().await;
        while f64::from(sent) < rate * begun.elapsed().as_secs_f64() {
            let due = Duration::from_secs_f64(f64::from(sent) / rate);
            sent += 1;
            let Some(ask) = asks.next().cloned() else { break };
            if running.len() >= CONNECTIONS {
                // Nobody would wait that long for a connection.
                let took = Duration::ZERO;
                came.push(Came { at: due, took, outcome: Outcome::Failed, writes: ask.writes });
                continue;
            }
            let idle = Arc::clone(&idle);
            running.spawn(async move {
                let outcome = send_over(&idle, address, &ask).await;
                Came { at: due, took: begun.elapsed() - due, outcome, writes: ask.writes }
            });
        }
        while let Some(ended) = running.try_join_next() {
            came.push(ended?);
        }
    }
    while let Some(ended) = running.join_next().await {
        came.push(ended?);
    }
    Ok(came)
}

/// Sends over a connection that nobody uses, or a new one.
async fn send_over(idle: &Mutex<Vec<Client>>, address: SocketAddr, ask: &Ask) -> Outcome {
    let known = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let client = match known {
        Some(client) => Ok(client),
        None => Client::connect(address).await,
    };
    let Ok(mut client) = client else { return Outcome::Failed };
    let outcome = send(&mut client, ask).await;
    if outcome != Outcome::Failed {
        idle.lock().unwrap_or_else(PoisonError::into_inner).push(client);
    }
    outcome
}

async fn send(client: &mut Client, ask: &Ask) -> Outcome {
    const ERRORS: &[u8] = b"\"errors\":[{";
    let sent = client.post_as(ask.body.clone(), ask.token.as_deref());
    let Ok(Ok(reply)) = timeout(PATIENCE, sent).await else { return Outcome::Failed };
    match reply.status {
        StatusCode::OK if !reply.body.windows(ERRORS.len()).any(|part| part == ERRORS) => {
            Outcome::Done
        }
        StatusCode::SERVICE_UNAVAILABLE => Outcome::Shed,
        _ => Outcome::Failed,
    }
}
