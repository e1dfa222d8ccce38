//! What was written, and when: by it a cache knows what has got old.
//!
//! Time here is a counter of changes. Whoever keeps something notes where the counter stood before it
//! was read; it is good for as long as nothing that it was read from has changed since. So there is
//! nothing to delete, and no race to lose: a row that was read before a write and is kept after it is
//! older than the write, and known to be.
//!
//! Every write transaction counts what it wrote by the text of its statements, once it has committed
//! and before anybody is told. A service can't forget to say so.

use super::position::WalPosition;
use super::table::{Rows, Table, Written};
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::sync::watch;
use uuid::Uuid;

/// Rows share this many counters
const SHARDS: usize = 1 << 17;
/// Positions that are remembered with the time at which they were heard
const HEARD: usize = 1024;

/// An instant, counted in changes that this server knows of
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(u64);

impl Mark {
    /// Before everything
    pub const ALWAYS: Self = Self(0);
}

/// Tells other servers of a change
type Teller = Box<dyn Fn(String) + Send + Sync>;

/// When what was last written, as far as this server knows
pub struct Changes {
    now: AtomicU64,
    /// Everything, as after a silence
    all: AtomicU64,
    /// Anything of a table
    tables: [AtomicU64; Table::COUNT],
    /// Rows of a table, nobody knows which
    unknown: [AtomicU64; Table::COUNT],
    rows: Box<[AtomicU64]>,
    /// What other servers write may go unheard
    deaf: AtomicBool,
    teller: OnceLock<Teller>,
    /// Moved with each change
    told: watch::Sender<u64>,
    /// Positions of the database's log, with when they were first heard of
    heard: Mutex<VecDeque<(WalPosition, Mark)>>,
    /// Positions, with an instant before which everything lies before them
    passed: Mutex<VecDeque<(WalPosition, Mark)>>,
}

impl Default for Changes {
    fn default() -> Self {
        let counter = |_| AtomicU64::new(0);
        Self {
            now: AtomicU64::new(0),
            all: AtomicU64::new(0),
            tables: std::array::from_fn(counter),
            unknown: std::array::from_fn(counter),
            rows: (0..SHARDS).map(counter).collect(),
            deaf: AtomicBool::new(false),
            teller: OnceLock::new(),
            told: watch::Sender::new(0),
            heard: Mutex::default(),
            passed: Mutex::default(),
        }
    }
}

impl Changes {
    /// Now. What is read from here on knows all changes up to it.
    pub fn now(&self) -> Mark {
        Mark(self.now.load(Ordering::SeqCst))
    }

    /// Something was written here: it is counted, and other servers are told.
    pub fn wrote(&self, written: &Written) {
        if written.is_empty() {
            return;
        }
        self.count(written);
        if let Some(tell) = self.teller.get() {
            tell(written.write());
        }
    }

    /// Another server tells what was written.
    pub fn hear(&self, line: &str) {
        match Written::read(line) {
            Some(written) => self.count(&written),
            // A newer version's words
            None => self.forget(),
        }
    }

    /// From now on, changes are told to others by this.
    pub fn told_by(&self, tell: impl Fn(String) + Send + Sync + 'static) {
        // There is one bell.
        self.teller.set(Box::new(tell)).ok();
    }

    /// Whatever was read until now may be old.
    pub fn forget(&self) {
        let tick = self.tick();
        self.all.fetch_max(tick, Ordering::SeqCst);
        self.told.send_replace(tick);
    }

    /// Whether what others write goes unheard. When it ends, everything counts as changed.
    pub fn set_deaf(&self, deaf: bool) {
        if deaf {
            self.deaf.store(true, Ordering::SeqCst);
        } else {
            self.forget();
            self.deaf.store(false, Ordering::SeqCst);
        }
    }

    /// Tells when something may have changed.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.told.subscribe()
    }

    /// Nothing that is kept can be trusted.
    pub fn is_deaf(&self) -> bool {
        self.deaf.load(Ordering::SeqCst)
    }

    /// Whether a row may have changed since
    pub fn row_since(&self, table: Table, row: Uuid, mark: Mark) -> bool {
        let shard = self.rows.get(shard(table, row));
        since(&self.all, mark)
            || since(&self.unknown[table.index()], mark)
            || shard.is_none_or(|shard| since(shard, mark))
    }

    /// Whether anything of a table may have changed since
    pub fn table_since(&self, table: Table, mark: Mark) -> bool {
        since(&self.all, mark) || since(&self.tables[table.index()], mark)
    }

    /// When a position of the database's log was first heard of. What was read since then knows all
    /// that was written before the position.
    pub fn heard(&self, position: WalPosition) -> Mark {
        if position == WalPosition::UNKNOWN {
            return self.now();
        }
        let mut heard = self.heard.lock();
        if heard.back().is_none_or(|(latest, _)| *latest < position) {
            if heard.len() == HEARD {
                heard.pop_front();
            }
            heard.push_back((position, Mark(self.tick())));
        }
        let at = heard.partition_point(|(known, _)| *known < position);
        heard.get(at).map_or_else(|| self.now(), |(_, mark)| *mark)
    }

    /// The log has come to a position, at an instant no earlier than this.
    pub(super) fn passed(&self, position: WalPosition, mark: Mark) {
        let mut passed = self.passed.lock();
        match passed.back_mut() {
            Some((known, latest)) if *known == position => *latest = mark,
            // Another server has become the primary.
            Some((known, _)) if *known > position => {
                passed.clear();
                passed.push_back((position, mark));
            }
            _ => passed.push_back((position, mark)),
        }
        if passed.len() > HEARD {
            passed.pop_front();
        }
    }

    /// An instant: whoever has replayed the log up to here knows all changes up to it.
    pub fn before(&self, replayed: WalPosition) -> Mark {
        let passed = self.passed.lock();
        let known = passed.partition_point(|(position, _)| *position <= replayed);
        let last = known.checked_sub(1).and_then(|last| passed.get(last));
        last.map_or(Mark::ALWAYS, |(_, mark)| *mark)
    }

    fn count(&self, written: &Written) {
        let tick = self.tick();
        for (table, rows) in written.tables() {
            match rows {
                Rows::Unknown => {
                    self.unknown[table.index()].fetch_max(tick, Ordering::SeqCst);
                }
                Rows::These(rows) => {
                    for row in rows {
                        if let Some(counter) = self.rows.get(shard(table, *row)) {
                            counter.fetch_max(tick, Ordering::SeqCst);
                        }
                    }
                }
            }
            self.tables[table.index()].fetch_max(tick, Ordering::SeqCst);
        }
        self.told.send_replace(tick);
    }

    fn tick(&self) -> u64 {
        self.now.fetch_add(1, Ordering::SeqCst) + 1
    }
}

fn since(counter: &AtomicU64, mark: Mark) -> bool {
    counter.load(Ordering::SeqCst) > mark.0
}

/// Ids end in random bits.
fn shard(table: Table, row: Uuid) -> usize {
    let (_, low) = row.as_u64_pair();
    let mixed = low ^ (table.index() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(mixed % SHARDS as u64).unwrap_or_default()
}
