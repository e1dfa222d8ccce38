//! All streams of this server: who follows what, and what is new for them.
//!
//! One task reads the log for everybody: topics that were rung in the same instant, and streams that
//! fell behind, are one statement. What it read stays a while in the topic's tail, so that ten
//! thousand streams of one topic cost one read. A stream has no queue: it holds a number, and takes
//! what comes after it when its reader is ready. Where the tail no longer reaches back to that
//! number, it is read from the log again.

use super::bell::{Bell, Shards};
use super::log::{Event, STRETCH, Since, since};
use super::topic::Topic;
use crate::db::{Reader, Reads};
use crate::error::{Fault, Result};
use parking_lot::Mutex;
use sea_orm::TryGetable;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::JoinHandle;

/// Events of a topic that are kept for those who are a little behind
const TAIL: usize = 256;
/// How soon the log is looked at again after it failed, or did not hold yet what the bell told
const AGAIN: Duration = Duration::from_millis(50);
/// How often the numbers of all topics are compared with the log, in case a bell was lost
const COMPARE: Duration = Duration::from_secs(2);
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
    state: Mutex<State>,
    /// There is something to read
    wake: Notify,
    /// Bells may have been lost
    doubt: Notify,
    /// The bell between servers is broken
    broken: AtomicBool,
}

#[derive(Default)]
struct State {
    channels: HashMap<Topic, Channel>,
    shards: Shards,
    /// Topics with something new
    rung: BTreeSet<Topic>,
    /// Streams that want to hear what they missed
    behind: Vec<Behind>,
}

struct Behind {
    topic: Topic,
    after: i64,
    answer: oneshot::Sender<Result<Arc<Since>>>,
}

struct Channel {
    followers: usize,
    /// Everything up to here was read; None until the first stream has begun
    read: Option<i64>,
    /// Highest number that a bell told
    told: i64,
    /// What was read last, without a gap up to `read`
    tail: VecDeque<Event>,
    moved: watch::Sender<i64>,
}

/// What a stream hears
#[derive(Debug, PartialEq, Eq)]
pub enum News {
    /// What happened next, none left out
    Events(Vec<Event>),
    /// The log does not reach back to what the stream saw last
    Gap,
}

impl Hub {
    /// Reads the log of a database for whoever will follow. With an address of Redis other servers
    /// are told, and tell.
    pub fn start(reader: Reader, redis: Option<&str>) -> Self {
        let shared = Arc::new(Shared {
            reader,
            state: Mutex::new(State::default()),
            wake: Notify::new(),
            doubt: Notify::new(),
            broken: AtomicBool::new(false),
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
                moved: watch::Sender::new(0),
            }
        });
        channel.followers += 1;
        let moved = channel.moved.subscribe();
        Follower { shared: Arc::clone(&self.shared), topic, last: 0, moved }
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
        let mut state = self.state.lock();
        let Some(channel) = state.channels.get_mut(&topic) else { return };
        channel.told = channel.told.max(number);
        if channel.read.is_some_and(|read| read < channel.told) {
            state.rung.insert(topic);
            drop(state);
            self.wake.notify_one();
        }
    }

    /// What is to be read: topics with the number to read from, and whoever waits for them
    fn wanted(&self) -> (Vec<(Topic, i64)>, Vec<Behind>) {
        let mut state = self.state.lock();
        let rung = std::mem::take(&mut state.rung);
        let live =
            rung.into_iter().filter_map(|topic| Some((topic, state.channels.get(&topic)?.read?)));
        let live = live.collect();
        (live, std::mem::take(&mut state.behind))
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
        channel.read = Some(last.number);
        channel.moved.send_replace(last.number);
        metrics::counter!("plaza_stream_events_total").increment(since.events.len() as u64);
        last.number >= since.latest.max(channel.told)
    }
}

