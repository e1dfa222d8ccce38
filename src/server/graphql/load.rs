//! How much is done at once, and who is turned away while there is too much to do.
//!
//! So many operations are executed at once; a few more wait. Beyond that, operations are refused
//! before anything is read for them: a guest's reads first, then other reads, and writes of who is
//! signed in last. Work that is refused late, or waits until nobody wants its answer, is what keeps a
//! server busy that gets nothing done. What streams deliver is not counted; opening one is.
//!
//! At most half of what is executed writes: writers wait for each other, as for the row of a busy
//! conversation, and must not keep everybody else waiting.

use super::answer::{Answer, told};
use super::media::Told;
use crate::config::Config;
use crate::services::Viewer;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// Operations that a core has on its way: some of the time they wait for the database. What more and
/// fewer do under too much load is measured in ARCHITECTURE.md
const A_CORE: usize = 4;
/// Longest wait for a turn
const PATIENCE: Duration = Duration::from_secs(3);

/// Who asks for what: by it some are turned away before others
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    signed_in: bool,
    writes: bool,
}

impl Class {
    pub fn of(viewer: &Viewer, writes: bool) -> Self {
        Self::seen(matches!(viewer, Viewer::Member(_)), writes)
    }

    /// By what can be seen without looking anything up
    pub fn seen(signed_in: bool, writes: bool) -> Self {
        Self { signed_in, writes }
    }

    /// What it is called in figures, and how many may be here, for each that may be executed
    fn rank(self) -> (&'static str, usize) {
        match (self.signed_in, self.writes) {
            // Somebody looks around
            (false, false) => ("guest_read", 8),
            // Somebody who is signed in reads, or a guest writes: signs in, that is
            (true, false) | (false, true) => ("read", 16),
            (true, true) => ("write", 32),
        }
    }
}

/// What this server is doing
pub struct Load {
    places: Arc<Semaphore>,
    writing: Arc<Semaphore>,
    at_once: usize,
    present: Arc<AtomicUsize>,
}

/// A turn to be executed, as long as it is held
pub struct Place {
    _permit: OwnedSemaphorePermit,
    _writing: Option<OwnedSemaphorePermit>,
    _present: Present,
}

/// One more that is executed or waits
struct Present(Arc<AtomicUsize>);

impl Load {
    pub fn new(config: &Config) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let at_once =
            config.limits.operations.map_or(A_CORE * cores, |operations| operations as usize);
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        let (places, writing) = (semaphore(at_once), semaphore(at_once.div_ceil(2)));
        Self { places, writing, at_once, present: Arc::default() }
    }

    /// Waits for a turn, if not too many are here already.
    ///
    /// # Errors
    /// The answer to whoever is turned away.
    pub async fn enter(&self, class: Class) -> Result<Place, Answer> {
        let present = self.arrive();
        self.check(class)?;
        let permits = async {
            let writing = match class.writes {
                true => Some(Arc::clone(&self.writing).acquire_owned().await?),
                false => None,
            };
            let permit = Arc::clone(&self.places).acquire_owned().await?;
            Ok::<_, AcquireError>(Place { _permit: permit, _writing: writing, _present: present })
        };
        match tokio::time::timeout(PATIENCE, permits).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(overloaded(class)),
        }
    }

    /// Whether there is room for one of this class.
    ///
    /// # Errors
    /// The answer to whoever is turned away.
    pub fn check(&self, class: Class) -> Result<(), Answer> {
        if self.present.load(Ordering::Relaxed) > self.at_once * class.rank().1 {
            return Err(overloaded(class));
        }
        Ok(())
    }

    fn arrive(&self) -> Present {
        self.present.fetch_add(1, Ordering::Relaxed);
        metrics::gauge!("plaza_operations_present").increment(1.0);
        Present(Arc::clone(&self.present))
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
        metrics::gauge!("plaza_operations_present").decrement(1.0);
    }
}

fn overloaded(class: Class) -> Answer {
    metrics::counter!("plaza_shed_total", "class" => class.rank().0).increment(1);
    let body = told("The server has too much to do; try again in a moment", "OVERLOADED");
    Answer::new(Told::Unavailable, body)
}
