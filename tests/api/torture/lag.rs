//! By how much streams were behind the answers that writers had.

use super::OrderHeard;
use super::load::Outcome;
use std::collections::HashMap;
use std::fmt;
use std::time::{Duration, Instant};

/// A server that hears no bell compares its numbers with the log after two seconds at most.
const BEHIND: Duration = Duration::from_secs(2);
/// What reading and sending may add
const ON_THE_WAY: Duration = Duration::from_millis(500);
/// What a machine that does other things may add, at worst
const STALL: Duration = Duration::from_secs(3);

/// How long after the answer each event of a stretch of time was heard, the shortest first
pub struct Lags(Vec<Duration>);

impl Lags {
    /// Of the events that were acknowledged in that time, as these streams heard them
    pub fn of(outcome: &Outcome, streams: &[Vec<OrderHeard>], from: Instant, to: Instant) -> Self {
        let versions = outcome.done.iter().flat_map(|one| {
            (1_i64..).zip(&one.acknowledged).map(|(version, at)| ((one.id.as_str(), version), *at))
        });
        let acknowledged: HashMap<(&str, i64), Instant> = versions.collect();
        let lag = |heard: &OrderHeard| {
            let at = acknowledged[&(heard.event.0.as_str(), heard.event.1)];
            // What is heard before the answer has come is not behind at all.
            (from <= at && at < to).then(|| heard.at.saturating_duration_since(at))
        };
        let mut lags: Vec<_> = streams.iter().flatten().filter_map(lag).collect();
        lags.sort_unstable();
        assert!(lags.len() >= 10 * streams.len(), "only {} deliveries", lags.len());
        Self(lags)
    }

    /// What so many in a hundred were behind at most
    pub fn of_hundred(&self, many: usize) -> Duration {
        self.0[(self.0.len() - 1) * many / 100]
    }

    /// The promise: two seconds and the way, for all but a hundredth. A busy machine may hold up
    /// those a bit more.
    pub fn hold(&self) {
        let [most, all] = [99, 100].map(|many| self.of_hundred(many));
        assert!(most <= BEHIND + ON_THE_WAY && all <= BEHIND + STALL, "{self}");
    }
}

impl fmt::Display for Lags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, most, all] = [50, 99, 100].map(|many| self.of_hundred(many).as_millis());
        let heard = self.0.len();
        write!(f, "{heard} deliveries, behind by {median} ms (median), {most} (99 %), {all} (all)")
    }
}