async fn read_for_all(shared: Arc<Shared>) {
    loop {
        shared.wake.notified().await;
        let (live, behind) = shared.wanted();
        let mut asked = live.clone();
        let mut places: HashMap<(Topic, i64), usize> = HashMap::new();
        for waiting in &behind {
            if let Entry::Vacant(place) = places.entry((waiting.topic, waiting.after)) {
                place.insert(asked.len());
                asked.push((waiting.topic, waiting.after));
            }
        }
        if asked.is_empty() {
            continue;
        }
        let mut again = Vec::new();
        match since(&shared.reader, &asked).await {
            Ok(found) => {
                let found: Vec<_> = found.into_iter().map(Arc::new).collect();
                for ((topic, after), since) in live.iter().zip(&found) {
                    if !shared.absorb(*topic, *after, since) {
                        again.push(*topic);
                    }
                }
                for waiting in behind {
                    let place = places.get(&(waiting.topic, waiting.after));
                    let since = place.and_then(|place| found.get(*place)).cloned();
                    // Whoever has gone meanwhile does not want it.
                    waiting.answer.send(Ok(since.unwrap_or_default())).ok();
                }
            }
            Err(err) => {
                again.extend(live.iter().map(|(topic, _)| *topic));
                for waiting in behind {
                    waiting.answer.send(Err(err.clone())).ok();
                }
            }
        }
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

/// One stream's place in a topic
pub struct Follower {
    shared: Arc<Shared>,
    topic: Topic,
    last: i64,
    moved: watch::Receiver<i64>,
}

impl Follower {
    /// Goes on after a number: what follows it is heard by [`Follower::next`].
    pub fn begin(&mut self, number: i64) {
        self.last = number;
        let mut state = self.shared.state.lock();
        let Some(channel) = state.channels.get_mut(&self.topic) else { return };
        if channel.read.is_none() {
            channel.read = Some(number);
            channel.moved.send_replace(number);
            if channel.told > number {
                state.rung.insert(self.topic);
                drop(state);
                self.shared.wake.notify_one();
            }
        }
    }

    /// Goes on where a cursor of an earlier stream stood, and hears first what was missed since.
    ///
    /// # Errors
    /// The log can't be read.
    pub async fn resume(&mut self, number: i64) -> Result<News> {
        let since = self.read(number).await?;
        let first = since.events.first().map(|event| event.number);
        let reaches = number == since.latest || first == Some(number + 1);
        if number > since.latest || !reaches {
            return Ok(News::Gap);
        }
        let last = since.events.last().map_or(number, |event| event.number);
        self.begin(last);
        if last < since.latest {
            self.shared.ring(self.topic, since.latest);
        }
        Ok(News::Events(since.events.clone()))
    }

    /// Waits for what happens next. Dropped before it is ready, it has taken nothing.
    ///
    /// # Errors
    /// The log can't be read.
    pub async fn next(&mut self) -> Result<News> {
        loop {
            let read = *self.moved.borrow_and_update();
            if read > self.last {
                let events = match self.tail() {
                    Some(events) => events,
                    None => self.read(self.last).await?.events.clone(),
                };
                return Ok(self.take(events));
            }
            // The sender lives in the channel, which lives as long as this follower.
            self.moved.changed().await.map_err(|err| Fault::new("following a topic", err))?;
        }
    }

    fn take(&mut self, events: Vec<Event>) -> News {
        match (events.first(), events.last()) {
            (Some(first), Some(last)) if first.number == self.last + 1 => {
                self.last = last.number;
                News::Events(events)
            }
            _ => News::Gap,
        }
    }

    /// What the tail holds for this stream; None where it does not reach back far enough
    fn tail(&self) -> Option<Vec<Event>> {
        let state = self.shared.state.lock();
        let tail = &state.channels.get(&self.topic)?.tail;
        let missed = usize::try_from(self.last + 1 - tail.front()?.number).ok()?;
        let stretch = usize::try_from(STRETCH).unwrap_or(TAIL);
        Some(tail.iter().skip(missed).take(stretch).copied().collect())
    }

    /// Asks the task that reads for all
    async fn read(&self, after: i64) -> Result<Arc<Since>> {
        let (answer, answered) = oneshot::channel();
        self.shared.state.lock().behind.push(Behind { topic: self.topic, after, answer });
        self.shared.wake.notify_one();
        answered.await.map_err(|err| Fault::new("reading the log for a stream", err))?
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock();
        let Some(channel) = state.channels.get_mut(&self.topic) else { return };
        channel.followers -= 1;
        if channel.followers == 0 {
            state.channels.remove(&self.topic);
            state.shards.remove(self.topic);
        }
    }
}
