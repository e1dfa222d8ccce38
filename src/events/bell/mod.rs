//! The bell between servers: Redis carries "topic X is at 17", and nothing else.
//!
//! Topics are spread over shards, one channel each, and a server listens only to the shards in which
//! somebody here follows a topic. On a Redis Cluster the channels are sharded, so that a message
//! crosses one node. Redis may lose what it likes: a second without an answer from it, or a
//! connection that was cut, and the hub compares its numbers with the log until it is back.
//!
//! - `wire`: what is said over a connection to Redis
//! - `shards`: which channels somebody here needs

mod shards;
mod wire;

pub(super) use shards::Shards;

use super::hub::Shared;
use super::passing::Told;
use super::topic::Topic;
use crate::gateways::redis::{PATIENCE, Wire, is_answer};
use redis::{FromRedisValue, PushInfo, PushKind};
use shards::{EVERYBODY, Need, shard};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How often it is asked for a sign of life
const PULSE: Duration = Duration::from_secs(1);
/// Rings that go out together at most
const MANY: usize = 1000;

/// What begins a line about what was written
const CHANGED: &str = "changed ";
/// Such a line, where nobody knows what
const ANYTHING: &str = "changed *\n";
/// What begins a line about who is there
const PRESENCE: &str = "presence ";

/// A bell that other servers hear
pub(super) struct Bell {
    tell: UnboundedSender<Ring>,
    working: Arc<AtomicBool>,
    tasks: [JoinHandle<()>; 2],
}

/// What other servers are told
#[derive(Clone, Debug)]
pub(super) enum Ring {
    /// A topic has come to a number
    Number(Topic, i64),
    /// Something passes
    Passing(Topic, Told),
    /// Who is there
    Presence(String),
    /// Rows were written that caches keep
    Changed(String),
}

impl Bell {
    /// Hangs a bell between this server and the others. Redis need not be there yet.
    pub(super) fn hang(url: &str, shared: &Arc<Shared>) -> Self {
        let (tell, told) = unbounded_channel();
        let working = Arc::new(AtomicBool::new(false));
        let (found, wire) = watch::channel(None);
        let needs = shared.shards(Shards::watch);
        let listener = Listener {
            url: url.to_owned(),
            shared: Arc::clone(shared),
            working: Arc::clone(&working),
            found,
            wanted: BTreeSet::from([EVERYBODY]),
        };
        shared.presence.told_by(tell.clone());
        shared.changes.set_deaf(true);
        let told_too = tell.clone();
        shared.changes.told_by(move |written| {
            told_too.send(Ring::Changed(written)).ok();
        });
        let tasks = [tokio::spawn(listener.listen(needs)), tokio::spawn(publish(told, wire))];
        Self { tell, working, tasks }
    }

    /// Rings at the other servers, without waiting.
    pub(super) fn ring(&self, topic: Topic, number: i64) {
        // A bell that has ended is replaced by comparing numbers.
        self.tell.send(Ring::Number(topic, number)).ok();
    }

    /// Tells the other servers of something that passes, without waiting.
    pub(super) fn pass(&self, topic: Topic, passing: Told) {
        self.tell.send(Ring::Passing(topic, passing)).ok();
    }

    pub(super) fn is_working(&self) -> bool {
        self.working.load(Ordering::Relaxed)
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Sends what has gathered while the message before was on its way.
async fn publish(mut told: UnboundedReceiver<Ring>, wire: watch::Receiver<Option<Wire>>) {
    let mut rings = Vec::new();
    // Others don't know of something that was written: for caches nothing else makes good what is lost.
    let mut owed = false;
    while told.recv_many(&mut rings, MANY).await > 0 {
        let mut shards: BTreeMap<u64, String> = BTreeMap::new();
        for ring in rings.drain(..) {
            let (shard, line) = match ring {
                Ring::Number(topic, number) => line(topic, &number.to_string()),
                Ring::Passing(topic, told) => line(topic, &told.write()),
                Ring::Presence(people) => (EVERYBODY, format!("{PRESENCE}{people}\n")),
                Ring::Changed(written) => (EVERYBODY, format!("{CHANGED}{written}\n")),
            };
            shards.entry(shard).or_default().push_str(&line);
        }
        if owed {
            // First: whatever is told now comes after what was lost.
            shards.entry(EVERYBODY).or_default().insert_str(0, ANYTHING);
        }
        let known = wire.borrow().clone();
        let Some(mut wire) = known else {
            owed |= shards.get(&EVERYBODY).is_some_and(|told| told.contains(CHANGED));
            continue;
        };
        for (shard, message) in shards {
            // What is lost is found by comparing; the listener notices that Redis is away.
            let sent = timeout(PATIENCE, wire.publish(shard, &message)).await;
            if message.contains(CHANGED) {
                owed = !matches!(sent, Ok(Ok(())));
            }
        }
    }
}

fn line(topic: Topic, what: &str) -> (u64, String) {
    let name = topic.name();
    let shard = if topic == Topic::Guard { EVERYBODY } else { shard(&name) };
    (shard, format!("{name} {what}\n"))
}

struct Listener {
    url: String,
    shared: Arc<Shared>,
    working: Arc<AtomicBool>,
    found: watch::Sender<Option<Wire>>,
    wanted: BTreeSet<u64>,
}

impl Listener {
    async fn listen(mut self, mut needs: UnboundedReceiver<Need>) {
        let (sender, mut pushes) = unbounded_channel();
        let mut pulse = tokio::time::interval(PULSE);
        pulse.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                push = pushes.recv() => match push {
                    Some(push) => self.hear(&push),
                    None => return,
                },
                need = needs.recv() => match need {
                    Some(need) => self.heed(need).await,
                    None => return,
                },
                _ = pulse.tick() => self.feel(&sender).await,
            }
        }
    }

