//! Reservations: event streams of many operations that a client has announced, kept in this
//! server's memory from the request that makes one to the end of its stream.
//!
//! A reservation whose stream nobody opens ends after ten seconds. There are never more than a
//! thousand of them: the oldest makes room, so that whoever makes many keeps out nobody who comes
//! for theirs at once.

use crate::app::random_hex;
use crate::entities::Timestamp;
use crate::server::graphql::operations::{MAX_OPERATIONS, Operations, Outgoing};
use crate::services::Viewer;
use futures_util::stream::BoxStream;
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How long a reservation waits for its stream
pub const WAITS: Duration = Duration::from_secs(10);
/// Reservations that wait for their stream, at most
const MAX_WAITING: usize = 1000;

/// Operations on their way to the stream that runs them
pub type Arrivals = Receiver<BoxStream<'static, Outgoing>>;

/// One announced stream, open or not yet
pub struct Reservation {
    /// Whose it is: the session that made it
    pub viewer: Viewer,
    /// What runs on it
    pub operations: Mutex<Operations>,
    /// To the stream
    pub departures: Sender<BoxStream<'static, Outgoing>>,
    /// Until the stream is open
    arrivals: Mutex<Option<Arrivals>>,
}

/// All reservations of this server, by their tokens
#[derive(Default)]
pub struct Reservations(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    all: HashMap<Arc<str>, Arc<Reservation>>,
    /// Those without a stream, oldest first
    waiting: VecDeque<(Timestamp, Arc<str>)>,
}

impl Reservations {
    /// Makes one: its token.
    pub fn make(&self, viewer: Viewer, now: Timestamp) -> Arc<str> {
        let (departures, arrivals) = channel(MAX_OPERATIONS);
        let (operations, arrivals) = (Mutex::default(), Mutex::new(Some(arrivals)));
        let reservation = Reservation { viewer, operations, departures, arrivals };
        let token: Arc<str> = random_hex::<16>().into();
        let mut kept = self.0.lock();
        kept.forget_unused(now);
        if kept.waiting.len() >= MAX_WAITING {
            kept.forget_oldest();
        }
        kept.all.insert(Arc::clone(&token), Arc::new(reservation));
        kept.waiting.push_back((now, Arc::clone(&token)));
        token
    }

    /// The one with this token
    pub fn find(&self, token: &str, now: Timestamp) -> Option<Arc<Reservation>> {
        let mut kept = self.0.lock();
        kept.forget_unused(now);
        kept.all.get(token).map(Arc::clone)
    }

    /// What arrives for its stream, to whoever opens it first. It stays until [`Reservations::end`].
    pub fn open(&self, token: &str) -> Option<Arrivals> {
        let mut kept = self.0.lock();
        let arrivals = kept.all.get(token)?.arrivals.lock().take()?;
        kept.waiting.retain(|(_, waiting)| **waiting != *token);
        Some(arrivals)
    }

    /// Its stream has ended.
    pub fn end(&self, token: &str) {
        self.0.lock().all.remove(token);
    }

    /// Ends it unless its stream is open: nobody came.
    pub fn give_up(&self, token: &str) {
        let mut kept = self.0.lock();
        let waiting = kept.waiting.len();
        kept.waiting.retain(|(_, waiting)| **waiting != *token);
        if kept.waiting.len() < waiting {
            kept.all.remove(token);
        }
    }
}

impl Kept {
    fn forget_unused(&mut self, now: Timestamp) {
        let waited = |made: Timestamp| u128::try_from(now.0.saturating_sub(made.0)).unwrap_or(0);
        while self.waiting.front().is_some_and(|(made, _)| waited(*made) >= WAITS.as_micros()) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, token)) = self.waiting.pop_front() {
            self.all.remove(&token);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp(1_795_014_000_000_000);

    fn after(seconds: i64) -> Timestamp {
        Timestamp(START.0 + seconds * 1_000_000)
    }

    #[test]
    fn the_oldest_that_waits_makes_room_and_no_open_one() {
        let reservations = Reservations::default();
        let [open, first, second] = [0; 3].map(|_| reservations.make(Viewer::Guest, START));
        let arrivals = reservations.open(&open).expect("the first to come");
        for _ in 0..MAX_WAITING - 1 {
            reservations.make(Viewer::Guest, START);
        }
        let known = |token: &str| reservations.find(token, START).is_some();
        assert_eq!((known(&open), known(&first), known(&second)), (true, false, true));
        drop(arrivals);
    }

    #[test]
    fn one_without_a_stream_ends_after_ten_seconds() {
        let reservations = Reservations::default();
        let [unused, used] = [0; 2].map(|_| reservations.make(Viewer::Guest, START));
        assert!(reservations.open(&used).is_some());
        assert!(reservations.open(&used).is_none(), "a stream is opened once");
        let later = reservations.make(Viewer::Guest, after(5));
        assert!(reservations.find(&unused, after(9)).is_some());
        assert!(reservations.find(&unused, after(10)).is_none());
        assert!(reservations.find(&later, after(10)).is_some());
        assert!(reservations.find(&used, after(3600)).is_some());
        reservations.give_up(&used);
        assert!(reservations.find(&used, after(3600)).is_some(), "somebody came for it");
        reservations.end(&used);
        assert!(reservations.find(&used, after(3600)).is_none());
        let given_up = reservations.make(Viewer::Guest, after(3600));
        reservations.give_up(&given_up);
        assert!(reservations.find(&given_up, after(3600)).is_none());
    }
}
