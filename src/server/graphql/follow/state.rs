//! States that many ask for at once, as after a restart: one is read for all who wait.
//!
//! A state is shared only by those who asked before it was read, so nobody is shown an older one
//! than they would have read themselves.

use super::run::{Made, Run};
use crate::db::Pace;
use crate::error::{Error, Result};
use crate::events::Topic;
use crate::schema::UpdateKind;
use moka::sync::Cache;
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{OnceCell, Semaphore};
use tokio::time::Instant;

/// Kinds of state that are remembered at most, and how long after they were last asked for
const KEPT: u64 = 10_000;
const KEPT_TIME: Duration = Duration::from_secs(60);

/// What makes two states the same, apart from the viewer
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StateKey {
    pub topic: Topic,
    /// The operation's
    pub fingerprint: [u8; 32],
    pub kind: UpdateKind,
}

/// States in the making
pub struct States {
    /// Each that is read holds a connection to the database
    turns: Semaphore,
    waiting: Cache<StateKey, Arc<Waiting>>,
    paces: Cache<StateKey, Arc<Mutex<Pace>>>,
}

#[derive(Default)]
struct Waiting {
    streams: AtomicUsize,
    made: OnceCell<Run>,
}

impl States {
    /// So many are read at a time.
    pub fn new(turns: usize) -> Self {
        let kept = || Cache::builder().max_capacity(KEPT).time_to_idle(KEPT_TIME);
        Self {
            turns: Semaphore::new(turns),
            waiting: kept().build(),
            paces: Cache::builder().max_capacity(KEPT).time_to_idle(KEPT_TIME).build(),
        }
    }

    /// The state of a key, made here or by somebody else who waits for it. `make` tells whether what
    /// it made depends on the viewer: then it is the maker's alone, and the others make their own.
    ///
    /// # Errors
    /// The state could not be read.
    pub async fn of<M>(&self, key: StateKey, make: impl Fn() -> M + Send + Sync) -> Result<Made>
    where
        M: Future<Output = Result<(Made, bool)>> + Send,
    {
        let waiting = self.waiting.get_with(key, Arc::default);
        waiting.streams.fetch_add(1, Ordering::Relaxed);
        let mut own = None;
        let read = async {
            let pace = self.paces.get_with(key, Arc::default);
            let due = pace.lock().due(Instant::now());
            tokio::time::sleep_until(due).await;
            let _turn = self.turns.acquire().await;
            // Whoever comes from here on gets a later one.
            self.waiting.invalidate(&key);
            pace.lock().begins(Instant::now(), waiting.streams.load(Ordering::Relaxed));
            let (made, personal) = make().await?;
            if personal {
                own = Some(made);
                return Ok::<_, Error>(Run::Personal);
            }
            Ok(Run::Shared(made))
        };
        let run = waiting.made.get_or_try_init(|| read).await?.clone();
        match (own, run) {
            (Some(made), _) | (None, Run::Shared(made)) => Ok(made),
            (None, Run::Personal) => {
                let _turn = self.turns.acquire().await;
                Ok(make().await?.0)
            }
        }
    }
}
