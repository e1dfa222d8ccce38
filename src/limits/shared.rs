//! Buckets on Redis: one atomic script, one key, by Redis' own clock, so that servers agree whatever
//! theirs say. The key goes by itself once its bucket is full.
//!
//! While Redis is known to be away nobody waits for it: one task looks for it four times a second. What
//! was to be given back meanwhile is given back then: whoever signs in while one master of a Cluster is
//! away must not be counted out by the others.

use super::SIGN_IN_SECONDS;
use super::bucket::{Bucket, Change, Verdict, period};
use super::subject::Subject;
use crate::config::Rate;
use crate::gateways::redis::{PATIENCE, Wire, is_answer};
use parking_lot::Mutex;
use redis::Script;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How often Redis is asked for a sign of life
const PULSE: Duration = Duration::from_millis(250);

/// What is owed at most: then the oldest is forgotten
const MOST_OWED: usize = 10_000;
/// What is given back between two looks
const AT_ONCE: usize = 100;
/// By then a bucket has filled by itself
const FORGOTTEN: Duration = Duration::from_secs(SIGN_IN_SECONDS as u64);

/// Buckets on Redis
pub(super) struct Shared {
    counters: Arc<Counters>,
    task: JoinHandle<()>,
}

struct Counters {
    script: Script,
    found: watch::Sender<Found>,
    owed: Mutex<VecDeque<Owed>>,
}

/// What could not be given back
#[derive(Clone, Copy)]
struct Owed {
    bucket: Bucket,
    subject: Subject,
    rate: Rate,
    amount: u64,
    since: Instant,
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
        let counters = Arc::new(Counters {
            script: Script::new(include_str!("take.lua")),
            found: watch::Sender::new(Found::Unknown),
            owed: Mutex::default(),
        });
        let task = tokio::spawn(look(url.to_owned(), Arc::clone(&counters)));
        Self { counters, task }
    }

    /// None: Redis is away
    pub async fn change(
        &self,
        bucket: Bucket,
        subject: Subject,
        rate: Rate,
        change: Change,
    ) -> Option<Verdict> {
        let changed = self.counters.change(bucket, subject, rate, change).await;
        if let (None, Change::GiveBack(amount)) = (&changed, change) {
            let owed = Owed { bucket, subject, rate, amount, since: Instant::now() };
            self.counters.owe([owed]);
        }
        changed
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Counters {
    async fn change(
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
                self.lose();
                None
            }
        }
    }

    fn owe(&self, more: impl IntoIterator<Item = Owed>) {
        let mut owed = self.owed.lock();
        owed.extend(more);
        let surplus = owed.len().saturating_sub(MOST_OWED);
        owed.drain(..surplus);
    }

    /// Gives back some of what is owed; the rest next time.
    async fn pay(&self) {
        let due: Vec<Owed> = {
            let mut owed = self.owed.lock();
            let some = owed.len().min(AT_ONCE);
            owed.drain(..some).filter(|owed| owed.since.elapsed() < FORGOTTEN).collect()
        };
        let mut unpaid = Vec::new();
        for owed in due {
            let change = Change::GiveBack(owed.amount);
            if self.change(owed.bucket, owed.subject, owed.rate, change).await.is_none() {
                unpaid.push(owed);
            }
        }
        self.owe(unpaid);
    }

    fn lose(&self) {
        let was_here = matches!(self.found.send_replace(Found::Away), Found::Here(_));
        if was_here {
            tracing::warn!(
                "Redis is away: costs are not limited, and nobody can sign in until it is back"
            );
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

/// Looks for Redis for ever. A connection that fails is not used again.
async fn look(url: String, counters: Arc<Counters>) {
    loop {
        let known = match &*counters.found.borrow() {
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
                counters.found.send_replace(Found::Here(wire));
            }
            Some(_) => counters.pay().await,
            None => counters.lose(),
        }
        tokio::time::sleep(PULSE).await;
    }
}

/// The connection, if Redis answers over it
async fn answering(wire: Option<Wire>) -> Option<Wire> {
    let mut wire = wire?;
    matches!(timeout(PATIENCE, wire.ping()).await, Ok(Ok(()))).then_some(wire)
}
