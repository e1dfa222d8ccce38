//! What operations took: counted in memory, written every few seconds, added up over all servers.
//!
//! A duration is counted in one of a hundred buckets, each a fifth wider than the one before: a
//! percentile is right within a tenth, and counts of different servers and hours simply add up.
//! Operations are named as in `/metrics`: those that were published by name, all others as `other`.

mod kept;
mod slow;

pub use kept::{operations_roll_up, operations_write};
pub use slow::{OperationFigure, slow_operations};

use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// Operations that are counted between two times; more are not counted
const MOST: usize = 10_000;

/// What an operation took
#[derive(Clone, Copy, Debug)]
pub struct Took {
    pub time: Duration,
    /// As the answer tells it
    pub cost: u64,
    /// SQL statements
    pub statements: u32,
    /// Not answered, or with errors
    pub failed: bool,
}

/// Calls that took about as long
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Calls {
    calls: i64,
    errors: i64,
    cost: i64,
    statements: i64,
}

impl Calls {
    fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.errors += other.errors;
        self.cost = self.cost.saturating_add(other.cost);
        self.statements = self.statements.saturating_add(other.statements);
    }
}

/// An operation and its client
type Label = (Arc<str>, Arc<str>);

/// Calls by bucket
type Buckets = BTreeMap<i16, Calls>;

/// What is not written yet
#[derive(Default)]
pub struct Operations(Mutex<HashMap<Label, Buckets>>);

impl Operations {
    /// Counts a call.
    pub fn count(&self, operation: &Arc<str>, client: &Arc<str>, took: Took) {
        let one = Calls {
            calls: 1,
            errors: i64::from(took.failed),
            cost: i64::try_from(took.cost).unwrap_or(i64::MAX),
            statements: i64::from(took.statements),
        };
        let mut known = self.0.lock();
        let label = (Arc::clone(operation), Arc::clone(client));
        if known.len() >= MOST && !known.contains_key(&label) {
            return;
        }
        known.entry(label).or_default().entry(bucket(took.time)).or_default().add(one);
    }

    fn take(&self) -> HashMap<Label, Buckets> {
        std::mem::take(&mut *self.0.lock())
    }

    /// What could not be written is counted with what came since.
    fn give_back(&self, counted: HashMap<Label, Buckets>) {
        let mut known = self.0.lock();
        for (label, buckets) in counted {
            let into = known.entry(label).or_default();
            for (bucket, calls) in buckets {
                into.entry(bucket).or_default().add(calls);
            }
        }
    }
}

/// Bucket of a duration: four times the binary logarithm of its microseconds, 0 to 127
#[expect(clippy::cast_possible_truncation, reason = "0 to 127")]
fn bucket(time: Duration) -> i16 {
    let micros = time.as_secs_f64() * 1e6;
    (4.0 * micros.max(1.0).log2()).clamp(0.0, 127.0) as i16
}

/// Middle of a bucket, in milliseconds
fn milliseconds(bucket: i16) -> f64 {
    ((f64::from(bucket) + 0.5) / 4.0).exp2() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_tells_a_duration_within_a_tenth() {
        for micros in [40_u64, 100, 850, 12_345, 99_000, 1_000_000, 4_900_000] {
            let told = milliseconds(bucket(Duration::from_micros(micros)));
            let right = Duration::from_micros(micros).as_secs_f64() * 1e3;
            assert!((told / right - 1.0).abs() < 0.1, "{micros}: {told} for {right}");
        }
        assert_eq!(bucket(Duration::ZERO), 0);
        assert_eq!(bucket(Duration::from_secs(1_000_000)), 127);
    }

    #[test]
    fn what_could_not_be_written_is_counted_with_what_came_since() {
        let (operations, name): (_, Arc<str>) = (Operations::default(), "Feed".into());
        let took = Took { time: Duration::from_millis(3), cost: 7, statements: 2, failed: false };
        operations.count(&name, &name, took);
        let taken = operations.take();
        operations.count(&name, &name, Took { failed: true, ..took });
        operations.give_back(taken);
        let all = operations.take();
        let calls: Vec<_> = all.values().flat_map(BTreeMap::values).collect();
        assert_eq!(calls, [&Calls { calls: 2, errors: 1, cost: 14, statements: 4 }]);
    }
}
