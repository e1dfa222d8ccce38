//! Instants as both databases hold them: whole microseconds since 1970 in a BIGINT.
//!
//! One representation everywhere makes a keyset cursor exact and the same on SQLite (which has no
//! time type) and PostgreSQL. Reading the clock is `app::Clock`'s affair.

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::DeriveValueType;

/// Microseconds since 1970-01-01T00:00:00Z
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The instant as chrono knows it; instants beyond chrono's range become its nearest end.
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(if self.0 < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        })
    }

    /// RFC 3339 in UTC, always with six digits of a second: whoever reads these texts sorts them, and
    /// `…:00Z` would stand behind `…:00.5Z`.
    pub fn to_text(self) -> String {
        self.to_utc().to_rfc3339_opts(SecondsFormat::Micros, true)
    }

    /// This instant moved by whole seconds, at most to the ends of time.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_micros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_timestamps_are_in_the_order_of_the_times() {
        let micros = [0, 1, 999, 1_000, 120_000, 123_000, 123_456, 999_999, 1_000_000, 61_000_000];
        let text = |micros: &i64| Timestamp(*micros).to_text();
        let texts: Vec<_> = micros.iter().map(text).collect();
        assert_eq!(texts[4], "1970-01-01T00:00:00.120000Z");
        assert!(texts.is_sorted(), "{texts:?}");
    }
}
