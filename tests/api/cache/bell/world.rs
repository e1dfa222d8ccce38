//! Both nodes, what is true, and what each must know of it.

use super::super::model::config;
use super::{ROWS, STEPS, USERS};
use crate::support::Redis;
use plaza::cache::{Answers, Rows};
use plaza::db::{Changes, Db, Mark};
use plaza::entities::{Store, StoreId, UserId};
use plaza::events::{Here, Hub, Presence};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// A node's caches, and what it must know
pub struct Node {
    pub hub: Arc<Hub>,
    pub changes: Arc<Changes>,
    pub rows: Rows,
    pub answers: Answers<u64>,
    /// What a read that begins now must at least see, by row
    pub known: [AtomicU64; ROWS],
    /// Writes of the other node that were acknowledged there
    pub coming: Mutex<VecDeque<Notice>>,
}

/// A write whose notice is on its way
pub struct Notice {
    pub row: usize,
    pub number: u64,
    /// Is told of behind it
    pub marker: UserId,
    pub _here: Here,
}

impl Node {
    fn new(db: &Db, hub: &Arc<Hub>) -> Self {
        Self {
            hub: Arc::clone(hub),
            changes: Arc::clone(db.changes()),
            rows: Rows::new(&config(), Arc::clone(db.changes())),
            answers: Answers::new(&config(), Arc::clone(db.changes())),
            known: numbers(),
            coming: Mutex::default(),
        }
    }

    /// Learns what was heard here by now; whether that is all.
    pub fn learn(&self) -> bool {
        let mut coming = self.coming.lock().expect("not poisoned");
        while let Some(notice) = coming.front() {
            if self.hub.presence().of(notice.marker) == Presence::Offline {
                return false;
            }
            self.known[notice.row].fetch_max(notice.number, SeqCst);
            coming.pop_front();
        }
        true
    }

    pub fn kept(&self, row: usize) -> Option<u64> {
        let keys = vec![StoreId(id(row))];
        let (kept, _) = self.rows.get::<_, Store>(keys, |id| id.0, Mark::ALWAYS);
        kept.first().map(|(_, store)| store.name.parse().expect("a number"))
    }
}

/// Both nodes, and what is true
pub struct World {
    pub truth: [AtomicU64; ROWS],
    pub nodes: [Node; 2],
    /// The first of them write
    pub writers: usize,
    /// Mistake that must be found: the mark is taken after the truth was read
    pub late: bool,
    /// Redis will be cut off again
    pub cuts: AtomicBool,
    /// It is at present. There is little to do, so that what is lost now is not soon made good by chance.
    pub slow: AtomicBool,
    pub steps: AtomicUsize,
    pub hits: AtomicUsize,
    pub writes: AtomicUsize,
    /// Steps of nodes that did not hear the other
    pub deaf: AtomicUsize,
    /// Reads that saw less than they had to, by node
    pub lies: [AtomicUsize; 2],
}

impl World {
    pub async fn new(folder: &Path, redis: Option<&Redis>, writers: usize, late: bool) -> Self {
        let mut nodes = Vec::new();
        for user in USERS {
            let file = folder.join(format!("{user}.db"));
            let db = Db::connect(&format!("sqlite:{}", file.display()), 1).await.expect("opens");
            let url = redis.map(|redis| format!("redis://{user}:{user}@{}", redis.address()));
            let name = Uuid::from_u128(nodes.len() as u128 + 1);
            let hub = Hub::start(db.reader().clone(), db.changes(), name, url.as_deref());
            let hub = Arc::new(hub);
            nodes.push(Node::new(&db, &hub));
            if redis.is_none() {
                // Whoever is in the same process is told by the same counter.
                nodes.push(Node::new(&db, &hub));
                break;
            }
        }
        let nodes = nodes.try_into().ok().expect("two nodes");
        let cuts = AtomicBool::new(redis.is_some() && !late);
        let (slow, steps, hits) = Default::default();
        let (writes, deaf, lies) = Default::default();
        Self { truth: numbers(), nodes, writers, late, cuts, slow, steps, hits, writes, deaf, lies }
    }

    /// There is more to do.
    pub fn goes_on(&self) -> bool {
        self.steps.load(SeqCst) < STEPS || self.cuts.load(SeqCst)
    }

    /// All nodes are told what the others write.
    pub fn bell_works(&self) -> bool {
        let works = |node: &Node| node.hub.bell_works() != Some(false) && !node.changes.is_deaf();
        self.nodes.iter().all(works)
    }

    /// Reads that saw less than they had to, by node
    pub fn lies(&self) -> [usize; 2] {
        self.lies.each_ref().map(|lies| lies.load(SeqCst))
    }
}

pub fn id(row: usize) -> Uuid {
    Uuid::from_u128(row as u128 + 1)
}

fn numbers() -> [AtomicU64; ROWS] {
    std::array::from_fn(|_| AtomicU64::new(0))
}

pub fn sum(numbers: &[AtomicU64; ROWS]) -> u64 {
    numbers.iter().map(|number| number.load(SeqCst)).sum()
}
