//! All streams of this server: who follows what, and what is new for them.
//!
//! One task reads the log for everybody: topics that were rung in the same instant are one
//! statement. What it read stays a while in the topic's tail, so that ten thousand streams of one
//! topic cost one read. A stream has no queue: it holds a number, and takes what comes after it when
//! its reader is ready. Where the tail does not reach back to that number, it is read from the log,
//! for many streams at once.
//!
//! - `follower`: one stream's place in a topic
//! - `passing`: who is writing, and replies as they are written

mod follower;
mod passing;

pub use follower::{Follower, News};

use passing::Listening;

use super::bell::{Bell, Shards};
use super::log::{Event, Since, since};
use super::passing::{Passing, Told};
use super::presence::Presences;
use super::stamp::Stamp;
use super::topic::Topic;
use crate::db::{Changes, Gather, Reader, Reads};
use crate::entities::UserId;
use crate::error::Result;
use parking_lot::Mutex;
use sea_orm::TryGetable;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, broadcast, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Events of a topic that are kept for those who are a little behind
const TAIL: usize = 256;
/// How soon the log is looked at again after it failed, or did not hold yet what the bell told
const AGAIN: Duration = Duration::from_millis(50);
/// How often the numbers of all topics are compared with the log, in case a bell was lost
const COMPARE: Duration = Duration::from_millis(1500);
/// The same while the bell between servers is broken
const COMPARE_OFTEN: Duration = Duration::from_secs(1);

/// All streams of this server
pub struct Hub {
    shared: Arc<Shared>,
    bell: Option<Bell>,
    tasks: [JoinHandle<()>; 2],
}

pub(super) struct Shared {
    reader: Reader,
    /// What was written, here and elsewhere
    pub(super) changes: Arc<Changes>,
    /// Who is here
    pub(super) presence: Presences,
    state: Mutex<State>,
    /// What streams missed: a topic and the number after which
    missed: Gather<(Topic, i64), Arc<Since>>,
    /// How often rights were taken away
    stamps: Gather<(), Stamp>,
    stamp: Mutex<Option<Stamp>>,
    /// There is something to read
    wake: Notify,
    /// Bells may have been lost
    doubt: Notify,
    /// The bell between servers is broken
    broken: AtomicBool,
    /// Number of the last change of what the door goes by, as a bell told it
    guard: watch::Sender<i64>,
}

#[derive(Default)]
struct State {
    channels: HashMap<Topic, Channel>,
    shards: Shards,
    /// Topics with something new
    rung: BTreeSet<Topic>,
}

struct Channel {
    followers: usize,
    /// Everything up to here was read; None until the first stream has begun
    read: Option<i64>,
    /// Highest number that a bell told
    told: i64,
    /// What was read last, without a gap up to `read`, and when
    tail: VecDeque<Event>,
    read_at: Instant,
    moved: watch::Sender<i64>,
    /// Where things pass: in conversations
    passing: Option<broadcast::Sender<Passing>>,
    /// Who is writing, and until when unless heard of again
    typing: HashMap<UserId, tokio::time::Instant>,
}

impl Hub {
    /// Reads the log of a database for whoever will follow. With an address of Redis other servers
    /// are told, and tell; `server` is this one's name among them.
    pub fn start(
        reader: Reader,
        changes: &Arc<Changes>,
        server: Uuid,
        redis: Option<&str>,
    ) -> Self {
        let log = reader.clone();
        let missed = Gather::start(move |asked: Vec<(Topic, i64)>| {
            let log = log.clone();
            async move { Ok(since(&log, &asked).await?.into_iter().map(Arc::new).collect()) }
        });
        let log = reader.clone();
        let stamps = Gather::start(move |_| {
            let log = log.clone();
            async move { Ok(vec![Stamp::read(&log).await?]) }
        });
        let shared = Arc::new(Shared {
            reader,
            changes: Arc::clone(changes),
            presence: Presences::start(server),
            missed,
            stamps,
            stamp: Mutex::new(None),
            state: Mutex::new(State::default()),
            wake: Notify::new(),
            doubt: Notify::new(),
            broken: AtomicBool::new(false),
            guard: watch::Sender::new(0),
        });
        let tasks = [
            tokio::spawn(read_for_all(Arc::clone(&shared))),
            tokio::spawn(compare_for_ever(Arc::clone(&shared))),
        ];
        Self { bell: redis.map(|url| Bell::hang(url, &shared)), shared, tasks }
    }

