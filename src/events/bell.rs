//! The bell between servers: Redis carries "topic X is at 17", and nothing else.
//!
//! Topics are spread over shards, one channel each, and a server listens only to the shards in which
//! somebody here follows a topic. On a Redis Cluster the channels are sharded, so that a message
//! crosses one node. Redis may lose what it likes: a second without an answer from it, or a
//! connection that was cut, and the hub compares its numbers with the log until it is back.

use super::hub::Shared;
use super::passing::Passing;
use super::topic::Topic;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::{
    Client, FromRedisValue, IntoConnectionInfo, ProtocolVersion, PushInfo, PushKind, RedisError,
    RedisResult,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Channels over which topics are spread
const SHARDS: u64 = 64;
/// Redis that takes longer is down
const PATIENCE: Duration = Duration::from_millis(500);
/// How often it is asked for a sign of life
const PULSE: Duration = Duration::from_secs(1);
/// Pause between attempts to connect
const PAUSE: Duration = Duration::from_millis(200);
/// Rings that go out together at most
const MANY: usize = 1000;
/// What begins the address of a Cluster
const CLUSTER: &str = "redis+cluster://";

/// A bell that other servers hear
pub(super) struct Bell {
    tell: UnboundedSender<Ring>,
    working: Arc<AtomicBool>,
    tasks: [JoinHandle<()>; 2],
}

/// What other servers are told
#[derive(Clone, Copy, Debug)]
enum Ring {
    /// A topic has come to a number
    Number(Topic, i64),
    /// Something passes
    Passing(Topic, Passing),
}

/// A shard in which the first topic is followed here, or the last no longer
#[derive(Clone, Copy, Debug)]
pub(super) enum Need {
    Hear(u64),
    Forget(u64),
}

/// How many topics of each shard are followed here
#[derive(Default)]
pub(super) struct Shards {
    topics: BTreeMap<u64, usize>,
    told: Option<UnboundedSender<Need>>,
}

impl Shards {
    pub(super) fn add(&mut self, topic: Topic) {
        let shard = shard(&topic.name());
        let topics = self.topics.entry(shard).or_default();
        *topics += 1;
        if *topics == 1 {
            self.tell(Need::Hear(shard));
        }
    }

    pub(super) fn remove(&mut self, topic: Topic) {
        let shard = shard(&topic.name());
        let Some(topics) = self.topics.get_mut(&shard) else { return };
        *topics -= 1;
        if *topics == 0 {
            self.topics.remove(&shard);
            self.tell(Need::Forget(shard));
        }
    }

    fn tell(&self, need: Need) {
        if let Some(told) = &self.told {
            // A bell that has ended needs to know nothing.
            told.send(need).ok();
        }
    }

    /// Tells a bell from now on.
    fn watch(&mut self) -> UnboundedReceiver<Need> {
        let (told, needs) = unbounded_channel();
        self.told = Some(told);
        self.topics.keys().for_each(|shard| self.tell(Need::Hear(*shard)));
        needs
    }
}

/// Where a topic rings: FNV-1a of its name, so that every server agrees
fn shard(name: &str) -> u64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash % SHARDS
}

fn channel(shard: u64) -> String {
    format!("plaza:bell:{shard}")
}

fn node_url(node: &str) -> String {
    format!("redis://{node}")
}

/// A connection to one Redis, or to a Cluster
#[derive(Clone)]
enum Wire {
    One(ConnectionManager),
    Cluster(ClusterConnection),
}

impl Wire {
    async fn open(url: &str, pushes: UnboundedSender<PushInfo>) -> RedisResult<Self> {
        let push = move |push| pushes.send(push).map_err(|_| redis::aio::SendError);
        if let Some(nodes) = url.strip_prefix(CLUSTER) {
            let client = ClusterClientBuilder::new(nodes.split(',').map(node_url))
                .use_protocol(ProtocolVersion::RESP3)
                .connection_timeout(PATIENCE)
                .response_timeout(PATIENCE)
                .push_sender(push)
                .build()?;
            return Ok(Self::Cluster(client.get_async_connection().await?));
        }
        let info = url.into_connection_info()?;
        let redis = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(redis))?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1)
            .set_min_delay(PAUSE)
            .set_push_sender(push)
            .set_automatic_resubscription();
        Ok(Self::One(ConnectionManager::new_with_config(client, config).await?))
    }

    async fn hear(&mut self, shard: u64) -> RedisResult<()> {
        match self {
            Self::One(manager) => manager.subscribe(channel(shard)).await,
            Self::Cluster(cluster) => cluster.ssubscribe(channel(shard)).await,
        }
    }

    async fn forget(&mut self, shard: u64) -> RedisResult<()> {
        match self {
            Self::One(manager) => manager.unsubscribe(channel(shard)).await,
            Self::Cluster(cluster) => cluster.sunsubscribe(channel(shard)).await,
        }
    }

    async fn ping(&mut self) -> RedisResult<()> {
        match self {
            Self::One(manager) => redis::cmd("PING").query_async(manager).await,
            Self::Cluster(cluster) => redis::cmd("PING").query_async(cluster).await,
        }
    }

    async fn publish(&mut self, shard: u64, message: &str) -> RedisResult<()> {
        let mut command = redis::cmd(match self {
            Self::One(_) => "PUBLISH",
            Self::Cluster(_) => "SPUBLISH",
        });
        command.arg(channel(shard)).arg(message);
        match self {
            Self::One(manager) => command.query_async(manager).await,
            Self::Cluster(cluster) => command.query_async(cluster).await,
        }
    }
}

