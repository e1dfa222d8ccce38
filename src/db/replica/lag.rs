//! How far behind a replica is, in time: how long ago the primary was where the replica is now.
//!
//! A replica's own clock and the age of its last transaction say less: on a quiet primary nothing
//! is replayed, and the replica is behind by nothing.

use crate::db::position::WalPosition;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How far behind a replica is, as the primary was last seen
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lag {
    /// By this much at most
    Of(Duration),
    /// By more than this: longer than anybody remembers
    MoreThan(Duration),
}

impl Lag {
    /// Whether it is at most this
    pub(super) fn within(self, limit: Duration) -> bool {
        matches!(self, Self::Of(lag) if lag <= limit)
    }

    /// As figures have it
    pub(super) fn seconds(self) -> f64 {
        let (Self::Of(lag) | Self::MoreThan(lag)) = self;
        lag.as_secs_f64()
    }
}

/// Where the primary was in the last while
pub(super) struct Samples {
    /// How far back is remembered
    span: Duration,
    /// When the primary was last seen at which position, in order
    seen: VecDeque<(Instant, WalPosition)>,
}

impl Samples {
    pub(super) fn over(span: Duration) -> Self {
        Self { span, seen: VecDeque::new() }
    }

    /// The primary was at this position, or before it, at this instant.
    pub(super) fn note(&mut self, at: Instant, position: WalPosition) {
        match self.seen.back_mut() {
            Some((last, known)) if *known == position => *last = at,
            // Another server has become the primary: what was said of the old one is void.
            Some((_, known)) if *known > position => {
                self.seen.clear();
                self.seen.push_back((at, position));
            }
            _ => self.seen.push_back((at, position)),
        }
        // One that is older than the span stays, to tell of the time just within it.
        while self.seen.get(1).is_some_and(|(second, _)| at.duration_since(*second) > self.span) {
            self.seen.pop_front();
        }
    }

    /// How far behind a replica is that has replayed up to this position. While the primary can't be
    /// asked, that is told which was known last: the primary could not serve anybody in its stead.
    pub(super) fn lag(&self, replayed: WalPosition) -> Lag {
        let (Some((first, _)), Some((now, latest))) = (self.seen.front(), self.seen.back()) else {
            return Lag::MoreThan(Duration::ZERO);
        };
        if replayed >= *latest {
            return Lag::Of(Duration::ZERO);
        }
        let passed = self.seen.partition_point(|(_, position)| *position <= replayed);
        match passed.checked_sub(1).and_then(|last| self.seen.get(last)) {
            Some((at, _)) => Lag::Of(now.duration_since(*at)),
            None => Lag::MoreThan(now.duration_since(*first)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: Duration = Duration::from_secs(10);

    /// Samples by seconds and positions
    fn samples(start: Instant, seen: &[(u64, u64)]) -> Samples {
        let mut samples = Samples::over(SPAN);
        for (second, position) in seen {
            samples.note(start + Duration::from_secs(*second), WalPosition::of(*position));
        }
        samples
    }

    fn lag(seen: &[(u64, u64)], replayed: u64) -> Lag {
        samples(Instant::now(), seen).lag(WalPosition::of(replayed))
    }

    fn of(seconds: u64) -> Lag {
        Lag::Of(Duration::from_secs(seconds))
    }

    #[test]
    fn whoever_is_where_the_primary_was_last_seen_is_not_behind() {
        assert_eq!(lag(&[(0, 100), (1, 200)], 200), of(0));
        assert_eq!(lag(&[(0, 100), (1, 200)], 250), of(0));
    }

    #[test]
    fn lag_is_since_the_primary_was_last_where_the_replica_is() {
        let seen = [(0, 100), (1, 200), (2, 300), (4, 400)];
        assert_eq!(lag(&seen, 399), of(2));
        assert_eq!(lag(&seen, 200), of(3));
        assert_eq!(lag(&seen, 299), of(3));
        assert_eq!(lag(&seen, 100), of(4));
    }

    #[test]
    fn a_quiet_primary_makes_nobody_late() {
        let seen = [(0, 100), (5, 100), (9, 100), (10, 200)];
        assert_eq!(lag(&seen, 100), of(1));
    }

    #[test]
    fn nobody_knows_what_was_before_the_first_sample() {
        assert_eq!(lag(&[], 100), Lag::MoreThan(Duration::ZERO));
        let behind = lag(&[(0, 100), (3, 200)], 99);
        assert_eq!(behind, Lag::MoreThan(Duration::from_secs(3)));
        assert!(!behind.within(SPAN));
    }

    #[test]
    fn what_is_older_than_the_span_is_forgotten() {
        let seen: Vec<_> = (0..100).map(|second| (second, 100 * (second + 1))).collect();
        let samples = samples(Instant::now(), &seen);
        assert_eq!(samples.seen.len(), 12);
        assert_eq!(samples.lag(WalPosition::of(9000)), of(10));
        assert!(!samples.lag(WalPosition::of(5000)).within(SPAN));
    }

    #[test]
    fn another_primary_begins_anew() {
        let seen = [(0, 1000), (1, 2000), (2, 500)];
        assert_eq!(lag(&seen, 500), of(0));
        assert_eq!(lag(&seen, 499), Lag::MoreThan(Duration::ZERO));
    }
}
