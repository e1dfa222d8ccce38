//! Which buckets there are, and the arithmetic of one.
//!
//! A bucket is what is missing from it at an instant, in units times the microseconds in which
//! [`Rate::restored`] of them come back: whole numbers below 2^53, so that Rust and Redis' Lua agree
//! to the last one. Nothing missing is a full bucket, and need not be kept.

use crate::config::Rate;
use std::time::Duration;

/// A kind of bucket
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// Cost of a guest's operations, by address
    CostAddress,
    /// Cost of a person's operations
    CostPerson,
    /// Cost of the operations of an API key's client
    CostClient,
    /// Tries of an account's password
    SignInAccount,
    /// Tries of passwords from an address
    SignInAddress,
    /// Accounts made from an address
    SignUp,
    /// A person's questions to the assistant
    Question,
}

impl Bucket {
    /// As keys and figures name it
    pub fn name(self) -> &'static str {
        match self {
            Self::CostAddress => "cost_address",
            Self::CostPerson => "cost_person",
            Self::CostClient => "cost_client",
            Self::SignInAccount => "sign_in_account",
            Self::SignInAddress => "sign_in_address",
            Self::SignUp => "sign_up",
            Self::Question => "question",
        }
    }

    /// Counts that somebody was refused.
    pub fn count_refusal(self) {
        metrics::counter!("plaza_rate_limited_total", "bucket" => self.name()).increment(1);
    }
}

/// What came of taking or giving back
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What was asked for was taken
    pub allowed: bool,
    /// Units that can be taken now
    pub remaining: u64,
    /// What the bucket holds, and how fast it fills
    pub rate: Rate,
    /// When what was asked for can be taken; None where it was, or is more than the bucket holds
    pub retry_after: Option<Duration>,
    /// When the bucket is full, if nobody takes anything
    pub full_after: Duration,
}

impl Verdict {
    /// When so many units can be taken; None: never, at once.
    pub fn wait_for(&self, amount: u64) -> Option<Duration> {
        let missing = amount.saturating_sub(self.remaining).saturating_mul(period(self.rate));
        let wait = Duration::from_micros(missing.div_ceil(self.rate.restored));
        (amount <= self.rate.capacity).then_some(wait)
    }

    /// How long the bucket takes to fill, when it is empty
    pub fn fills_in(&self) -> Duration {
        time_to_fill(self.rate)
    }

    /// A verdict from what is missing afterwards.
    pub(super) fn of(rate: Rate, change: Change, allowed: bool, debt: u64) -> Self {
        let left = full(rate).saturating_sub(debt);
        let wanted = match change {
            Change::Take(amount) if !allowed && amount <= rate.capacity => Some(amount),
            Change::Take(_) | Change::GiveBack(_) => None,
        };
        let micros = |missing: u64| Duration::from_micros(missing.div_ceil(rate.restored));
        Self {
            allowed,
            remaining: left / period(rate),
            rate,
            retry_after: wanted.map(|amount| micros((amount * period(rate)).saturating_sub(left))),
            full_after: micros(debt),
        }
    }
}

/// What is done with a bucket
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Take(u64),
    GiveBack(u64),
}

/// A bucket as it was at an instant
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Level {
    debt: u64,
    at: i64,
}

impl Level {
    /// Takes or gives back at an instant, in microseconds. A clock that was set back restores
    /// nothing and costs nothing.
    pub fn change(&mut self, rate: Rate, now: i64, change: Change) -> Verdict {
        let passed = u64::try_from(now.saturating_sub(self.at)).unwrap_or_default();
        let restored = passed.saturating_mul(rate.restored);
        self.at = now;
        // The limit may be another one than it was.
        self.debt = self.debt.saturating_sub(restored).min(full(rate));
        let allowed = match change {
            Change::Take(amount) => {
                let after = self.debt.saturating_add(amount.saturating_mul(period(rate)));
                let fits = after <= full(rate);
                self.debt = if fits { after } else { self.debt };
                fits
            }
            Change::GiveBack(amount) => {
                self.debt = self.debt.saturating_sub(amount.saturating_mul(period(rate)));
                true
            }
        };
        Verdict::of(rate, change, allowed, self.debt)
    }
}