/// Whether Redis answers at an address.
pub async fn redis_answers(url: &str) -> bool {
    let (sender, _pushes) = unbounded_channel();
    let asked = async { Wire::open(url, sender).await?.ping().await };
    matches!(timeout(4 * PATIENCE, asked).await, Ok(Ok(())))
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
            wanted: BTreeSet::new(),
        };
        let tasks = [tokio::spawn(listener.listen(needs)), tokio::spawn(publish(told, wire))];
        Self { tell, working, tasks }
    }

    /// Rings at the other servers, without waiting.
    pub(super) fn ring(&self, topic: Topic, number: i64) {
        // A bell that has ended is replaced by comparing numbers.
        self.tell.send(Ring::Number(topic, number)).ok();
    }

    /// Tells the other servers of something that passes, without waiting.
    pub(super) fn pass(&self, topic: Topic, passing: Passing) {
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
    while told.recv_many(&mut rings, MANY).await > 0 {
        let mut shards: BTreeMap<u64, String> = BTreeMap::new();
        for ring in rings.drain(..) {
            let (topic, what) = match ring {
                Ring::Number(topic, number) => (topic, number.to_string()),
                Ring::Passing(topic, passing) => (topic, passing.write()),
            };
            let name = topic.name();
            let message = shards.entry(shard(&name)).or_default();
            message.push_str(&format!("{name} {what}\n"));
        }
        let known = wire.borrow().clone();
        let Some(mut wire) = known else { continue };
        for (shard, message) in shards {
            // What is lost is found by comparing; the listener notices that Redis is away.
            timeout(PATIENCE, wire.publish(shard, &message)).await.ok();
        }
    }
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
            PushKind::Subscribe | PushKind::SSubscribe => self.shared.compare_soon(),
            PushKind::Disconnection => self.fails(),
            _ => {}
        }
    }

    fn ring(&self, message: &str) {
        for line in message.lines() {
            let told = line.split_once(' ');
            let Some((topic, what)) =
                told.and_then(|(name, what)| Some((Topic::named(name)?, what)))
            else {
                continue;
            };
            if let Ok(number) = what.parse() {
                self.shared.ring(topic, number);
            } else if let Some(passing) = Passing::read(what) {
                self.shared.pass(topic, passing);
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
            None => match timeout(2 * PATIENCE, Wire::open(&self.url, pushes.clone())).await {
                Ok(Ok(wire)) => wire,
                _ => return self.fails(),
            },
        };
        let alive = match timeout(PATIENCE, wire.ping()).await {
            Ok(Ok(())) => true,
            Ok(Err(err)) => answers(&err),
            Err(_) => false,
        };
        if !alive {
            return self.fails();
        }
        if self.working.load(Ordering::Relaxed) {
            return;
        }
        for shard in &self.wanted {
            if !matches!(timeout(PATIENCE, wire.hear(*shard)).await, Ok(Ok(()))) {
                return self.fails();
            }
        }
        self.found.send_replace(Some(wire));
        self.working.store(true, Ordering::Relaxed);
        self.shared.bell_is(false);
        metrics::gauge!("plaza_stream_bell_working").set(1.0);
        tracing::info!("Redis carries the bell");
        self.shared.compare_soon();
    }

    fn fails(&self) {
        metrics::gauge!("plaza_stream_bell_working").set(0.0);
        self.shared.bell_is(true);
        if self.working.swap(false, Ordering::Relaxed) {
            // What was rung meanwhile is lost; and the pause until the next look was the long one.
            self.shared.compare_soon();
            tracing::warn!("Redis is away: streams compare their numbers with the log each second");
        }
    }
}

/// A refusal is an answer.
fn answers(err: &RedisError) -> bool {
    !err.is_io_error() && !err.is_connection_dropped() && !err.is_timeout()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_spread_over_all_shards() {
        let shards: BTreeSet<u64> = (0..2000).map(|n| shard(&format!("order:{n:032x}"))).collect();
        assert_eq!(shards.len() as u64, SHARDS);
    }
}