    /// Tells everywhere that a topic has come to a number.
    pub fn ring(&self, topic: Topic, number: i64) {
        self.shared.ring(topic, number);
        if let Some(bell) = &self.bell {
            bell.ring(topic, number);
        }
    }

    /// Tells everywhere of something that passes.
    pub fn pass(&self, topic: Topic, passing: Told) {
        self.shared.pass(topic, passing.clone());
        if let Some(bell) = &self.bell {
            bell.pass(topic, passing);
        }
    }

    /// Who is here
    pub fn presence(&self) -> &Presences {
        &self.shared.presence
    }

    /// Whether the bell between servers works; None where this server is alone
    pub fn bell_works(&self) -> Option<bool> {
        self.bell.as_ref().map(Bell::is_working)
    }

    /// Starts to listen to a topic. Rings are remembered from now on, so whatever is read from here
    /// to [`Follower::begin`] can't be overtaken.
    pub fn follow(&self, topic: Topic) -> Follower {
        let mut state = self.shared.state.lock();
        let State { channels, shards, .. } = &mut *state;
        let channel = channels.entry(topic).or_insert_with(|| {
            shards.add(topic);
            Channel {
                followers: 0,
                read: None,
                told: 0,
                tail: VecDeque::new(),
                read_at: Instant::now(),
                moved: watch::Sender::new(0),
                passing: matches!(topic, Topic::Conversation(_))
                    .then(|| broadcast::Sender::new(passing::KEPT)),
                typing: HashMap::new(),
            }
        });
        channel.followers += 1;
        let moved = channel.moved.subscribe();
        let passing = Listening::to(channel);
        Follower { shared: Arc::clone(&self.shared), topic, last: 0, moved, passing }
    }

    /// Tells when a bell rings for [`Topic::Guard`]. Bells can be lost: whoever goes by it compares numbers
    /// besides.
    pub fn guard_rung(&self) -> watch::Receiver<i64> {
        self.shared.guard.subscribe()
    }

    /// How often rights were taken away, asked for after an instant at which events were read, and
    /// not long ago.
    ///
    /// # Errors
    /// The log can't be read.
    pub async fn stamp(&self, read: Instant) -> Result<Stamp> {
        if let Some(stamp) = self.known_stamp(read) {
            return Ok(stamp);
        }
        let stamp = self.shared.stamps.ask_now(()).await?;
        self.shared.stamp.lock().replace(stamp);
        Ok(stamp)
    }

    /// The same, where it is known.
    pub fn known_stamp(&self, read: Instant) -> Option<Stamp> {
        self.shared.stamp.lock().filter(|stamp| stamp.holds_for(read))
    }

    /// How often rights were taken away by some earlier time: less than now, perhaps, never more.
    ///
    /// # Errors
    /// The log can't be read.
    pub async fn earlier_stamp(&self) -> Result<Stamp> {
        let known = *self.shared.stamp.lock();
        match known {
            Some(stamp) => Ok(stamp),
            None => {
                let stamp = self.shared.stamps.ask(()).await?;
                Ok(*self.shared.stamp.lock().get_or_insert(stamp))
            }
        }
    }

