//! Runs one request and its batches on one task, and decides when a batch leaves.
//!
//! Why own code: a loader has to know when nobody will add another key. The library waits a fixed
//! time (1 ms a batch: slow, and under load a batch may still be cut in two) on a task of its own
//! (a hop between threads a batch). Here the request's future and the batches it started are
//! polled by one driver, which sees when all of them wait: only then do the waiting batches leave.
//! No timer, no hop, and the number of statements depends on the document alone, never on timing.
//!
//! A batch also waits for batches already on their way: what they bring may ask for more of the
//! same keys, which then share its statement. So a batch must not load on its own account: it
//! would wait for a gate that waits for it. `Loads`, which answers batches, has no loaders.

use async_graphql::runtime::Timer;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{FuturesUnordered, Stream};
use futures_util::task::{FutureObj, Spawn, SpawnError};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// Runs a request with its batches. A stream runs once an event, on the same loaders: batches that
/// an event left behind (somebody failed and took those that waited along) go on with the next.
#[derive(Default)]
pub struct Driver {
    state: Arc<Mutex<State>>,
}

/// Where loaders queue their batches and hold them back. Batches hold it in turn, and the driver
/// holds batches: it is weak, so that all of them end with the driver.
#[derive(Clone)]
pub struct Queue {
    state: Weak<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// Batches that nobody polls yet
    started: Vec<FutureObj<'static, ()>>,
    /// Batches that wait for the gate, the oldest first
    waiting: BTreeMap<u64, Waker>,
    /// Counts batches that came to the gate
    arrivals: u64,
}

impl Driver {
    /// For loaders whose batches this driver is to poll
    pub fn queue(&self) -> Queue {
        Queue { state: Arc::downgrade(&self.state) }
    }

    /// Runs a future with the loaders that were built on this driver, to the future's end.
    pub async fn run<T: Send>(&self, request: impl Future<Output = T> + Send) -> T {
        let mut answer = None;
        {
            let slot = &mut answer;
            let running = FuturesUnordered::new();
            running.push(Work::Request(request.map(|value| *slot = Some(value)).boxed()));
            Round { state: &self.state, running }.await;
        }
        match answer {
            Some(value) => value,
            // `Round` ends only after the request's own future did, which fills the slot.
            None => unreachable!("the request ended without an answer"),
        }
    }
}

/// What a round polls
enum Work<'a> {
    Request(BoxFuture<'a, ()>),
    Batch(FutureObj<'static, ()>),
}

impl Future for Work<'_> {
    /// It was the request
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
        match &mut *self {
            Self::Request(request) => request.poll_unpin(cx).map(|()| true),
            Self::Batch(batch) => batch.poll_unpin(cx).map(|()| false),
        }
    }
}

/// Polls the request and its batches until the request is done
struct Round<'a> {
    state: &'a Mutex<State>,
    running: FuturesUnordered<Work<'a>>,
}

impl Future for Round<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let noticing =
            Arc::new(Noticing { waker: cx.waker().clone(), woken: AtomicBool::new(false) });
        let waker = Waker::from(Arc::clone(&noticing));
        let mut inner = Context::from_waker(&waker);
        loop {
            // Whatever was woken until here is polled below.
            noticing.woken.store(false, Ordering::Release);
            let started = std::mem::take(&mut self.state.lock().started);
            self.running.extend(started.into_iter().map(Work::Batch));
            match Pin::new(&mut self.running).poll_next(&mut inner) {
                // Nobody waits for batches any more once the request is done.
                Poll::Ready(Some(true) | None) => return Poll::Ready(()),
                Poll::Ready(Some(false)) => {}
                Poll::Pending => {
                    let mut state = self.state.lock();
                    if !state.started.is_empty() {
                        continue;
                    }
                    // Something was woken while we polled: it may still add keys.
                    if noticing.woken.load(Ordering::Acquire) {
                        return Poll::Pending;
                    }
                    // Not all but the request itself stand at the gate.
                    if state.waiting.is_empty() || state.waiting.len() + 1 < self.running.len() {
                        return Poll::Pending;
                    }
                    let waiting = std::mem::take(&mut state.waiting);
                    drop(state);
                    waiting.into_values().for_each(Waker::wake);
                }
            }
        }
    }
}

impl Drop for Round<'_> {
    /// Keeps what has not ended for the next round: its loader still counts on it.
    fn drop(&mut self) {
        let left = std::mem::take(&mut self.running).into_iter().filter_map(|work| match work {
            Work::Batch(batch) => Some(batch),
            Work::Request(_) => None,
        });
        let left: Vec<_> = left.collect();
        self.state.lock().started.extend(left);
    }
}

/// Passes wake-ups on, and remembers that there was one
struct Noticing {
    waker: Waker,
    woken: AtomicBool,
}

impl Wake for Noticing {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.waker.wake_by_ref();
    }
}

impl Spawn for Queue {
    fn spawn_obj(&self, batch: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        let state = self.state.upgrade().ok_or_else(SpawnError::shutdown)?;
        state.lock().started.push(batch);
        Ok(())
    }
}

impl Timer for Queue {
    /// Resolves when the gate opens next, however long that takes.
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        Gate { state: self.state.clone(), place: None }.boxed()
    }
}

struct Gate {
    state: Weak<Mutex<State>>,
    /// Place among those that wait
    place: Option<u64>,
}

impl Future for Gate {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // Without a driver nobody polls: it does not matter what is said.
        let Some(state) = self.state.upgrade() else { return Poll::Pending };
        let mut state = state.lock();
        let place = match self.place {
            // Whoever is let through is taken off the list.
            Some(place) if !state.waiting.contains_key(&place) => return Poll::Ready(()),
            Some(place) => place,
            None => {
                state.arrivals += 1;
                state.arrivals
            }
        };
        self.place = Some(place);
        state.waiting.insert(place, cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        if let (Some(place), Some(state)) = (self.place, self.state.upgrade()) {
            state.lock().waiting.remove(&place);
        }
    }
}

#[cfg(test)]
mod tests;
