//! What is kept of what was read, how much of it, and how long.

use super::read::Source;
use std::time::Duration;

/// Caches that a deployment can set
#[derive(Clone, Copy, Debug)]
pub struct CacheConfig {
    /// Rows that look alike to everybody are kept
    pub rows: bool,
    /// Answers that are alike for everybody are kept
    pub answers: bool,
    /// Bytes that each cache may hold
    pub bytes: u64,
    /// Longest time that anything is kept: what another server wrote may go unnoticed for as long,
    /// where it can't tell
    pub lifetime: Duration,
}

impl CacheConfig {
    /// `told`: whoever else writes tells this server.
    pub(super) fn read(source: &mut Source, told: bool) -> Self {
        let megabytes = |text: &str| text.parse().ok().filter(|size| (1..=100_000).contains(size));
        let seconds = |text: &str| text.parse().ok().filter(|time| (1..=3600).contains(time));
        Self {
            rows: source.parse("cache_rows", super::switch).unwrap_or(true),
            answers: source.parse("cache_answers", super::switch).unwrap_or(true),
            bytes: source.parse("cache_size", megabytes).unwrap_or(64) * 1_000_000,
            lifetime: source
                .parse("cache_lifetime", |text| seconds(text).map(Duration::from_secs))
                .unwrap_or(Duration::from_secs(if told { 10 } else { 2 })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use std::time::Duration;

    #[test]
    fn who_is_not_told_forgets_sooner() {
        let config = |pairs: &[(&str, &str)]| {
            Config::from_pairs(pairs.iter().copied()).expect("they hold").cache
        };
        let scaled = [
            ("DATABASE_URL", "postgres://localhost/plaza"),
            ("PLAZA_SECRET", "0123456789abcdef0123456789abcdef"),
            ("REDIS_URL", "redis://localhost"),
        ];
        assert_eq!(config(&[]).lifetime, Duration::from_secs(10));
        assert_eq!(config(&scaled).lifetime, Duration::from_secs(10));
        assert_eq!(config(&scaled[..2]).lifetime, Duration::from_secs(2));
        let off = config(&[("PLAZA_CACHE_ROWS", "off"), ("PLAZA_CACHE_SIZE", "2")]);
        assert_eq!((off.rows, off.answers, off.bytes), (false, true, 2_000_000));
    }
}
