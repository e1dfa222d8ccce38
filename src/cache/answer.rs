//! Whole answers that are alike for everybody, each by the hash of what was asked, with the tables
//! that it was read from. Of many who ask the same at once, one asks the database.

use crate::config::CacheConfig;
use crate::db::{Changes, Mark, Sources, Table};
use crate::entities::Timestamp;
use moka::sync::Cache;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::{Arc, Weak};
use tokio::sync::OwnedMutexGuard;

/// Hash of a document, an operation and its variables
type Key = [u8; 32];

/// Answers in memory
pub struct Answers<T> {
    known: Cache<Key, Entry<T>>,
    /// Those who ask the database, by what they ask
    turns: Mutex<HashMap<Key, Weak<tokio::sync::Mutex<()>>>>,
    changes: Arc<Changes>,
}

enum Entry<T> {
    Answer(Arc<Kept<T>>),
    /// It was read from what changes without being counted, and must not be kept
    Never,
}

impl<T> Clone for Entry<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Answer(kept) => Self::Answer(Arc::clone(kept)),
            Self::Never => Self::Never,
        }
    }
}

/// An answer, and what it is good for
pub struct Kept<T> {
    /// The answer
    pub answer: T,
    /// Bytes that it takes
    pub bytes: usize,
    /// Instant before which it was read
    pub mark: Mark,
    /// Tables that it was read from
    pub tables: Box<[Table]>,
    /// When it ends by the clock, where it depends on that
    pub until: Option<Timestamp>,
}

/// How new an answer has to be
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// When the question came: an answer that was read since is right whatever has happened since
    pub at: Mark,
    /// Nothing older will do
    pub fresh: Mark,
    /// The time by the clock
    pub now: Timestamp,
}

/// What is known of a question
pub enum Found<T> {
    /// Its answer
    Answer(Arc<Kept<T>>),
    /// One that has got old
    Stale,
    /// Nothing yet
    Nothing,
    /// That its answers are not kept
    Never,
}

impl<T> Found<T> {
    /// Counts a request that ended so.
    pub fn count(&self) {
        let outcome = match self {
            Self::Answer(_) => "hit",
            Self::Stale => "stale",
            Self::Nothing => "miss",
            Self::Never => return,
        };
        metrics::counter!("plaza_cache_requests_total", "cache" => "answer", "outcome" => outcome)
            .increment(1);
    }
}

/// The right to ask the database, as long as it is held
pub struct Turn {
    _held: OwnedMutexGuard<()>,
}

impl<T: Send + Sync + 'static> Answers<T> {
    /// Nothing yet.
    pub fn new(config: &CacheConfig, changes: Arc<Changes>) -> Self {
        let known = Cache::builder()
            .max_capacity(config.bytes)
            .weigher(|_, entry: &Entry<T>| match entry {
                Entry::Answer(kept) => u32::try_from(ENTRY + kept.bytes).unwrap_or(u32::MAX),
                Entry::Never => u32::try_from(ENTRY).unwrap_or(u32::MAX),
            })
            .time_to_live(config.lifetime)
            .eviction_listener(|_, _, cause| super::count_eviction("answer", cause))
            .build();
        Self { known, turns: Mutex::default(), changes }
    }

    /// What is known of a question. Who asks may look twice, and counts what they go by
    /// ([`Found::count`]).
    pub fn get(&self, key: &Key, asked: Asked) -> Found<T> {
        match self.known.get(key) {
            Some(Entry::Answer(kept)) if self.is_good(&kept, asked) => Found::Answer(kept),
            Some(Entry::Answer(_)) => Found::Stale,
            Some(Entry::Never) => Found::Never,
            None => Found::Nothing,
        }
    }

    /// Waits until nobody else asks the database this.
    pub async fn turn(&self, key: Key) -> Turn {
        let lock = {
            let mut turns = self.turns.lock();
            let known = turns.get(&key).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                turns.retain(|_, lock| lock.strong_count() > 0);
                let lock = Arc::default();
                turns.insert(key, Arc::downgrade(&lock));
                lock
            })
        };
        Turn { _held: lock.lock_owned().await }
    }

    /// Keeps an answer.
    pub fn put(&self, key: Key, kept: Kept<T>) -> Arc<Kept<T>> {
        let kept = Arc::new(kept);
        self.known.insert(key, Entry::Answer(Arc::clone(&kept)));
        kept
    }

    /// Tells how much is kept. It takes a while: not while somebody waits.
    pub fn tell(&self) {
        self.known.run_pending_tasks();
        let kilobytes = u32::try_from(self.known.weighted_size() / 1_000).unwrap_or(u32::MAX);
        metrics::gauge!("plaza_cache_bytes", "cache" => "answer").set(f64::from(kilobytes) * 1e3);
        let entries = u32::try_from(self.known.entry_count()).unwrap_or(u32::MAX);
        metrics::gauge!("plaza_cache_entries", "cache" => "answer").set(f64::from(entries));
    }

    /// Remembers for a while that answers to this are not kept, so that nobody waits for one.
    pub fn refuse(&self, key: Key) {
        self.known.insert(key, Entry::Never);
    }

    fn is_good(&self, kept: &Kept<T>, asked: Asked) -> bool {
        let changed = |table: &Table| self.changes.table_since(*table, kept.mark);
        kept.mark >= asked.fresh
            && kept.until.is_none_or(|until| asked.now < until)
            && !self.changes.is_deaf()
            && (kept.mark >= asked.at || !kept.tables.iter().any(changed))
    }
}

/// Tables of what was read, where its answer may be kept
pub fn keepable(sources: Sources) -> Option<Box<[Table]>> {
    sources.tables().map(Iterator::collect)
}

/// Room for the key and what the cache writes down about an entry
const ENTRY: usize = 300;
