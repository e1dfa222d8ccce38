//! Buckets in this process: 100,000 at most, and a full one is forgotten.
//!
//! Whose bucket is asked for often stays: a flood from ever new addresses drives out itself, and not
//! the bucket that somebody empties again and again.

use super::bucket::{Bucket, Change, Level, Verdict, time_to_fill};
use super::subject::Subject;
use crate::config::Rate;
use crate::entities::Timestamp;
use moka::Expiry;
use moka::sync::Cache;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Buckets kept at most
const KEPT: u64 = 100_000;

type Key = (Bucket, Subject);
type Now = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// Buckets in this process
pub(super) struct Local {
    levels: Cache<Key, Arc<Kept>>,
    now: Now,
}

struct Kept {
    level: Mutex<Level>,
    /// After this long without use it is full
    fills_in: Duration,
}

impl Local {
    pub fn new(now: Now) -> Self {
        Self { levels: Cache::builder().max_capacity(KEPT).expire_after(Full).build(), now }
    }

    pub fn change(&self, bucket: Bucket, subject: Subject, rate: Rate, change: Change) -> Verdict {
        let new = || {
            let level = Mutex::new(Level::default());
            Arc::new(Kept { level, fills_in: time_to_fill(rate) })
        };
        let kept = self.levels.get_with((bucket, subject), new);
        let mut level = kept.level.lock();
        // Under the lock, so that nobody's instant is before the one that was noted last.
        level.change(rate, (self.now)().0, change)
    }
}

/// When a bucket is surely full again
struct Full;

impl Expiry<Key, Arc<Kept>> for Full {
    fn expire_after_create(&self, _: &Key, kept: &Arc<Kept>, _: Instant) -> Option<Duration> {
        Some(kept.fills_in)
    }

    fn expire_after_read(
        &self,
        _: &Key,
        kept: &Arc<Kept>,
        _: Instant,
        _: Option<Duration>,
        _: Instant,
    ) -> Option<Duration> {
        Some(kept.fills_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { capacity: 1000, restored: 1, seconds: 3600 };
    const BUCKET: Bucket = Bucket::CostAddress;

    fn local() -> Local {
        Local::new(Box::new(|| Timestamp(1_795_014_000_000_000)))
    }

    fn subject(number: u32) -> Subject {
        Subject::of_digest(&number.to_be_bytes())
    }

    #[test]
    fn parallel_takes_are_no_more_than_there_is() {
        let local = local();
        let take = || local.change(BUCKET, subject(1), RATE, Change::Take(3)).allowed;
        let taken: usize = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| (0..500).filter(|_| take()).count())).collect();
            threads.into_iter().map(|thread| thread.join().expect("ends")).sum()
        });
        assert_eq!(taken, 333);
    }

    #[test]
    fn each_subject_and_each_bucket_is_its_own() {
        let local = local();
        let take = |bucket, number| {
            local.change(bucket, subject(number), RATE, Change::Take(1000)).allowed
        };
        assert!(take(BUCKET, 1) && take(BUCKET, 2) && take(Bucket::CostPerson, 1));
        assert!(!take(BUCKET, 1));
    }

    #[test]
    fn a_flood_of_subjects_takes_bounded_room_and_leaves_alone_who_is_here_too() {
        let local = local();
        let take = |number| local.change(BUCKET, subject(number), RATE, Change::Take(1)).remaining;
        for number in 1..=300_000 {
            take(number);
            if number % 1000 == 0 {
                assert_eq!(take(0), 1000 - u64::from(number / 1000));
            }
        }
        local.levels.run_pending_tasks();
        assert!(local.levels.entry_count() <= KEPT, "{}", local.levels.entry_count());
    }
}