    /// Topics that are followed on this server, and by how many streams
    pub fn size(&self) -> (usize, usize) {
        let state = self.shared.state.lock();
        (state.channels.len(), state.channels.values().map(|channel| channel.followers).sum())
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Shared {
    pub(super) fn shards<T>(&self, with: impl FnOnce(&mut Shards) -> T) -> T {
        with(&mut self.state.lock().shards)
    }

    /// Bells may have been lost: compares all numbers with the log.
    pub(super) fn compare_soon(&self) {
        self.doubt.notify_one();
    }

    /// Compares them more often from now on, or less.
    pub(super) fn bell_is(&self, broken: bool) {
        self.broken.store(broken, Ordering::Relaxed);
    }

    /// Hears that a topic has come to a number. Whoever follows it here is told; a number that was
    /// heard before is ignored.
    pub(super) fn ring(&self, topic: Topic, number: i64) {
        if topic == Topic::Guard {
            self.guard.send_replace(number);
            return;
        }
        let mut state = self.state.lock();
        let Some(channel) = state.channels.get_mut(&topic) else { return };
        channel.told = channel.told.max(number);
        if channel.read.is_some_and(|read| read < channel.told) {
            state.rung.insert(topic);
            drop(state);
            self.wake.notify_one();
        }
    }

    /// What is to be read: topics with the number to read from
    fn wanted(&self) -> Vec<(Topic, i64)> {
        let mut state = self.state.lock();
        let rung = std::mem::take(&mut state.rung);
        rung.into_iter()
            .filter_map(|topic| Some((topic, state.channels.get(&topic)?.read?)))
            .collect()
    }

    /// Adds what was read to a topic's tail, and wakes its streams. False: there is more to read.
    fn absorb(&self, topic: Topic, after: i64, since: &Since) -> bool {
        let mut state = self.state.lock();
        let Some(channel) = state.channels.get_mut(&topic) else { return true };
        let Some(last) = since.events.last() else { return channel.told <= after };
        if channel.read != Some(after) {
            return true;
        }
        if since.events.first().is_some_and(|first| first.number != after + 1) {
            channel.tail.clear();
        }
        channel.tail.extend(&since.events);
        let surplus = channel.tail.len().saturating_sub(TAIL);
        channel.tail.drain(..surplus);
        (channel.read, channel.read_at) = (Some(last.number), since.read);
        channel.moved.send_replace(last.number);
        metrics::counter!("plaza_stream_events_total").increment(since.events.len() as u64);
        last.number >= since.latest.max(channel.told)
    }
}

async fn read_for_all(shared: Arc<Shared>) {
    loop {
        shared.wake.notified().await;
        let wanted = shared.wanted();
        if wanted.is_empty() {
            continue;
        }
        let again: Vec<Topic> = match since(&shared.reader, &wanted).await {
            Ok(found) => {
                // Before anybody hears of them: each would ask for it.
                if let Ok(stamp) = Stamp::read(&shared.reader).await {
                    shared.stamp.lock().replace(stamp);
                }
                let read = wanted.iter().zip(&found);
                read.filter(|((topic, after), since)| !shared.absorb(*topic, *after, since))
                    .map(|((topic, _), _)| *topic)
                    .collect()
            }
            Err(_) => wanted.iter().map(|(topic, _)| *topic).collect(),
        };
        if !again.is_empty() {
            tokio::spawn(ring_again(Arc::clone(&shared), again));
        }
    }
}

async fn ring_again(shared: Arc<Shared>, topics: Vec<Topic>) {
    tokio::time::sleep(AGAIN).await;
    shared.state.lock().rung.extend(topics);
    shared.wake.notify_one();
}

/// A bell may be lost: its server died between commit and ring, or what carries it is down.
async fn compare_for_ever(shared: Arc<Shared>) {
    loop {
        let broken = shared.broken.load(Ordering::Relaxed);
        let pause = if broken { COMPARE_OFTEN } else { COMPARE };
        tokio::time::timeout(pause, shared.doubt.notified()).await.ok();
        let topics: HashMap<String, Topic> = {
            let state = shared.state.lock();
            state.channels.keys().map(|topic| (topic.name(), *topic)).collect()
        };
        if topics.is_empty() {
            continue;
        }
        let mut sql = shared.reader.sql("SELECT name, seq FROM topic WHERE ");
        sql.any_text("name", topics.keys().cloned());
        // A database that is away is heard of elsewhere; here it is asked again.
        let Ok(rows) = shared.reader.all(sql).await else { continue };
        for row in rows {
            let (name, number) =
                (String::try_get_by_index(&row, 0), i64::try_get_by_index(&row, 1));
            if let (Ok(name), Ok(number)) = (name, number)
                && let Some(topic) = topics.get(&name)
            {
                shared.ring(*topic, number);
            }
        }
    }
}
