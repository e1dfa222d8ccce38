//! Which pause before the next attempt.
//!
//! Own code: what a crate such as `backon` has is a loop around one future, and pauses between once
//! and twice the bound, by random numbers of its own. Here an attempt hands out pieces while it runs,
//! pauses are spread over everything from nothing (full jitter), and randomness is handed in.

use chrono::DateTime;
use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use std::time::Duration;

/// A pause before attempt `number` (the second is 1): anything up to `first`, twice that, and so on
pub(super) fn pause(first: Duration, number: u32, drawn: u64) -> Duration {
    let bound = first.saturating_mul(2_u32.saturating_pow(number.saturating_sub(1)));
    let micros = u64::try_from(bound.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(drawn % micros.saturating_add(1).max(1))
}

/// How long the endpoint wants to be left alone: RFC 9110, 10.2.3.
///
/// A date is compared with the one at which the same answer was sent: the clocks of two machines
/// differ. Without that, a date says nothing.
pub(super) fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let after = text(RETRY_AFTER)?;
    if let Ok(seconds) = after.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(after).ok()?;
    let sent = DateTime::parse_from_rfc2822(text(DATE)?).ok()?;
    Some((until - sent).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderName;

    fn asked(lines: &[(HeaderName, &str)]) -> Option<Duration> {
        let lines = lines.iter().map(|(name, value)| (name.clone(), value.parse().expect("ASCII")));
        asked_for(&lines.collect())
    }

    #[test]
    fn pauses_spread_from_nothing_to_a_bound_that_doubles() {
        let first = Duration::from_millis(250);
        for (number, bound) in [(1, 250), (2, 500), (3, 1000)] {
            let drawn = |drawn| pause(first, number, drawn);
            let bound = Duration::from_millis(bound);
            assert_eq!(drawn(0), Duration::ZERO);
            let micros = u64::try_from(bound.as_micros()).expect("fits");
            assert_eq!(drawn(micros), bound);
            assert!(drawn(u64::MAX) <= bound && pause(first, 500, u64::MAX) > Duration::ZERO);
        }
        assert_eq!(pause(Duration::ZERO, 1, 7), Duration::ZERO);
    }

    #[test]
    fn a_wish_is_read_as_seconds_or_as_a_date() {
        assert_eq!(asked(&[]), None);
        assert_eq!(asked(&[(RETRY_AFTER, " 7 ")]), Some(Duration::from_secs(7)));
        assert_eq!(asked(&[(RETRY_AFTER, "soon")]), None);
        assert_eq!(asked(&[(RETRY_AFTER, "-3")]), None);
        let until = (RETRY_AFTER, "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(asked(std::slice::from_ref(&until)), None);
        let sent = |sent| asked(&[until.clone(), (DATE, sent)]);
        assert_eq!(sent("Sun, 06 Nov 1994 08:49:30 GMT"), Some(Duration::from_secs(7)));
        assert_eq!(sent("Sun, 06 Nov 1994 08:50:00 GMT"), Some(Duration::ZERO));
    }
}
