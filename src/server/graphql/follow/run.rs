//! Run once, written once: streams that deliver the same share the bytes.

use crate::entities::SessionId;
use crate::events::{Passing, Topic};
use moka::sync::Cache;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// Payloads kept at most
const KEPT: u64 = 10_000;
/// How long whoever is a little behind finds them
const KEPT_TIME: Duration = Duration::from_secs(30);

/// What makes two payloads the same, apart from the viewer
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RunKey {
    pub topic: Topic,
    /// The event's, or of the one before what passes
    pub number: i64,
    /// What passes
    pub passing: Option<Passing>,
    /// The operation's
    pub fingerprint: [u8; 32],
    /// None: everybody's. A viewer's own is shared by the streams of one device.
    pub session: Option<SessionId>,
}

/// A payload
#[derive(Clone)]
pub struct Made {
    /// JSON
    pub body: Arc<[u8]>,
    /// Where a stream stands after it
    pub cursor: Arc<str>,
    pub number: i64,
}

/// What came of the first execution
#[derive(Clone)]
pub enum Run {
    /// It did not look at the viewer: everybody's payload
    Shared(Made),
    /// It did: each viewer needs their own
    Personal,
}

/// Payloads of the last moments
pub struct Runs(Cache<RunKey, Arc<OnceCell<Run>>>);

impl Default for Runs {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(KEPT).time_to_live(KEPT_TIME).build())
    }
}

impl Runs {
    /// What came of the first execution, if it is over
    pub fn known(&self, key: &RunKey) -> Option<Run> {
        self.0.get(key)?.get().cloned()
    }

    /// Where the payload is, or will be once the first who asks has made it
    pub fn of(&self, key: RunKey) -> Arc<OnceCell<Run>> {
        self.0.get_with(key, Arc::default)
    }
}
