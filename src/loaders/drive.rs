//! Runs one request and its batches on one task, and decides when a batch leaves.
//!
//! Why own code: a loader has to know when nobody will add another key. The library waits a fixed
//! time (1 ms a batch: slow, and under load a batch may still be cut in two) on a task of its own
//! (a hop between threads a batch). Here the request's future and the batches it started are
//! polled by one driver, which sees when all of them wait: only then do the waiting batches leave.
//! No timer, no hop, and the number of statements depends on the document alone, never on timing.
//!
//! A batch also waits for batches already on their way: what they bring may ask for more of the
//! same keys, which then share its statement.

use async_graphql::runtime::Timer;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{FuturesUnordered, Stream};
use futures_util::task::{FutureObj, Spawn, SpawnError};
use parking_lot::Mutex;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// Where the batches of one request are queued and held back
#[derive(Clone, Default)]
pub struct Driver {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// Batches that nobody polls yet
    started: Vec<FutureObj<'static, ()>>,
    /// Batches that wait for the gate, oldest round first
    waiting: Vec<Waker>,
    /// Counts openings of the gate
    round: u64,
}

impl Driver {
    /// Runs a future with the loaders that were built on this driver, to the future's end.
    pub async fn run<T: Send>(&self, request: impl Future<Output = T> + Send) -> T {
        let mut answer = None;
        {
            let (slot, finished) = (&mut answer, AtomicBool::new(false));
            let running = FuturesUnordered::<BoxFuture<'_, ()>>::new();
            let request = request.map(|value| {
                *slot = Some(value);
                finished.store(true, Ordering::Release);
            });
            running.push(request.boxed());
            Round { driver: self, running, alive: 1, finished: &finished }.await;
        }
        match answer {
            Some(value) => value,
            // `Round` ends only after the request's own future did, which fills the slot.
            None => unreachable!("the request ended without an answer"),
        }
    }
}

/// Polls the request and its batches until the request is done
struct Round<'a> {
    driver: &'a Driver,
    running: FuturesUnordered<BoxFuture<'a, ()>>,
    /// The request and its batches, as far as they have not ended
    alive: usize,
    finished: &'a AtomicBool,
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
            let started = std::mem::take(&mut self.driver.state.lock().started);
            self.alive += started.len();
            self.running.extend(started.into_iter().map(FutureExt::boxed));
            match Pin::new(&mut self.running).poll_next(&mut inner) {
                Poll::Ready(Some(())) => {
                    self.alive -= 1;
                    // Batches never outlive the request: nobody would wait for them.
                    if self.finished.load(Ordering::Acquire) {
                        return Poll::Ready(());
                    }
                }
                Poll::Ready(None) => return Poll::Ready(()),
                Poll::Pending => {
                    let mut state = self.driver.state.lock();
                    if !state.started.is_empty() {
                        continue;
                    }
                    // Something was woken while we polled: it may still add keys.
                    if noticing.woken.load(Ordering::Acquire) {
                        return Poll::Pending;
                    }
                    // All but the request itself stand at the gate.
                    if state.waiting.is_empty() || state.waiting.len() + 1 < self.alive {
                        return Poll::Pending;
                    }
                    state.round += 1;
                    let waiting = std::mem::take(&mut state.waiting);
                    drop(state);
                    waiting.into_iter().for_each(Waker::wake);
                }
            }
        }
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

impl Spawn for Driver {
    fn spawn_obj(&self, batch: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.state.lock().started.push(batch);
        Ok(())
    }
}

impl Timer for Driver {
    /// Resolves when the gate opens next, however long that takes.
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        Gate { state: Arc::clone(&self.state), entered: None }.boxed()
    }
}

struct Gate {
    state: Arc<Mutex<State>>,
    entered: Option<u64>,
}

impl Future for Gate {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let state = Arc::clone(&self.state);
        let mut state = state.lock();
        match self.entered {
            Some(round) if state.round > round => Poll::Ready(()),
            Some(_) => Poll::Pending,
            None => {
                self.entered = Some(state.round);
                state.waiting.push(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