    fn hear(&self, push: &PushInfo) {
        match push.kind {
            PushKind::Message | PushKind::SMessage => {
                let message = push.data.get(1).cloned().map(String::from_redis_value);
                if let Some(Ok(message)) = message {
                    self.ring(&message);
                }
            }
            // Subscribed again, perhaps after a while of silence
            PushKind::Subscribe | PushKind::SSubscribe => {
                self.shared.changes.forget();
                self.shared.compare_soon();
            }
            PushKind::Disconnection => self.fails(),
            _ => {}
        }
    }

    fn ring(&self, message: &str) {
        for line in message.lines() {
            if let Some(people) = line.strip_prefix(PRESENCE) {
                self.shared.presence.hear(people);
                continue;
            }
            if let Some(written) = line.strip_prefix(CHANGED) {
                self.shared.changes.hear(written);
                continue;
            }
            let told = line.split_once(' ');
            let Some((topic, what)) =
                told.and_then(|(name, what)| Some((Topic::named(name)?, what)))
            else {
                continue;
            };
            if let Ok(number) = what.parse() {
                self.shared.ring(topic, number);
            } else if let Some(told) = Told::read(what) {
                self.shared.pass(topic, told);
            }
        }
    }

    async fn heed(&mut self, need: Need) {
        let changed = match need {
            Need::Hear(shard) => self.wanted.insert(shard),
            Need::Forget(shard) => self.wanted.remove(&shard),
        };
        let wire = self.found.borrow().clone();
        let (true, Some(mut wire)) = (changed, wire) else { return };
        let done = match need {
            Need::Hear(shard) => timeout(PATIENCE, wire.hear(shard)).await,
            Need::Forget(shard) => timeout(PATIENCE, wire.forget(shard)).await,
        };
        if !matches!(done, Ok(Ok(()))) {
            self.fails();
        }
    }

    /// Connects where nothing is connected, and else asks for a sign of life. What comes back after
    /// a while is told again what is wanted.
    async fn feel(&mut self, pushes: &UnboundedSender<PushInfo>) {
        let known = self.found.borrow().clone();
        let mut wire = match known {
            Some(wire) => wire,
            None => {
                match timeout(2 * PATIENCE, Wire::open(&self.url, Some(pushes.clone()))).await {
                    Ok(Ok(wire)) => wire,
                    _ => return self.fails(),
                }
            }
        };
        let alive = match timeout(PATIENCE, wire.ping()).await {
            Ok(Ok(())) => true,
            Ok(Err(err)) => is_answer(&err),
            Err(_) => false,
        };
        if !alive {
            return self.loses();
        }
        if self.working.load(Ordering::Relaxed) {
            return;
        }
        for shard in &self.wanted {
            if !matches!(timeout(PATIENCE, wire.hear(*shard)).await, Ok(Ok(()))) {
                return self.loses();
            }
        }
        self.found.send_replace(Some(wire));
        self.working.store(true, Ordering::Relaxed);
        self.shared.bell_is(false);
        self.shared.changes.set_deaf(false);
        metrics::gauge!("plaza_stream_bell_working").set(1.0);
        tracing::info!("Redis carries the bell");
        self.shared.compare_soon();
        self.shared.presence.greet();
    }

    /// This connection is not used again: one that Redis refused to take back refuses everything, for
    /// ever.
    fn loses(&self) {
        self.found.send_replace(None);
        self.fails();
    }

    fn fails(&self) {
        metrics::gauge!("plaza_stream_bell_working").set(0.0);
        self.shared.bell_is(true);
        self.shared.changes.set_deaf(true);
        if self.working.swap(false, Ordering::Relaxed) {
            // What was rung meanwhile is lost; and the pause until the next look was the long one.
            self.shared.compare_soon();
            tracing::warn!("Redis is away: streams compare their numbers with the log each second");
        }
    }
}
