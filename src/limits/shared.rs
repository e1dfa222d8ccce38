//! Buckets on Redis: one atomic script, one key, by Redis' own clock, so that servers agree whatever
//! theirs say. The key goes by itself once its bucket is full.
//!
//! While Redis is known to be away nobody waits for it: one task looks for it four times a second.

use super::bucket::{Bucket, Change, Verdict, period};
use super::subject::Subject;
use crate::config::Rate;
use crate::gateways::redis::{PATIENCE, Wire, is_answer};
use redis::Script;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How often Redis is asked for a sign of life
const PULSE: Duration = Duration::from_millis(250);

/// Buckets on Redis
pub(super) struct Shared {
    script: Script,
    found: Arc<watch::Sender<Found>>,
    task: JoinHandle<()>,
}

/// What is known of Redis
#[derive(Clone)]
enum Found {
    /// Nobody has looked yet
    Unknown,
    Away,
    Here(Wire),
}

impl Shared {
    /// Looks for Redis from now on. It need not be there yet.
    pub fn start(url: &str) -> Self {
        let found = Arc::new(watch::Sender::new(Found::Unknown));
        let task = tokio::spawn(look(url.to_owned(), Arc::clone(&found)));
        Self { script: Script::new(include_str!("take.lua")), found, task }
    }

    /// None: Redis is away
    pub async fn change(
        &self,
        bucket: Bucket,
        subject: Subject,
        rate: Rate,
        change: Change,
    ) -> Option<Verdict> {
        let mut wire = self.wire().await?;
        let (amount, gives_back) = match change {
            Change::Take(amount) => (amount, 0),
            Change::GiveBack(amount) => (amount, 1),
        };
        // Beyond the capacity all are the same, and exact.
        let amount = amount.min(rate.capacity + 1);
        let mut call =
            self.script.key(format!("plaza:limit:{}:{:032x}", bucket.name(), subject.number()));
        call.arg(rate.capacity).arg(rate.restored).arg(period(rate)).arg(amount).arg(gives_back);
        match timeout(PATIENCE, wire.script::<(u8, String)>(&call)).await {
            Ok(Ok((allowed, debt))) => {
                let debt = debt.parse().ok()?;
                Some(Verdict::of(rate, change, allowed == 1, debt))
            }
            Ok(Err(err)) if is_answer(&err) => {
                tracing::warn!(error = %err, "Redis can't count");
                None
            }
            _ => {
                lose(&self.found);
                None
            }
        }
    }

    /// The connection, where there is one. Whoever comes before the first look waits for it.
    async fn wire(&self) -> Option<Wire> {
        let mut found = self.found.subscribe();
        let found = found.wait_for(|found| !matches!(found, Found::Unknown)).await.ok()?;
        match &*found {
            Found::Here(wire) => Some(wire.clone()),
            Found::Unknown | Found::Away => None,
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Looks for Redis for ever. A connection that fails is not used again.
async fn look(url: String, found: Arc<watch::Sender<Found>>) {
    loop {
        let known = match &*found.borrow() {
            Found::Here(wire) => Some(wire.clone()),
            Found::Unknown | Found::Away => None,
        };
        let is_new = known.is_none();
        let wire = match known {
            Some(wire) => Some(wire),
            None => timeout(2 * PATIENCE, Wire::open(&url, None)).await.ok().and_then(Result::ok),
        };
        match answering(wire).await {
            Some(wire) if is_new => {
                tracing::info!("Redis counts what is limited");
                found.send_replace(Found::Here(wire));
            }
            Some(_) => {}
            None => lose(&found),
        }
        tokio::time::sleep(PULSE).await;
    }
}

/// The connection, if Redis answers over it
async fn answering(wire: Option<Wire>) -> Option<Wire> {
    let mut wire = wire?;
    matches!(timeout(PATIENCE, wire.ping()).await, Ok(Ok(()))).then_some(wire)
}

fn lose(found: &watch::Sender<Found>) {
    let was_here = matches!(found.send_replace(Found::Away), Found::Here(_));
    if was_here {
        tracing::warn!(
            "Redis is away: costs are not limited, and nobody can sign in until it is back"
        );
    }
}
