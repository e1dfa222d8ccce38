//! An endpoint that fails again and again is left alone for a while.
//!
//! Own code: crates for it wrap one future a call, while an attempt here hands out pieces as it runs;
//! and it is one small state under a lock, by the runtime's clock.

use super::limits::Limits;
use parking_lot::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// Closed, open, or (when it has been open long enough) trying one attempt
pub(super) struct Breaker {
    state: Mutex<State>,
    /// Failures in a row that open it
    bound: u32,
    rest: Duration,
    longest: Duration,
}

#[derive(Default)]
struct State {
    /// In a row
    failures: u32,
    open: Option<Open>,
}

#[derive(Clone, Copy)]
struct Open {
    until: Instant,
    lasts: Duration,
    /// Somebody is trying whether it is over
    tried: bool,
}

/// Leave for one attempt, which says how it went. Dropped without a word, it says nothing.
pub(super) struct Pass<'a> {
    breaker: &'a Breaker,
    trial: bool,
    told: bool,
}

impl Breaker {
    pub(super) fn new(limits: &Limits) -> Self {
        metrics::gauge!("plaza_assistant_breaker_open").set(0.0);
        Self {
            state: Mutex::default(),
            bound: limits.failures,
            rest: limits.rest,
            longest: limits.longest_rest,
        }
    }

    /// Leave for an attempt; None while it is open
    pub(super) fn admit(&self) -> Option<Pass<'_>> {
        let mut state = self.state.lock();
        let trial = match &mut state.open {
            None => false,
            Some(open) if open.tried || Instant::now() < open.until => return None,
            Some(open) => {
                open.tried = true;
                true
            }
        };
        Some(Pass { breaker: self, trial, told: false })
    }
}

impl Pass<'_> {
    /// The endpoint works.
    pub(super) fn worked(mut self) {
        self.told = true;
        let mut state = self.breaker.state.lock();
        state.failures = 0;
        if state.open.take().is_some() {
            metrics::gauge!("plaza_assistant_breaker_open").set(0.0);
            tracing::info!("the assistant's endpoint works again");
        }
    }

    /// The endpoint failed.
    pub(super) fn failed(mut self) {
        self.told = true;
        let breaker = self.breaker;
        let mut state = breaker.state.lock();
        state.failures = state.failures.saturating_add(1);
        let lasts = match state.open {
            Some(open) if self.trial => open.lasts.saturating_mul(2).min(breaker.longest),
            // Begun before it opened
            Some(_) => return,
            None if state.failures < breaker.bound => return,
            None => {
                tracing::warn!("the assistant's endpoint fails and is left alone for a while");
                breaker.rest
            }
        };
        metrics::gauge!("plaza_assistant_breaker_open").set(1.0);
        state.open = Some(Open { until: Instant::now() + lasts, lasts, tried: false });
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if !self.trial || self.told {
            return;
        }
        if let Some(open) = &mut self.breaker.state.lock().open {
            open.tried = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    const SECOND: Duration = Duration::from_secs(1);

    fn opened() -> Breaker {
        let breaker = Breaker::new(&Limits::default());
        fail(&breaker, 5);
        breaker
    }

    fn fail(breaker: &Breaker, times: u32) {
        (0..times).for_each(|_| breaker.admit().expect("it is closed").failed());
    }

    #[tokio::test(start_paused = true)]
    async fn failures_in_a_row_open_it_and_a_success_between_does_not() {
        let breaker = Breaker::new(&Limits::default());
        fail(&breaker, 4);
        breaker.admit().expect("it is closed").worked();
        fail(&breaker, 5);
        assert!(breaker.admit().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn one_trial_closes_it_again() {
        let breaker = opened();
        advance(14 * SECOND).await;
        assert!(breaker.admit().is_none());
        advance(SECOND).await;
        let trial = breaker.admit().expect("a trial");
        assert!(breaker.admit().is_none(), "one at a time");
        trial.worked();
        fail(&breaker, 4);
        assert!(breaker.admit().is_some(), "and counts anew");
    }

    #[tokio::test(start_paused = true)]
    async fn it_rests_twice_as_long_after_each_trial_up_to_two_minutes() {
        let breaker = opened();
        for rest in [15, 30, 60, 120, 120] {
            advance(rest * SECOND - SECOND / 1000).await;
            assert!(breaker.admit().is_none(), "{rest}");
            advance(SECOND / 1000).await;
            breaker.admit().expect("a trial").failed();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_trial_that_is_given_up_leaves_room_for_the_next() {
        let breaker = opened();
        advance(15 * SECOND).await;
        drop(breaker.admit());
        assert!(breaker.admit().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn those_begun_before_it_opened_do_not_prolong_it() {
        let breaker = Breaker::new(&Limits::default());
        let late = breaker.admit().expect("it is closed");
        fail(&breaker, 5);
        advance(10 * SECOND).await;
        late.failed();
        advance(5 * SECOND).await;
        assert!(breaker.admit().is_some());
    }
}