/// Microseconds in which [`Rate::restored`] units come back
pub(super) fn period(rate: Rate) -> u64 {
    rate.seconds * 1_000_000
}

/// What is missing from an empty bucket
fn full(rate: Rate) -> u64 {
    rate.capacity * period(rate)
}

/// How long an empty bucket takes to fill
pub(super) fn time_to_fill(rate: Rate) -> Duration {
    Duration::from_micros(full(rate).div_ceil(rate.restored))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RATE: Rate = Rate { capacity: 5, restored: 5, seconds: 900 };

    fn rates() -> impl Strategy<Value = Rate> {
        (1..100_000_u64, 1..10_000_u64, 1..4000_u64)
            .prop_map(|(capacity, restored, seconds)| Rate { capacity, restored, seconds })
    }

    fn changes() -> impl Strategy<Value = Vec<(i64, Change)>> {
        let change = prop_oneof![
            (0..200_000_u64).prop_map(Change::Take),
            (0..200_u64).prop_map(Change::Take),
            (0..200_000_u64).prop_map(Change::GiveBack),
        ];
        prop::collection::vec((-5_000_000..50_000_000_i64, change), 1..60)
    }

    proptest! {
        #[test]
        fn a_bucket_never_holds_more_than_its_capacity_nor_less_than_nothing(
            rate in rates(), changes in changes(),
        ) {
            let (mut level, mut now) = (Level::default(), 0_i64);
            for (passed, change) in changes {
                now += passed;
                let before = level.debt;
                let verdict = level.change(rate, now, change);
                prop_assert!(level.debt <= full(rate));
                prop_assert!(verdict.remaining <= rate.capacity);
                if let Change::Take(amount) = change {
                    if verdict.allowed {
                        prop_assert!(level.debt >= amount * period(rate), "it was there");
                    } else {
                        prop_assert!(level.debt <= before, "what is refused costs nothing");
                    }
                    prop_assert_eq!(verdict.retry_after.is_some(), !verdict.allowed && amount <= rate.capacity);
                }
            }
        }

        #[test]
        fn what_was_refused_is_allowed_after_the_time_told_and_not_before(
            rate in rates(), used in 1..100_000_u64, wanted in 1..100_000_u64,
        ) {
            let mut level = Level::default();
            level.change(rate, 0, Change::Take(used.min(rate.capacity)));
            let wanted = wanted.min(rate.capacity);
            if let Some(wait) = level.change(rate, 0, Change::Take(wanted)).retry_after {
                let wait = i64::try_from(wait.as_micros()).expect("short");
                let mut early = level;
                prop_assert!(!early.change(rate, wait - 1, Change::Take(wanted)).allowed);
                prop_assert!(level.change(rate, wait, Change::Take(wanted)).allowed);
            }
        }

        #[test]
        fn over_any_time_no_more_is_had_than_the_capacity_and_what_came_back(
            rate in rates(), takes in prop::collection::vec((0..3_000_000_u64, 1..5_000_u64), 1..80),
        ) {
            let (mut level, mut now, mut had) = (Level::default(), 0_u64, 0_u64);
            for (passed, amount) in takes {
                now += passed;
                let micros = i64::try_from(now).expect("short");
                had += if level.change(rate, micros, Change::Take(amount)).allowed { amount } else { 0 };
                prop_assert!(had * period(rate) <= full(rate) + now * rate.restored);
            }
        }
    }

    #[test]
    fn five_at_once_and_then_one_every_three_minutes() {
        let mut level = Level::default();
        let mut take = |seconds: i64| level.change(RATE, seconds * 1_000_000, Change::Take(1));
        for left in (0..5).rev() {
            assert_eq!(take(0).remaining, left);
        }
        let refused = take(0);
        assert_eq!(refused.retry_after, Some(Duration::from_secs(180)));
        assert_eq!(refused.full_after, Duration::from_secs(900));
        assert!(!take(179).allowed);
        assert!(take(180).allowed);
    }

    #[test]
    fn more_than_a_bucket_holds_is_never_had() {
        let verdict = Level::default().change(RATE, 0, Change::Take(6));
        assert_eq!((verdict.allowed, verdict.retry_after, verdict.remaining), (false, None, 5));
    }
}
