//! Rows that look alike to everybody, by the question that they answer.

use crate::config::CacheConfig;
use crate::db::{Changes, Mark, Noted, Sources, Table};
use crate::entities::{Category, Listing, Profile, Store, User};
use moka::sync::Cache;
use std::any::{Any, TypeId};
use std::sync::Arc;
use uuid::Uuid;

/// What may be kept
pub trait Keep: Any + Send + Sync {
    /// Where it was read
    const TABLE: Table;

    /// Its row; None: it depends on the whole table
    fn row(&self) -> Option<Uuid>;

    /// Bytes that it takes, roughly
    fn bytes(&self) -> usize;
}

/// Rows in memory
pub struct Rows {
    known: Cache<(TypeId, Uuid), Held>,
    changes: Arc<Changes>,
}

#[derive(Clone)]
struct Held {
    value: Arc<dyn Any + Send + Sync>,
    mark: Mark,
    row: Option<Uuid>,
    bytes: u32,
}

impl Rows {
    /// Nothing yet.
    pub fn new(config: &CacheConfig, changes: Arc<Changes>) -> Self {
        let known = Cache::builder()
            .max_capacity(config.bytes)
            .weigher(|_, held: &Held| held.bytes)
            .time_to_live(config.lifetime)
            .eviction_listener(|_, _, cause| super::count_eviction("row", cause))
            .build();
        Self { known, changes }
    }

    /// Answers that are kept, and the keys without one. `fresh`: read no earlier than that.
    pub fn get<K: 'static, V: Keep>(
        &self,
        keys: Vec<K>,
        id: impl Fn(&K) -> Uuid,
        fresh: Mark,
    ) -> (Vec<(K, Arc<V>)>, Vec<K>) {
        let (mut kept, mut missing) = (Vec::with_capacity(keys.len()), Vec::new());
        let mut stale = 0;
        for key in keys {
            let held = self.known.get(&(TypeId::of::<K>(), id(&key)));
            match held.map(|held| self.good::<V>(held, fresh)) {
                Some(Some(value)) => kept.push((key, value)),
                Some(None) => {
                    stale += 1;
                    missing.push(key);
                }
                None => missing.push(key),
            }
        }
        if !kept.is_empty() {
            Noted::add(|| Sources::table(V::TABLE));
        }
        count("hit", kept.len());
        count("stale", stale);
        count("miss", missing.len() - stale);
        (kept, missing)
    }

    /// Keeps an answer that was read after `mark`.
    pub fn put<K: 'static, V: Keep>(&self, id: Uuid, value: &Arc<V>, mark: Mark) {
        let held = Held {
            row: value.row(),
            bytes: u32::try_from(value.bytes()).unwrap_or(u32::MAX),
            value: Arc::clone(value) as _,
            mark,
        };
        self.known.insert((TypeId::of::<K>(), id), held);
    }

    /// Rows that are kept
    pub fn entries(&self) -> u32 {
        // It counts when it has time to.
        self.known.run_pending_tasks();
        u32::try_from(self.known.entry_count()).unwrap_or(u32::MAX)
    }

    /// Kilobytes that are kept
    pub fn kilobytes(&self) -> u32 {
        u32::try_from(self.known.weighted_size() / 1_000).unwrap_or(u32::MAX)
    }

    fn good<V: Keep>(&self, held: Held, fresh: Mark) -> Option<Arc<V>> {
        let changed = || match held.row {
            Some(row) => self.changes.row_since(V::TABLE, row, held.mark),
            None => self.changes.table_since(V::TABLE, held.mark),
        };
        // In this order: when a server hears again, everything has changed already.
        if held.mark < fresh || self.changes.is_deaf() || changed() {
            return None;
        }
        held.value.downcast().ok()
    }
}

fn count(outcome: &'static str, number: usize) {
    if number > 0 {
        metrics::counter!("plaza_cache_requests_total", "cache" => "row", "outcome" => outcome)
            .increment(number as u64);
    }
}

/// Room for the key, the entry and what the cache writes down about it
const ENTRY: usize = 200;

macro_rules! keep {
    ($($row:ident: $($text:ident)|*;)*) => {$(
        impl Keep for $row {
            const TABLE: Table = Table::$row;

            fn row(&self) -> Option<Uuid> {
                Some(self.id.0)
            }

            fn bytes(&self) -> usize {
                ENTRY + size_of::<Self>() $(+ self.$text.len())*
            }
        }
    )*};
}

keep! {
    Category: slug|name;
    Listing: title;
    Profile: headline;
    Store: handle|name|time_zone;
    User: handle|display_name|locale;
}
