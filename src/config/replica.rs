//! Replicas of the database at `DATABASE_URL`, and how far behind one may be.

use super::Secret;
use super::read::Source;
use std::time::Duration;
use url::Url;

/// Most of them: each is a label of the figures
const MOST: usize = 16;

/// Replicas that queries may read
#[derive(Clone, Debug)]
pub struct ReplicaConfig {
    /// `postgres://…`, each of one server
    pub urls: Vec<Secret>,
    /// One that is further behind serves nobody
    pub max_lag: Duration,
}

impl ReplicaConfig {
    /// `is_scaled`: the primary is PostgreSQL
    pub(super) fn read(source: &mut Source, is_scaled: bool) -> Self {
        let urls = source.parse("database_replica_urls", urls).unwrap_or_default();
        let seconds = source.parse("replica_max_lag", |text| {
            text.parse().ok().filter(|seconds| (1..=3600).contains(seconds))
        });
        if !urls.is_empty() && !is_scaled {
            source.miss("database_url", "is demanded with DATABASE_REPLICA_URLS, as their primary");
        }
        Self { urls, max_lag: Duration::from_secs(seconds.unwrap_or(10)) }
    }
}

fn urls(text: &str) -> Option<Vec<Secret>> {
    let url = |part: &str| {
        let url = Url::parse(part).ok()?;
        let is_postgres = matches!(url.scheme(), "postgres" | "postgresql");
        (is_postgres && url.has_host()).then(|| Secret::new(part))
    };
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let urls: Vec<_> = parts.map(url).collect::<Option<_>>()?;
    (urls.len() <= MOST).then_some(urls)
}

#[cfg(test)]
mod tests {
    use super::super::{Config, ConfigError};
    use std::time::Duration;

    const PRIMARY: (&str, &str) = ("DATABASE_URL", "postgres://db.internal/plaza");
    const SECRET: (&str, &str) = ("PLAZA_SECRET", "0123456789abcdef0123456789abcdef");

    #[track_caller]
    fn refuses(pairs: &[(&str, &str)], key: &str) -> String {
        let Err(ConfigError(problems)) = Config::from_pairs(pairs.iter().copied()) else {
            panic!("{pairs:?} is taken");
        };
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].key, key);
        problems[0].message.clone()
    }

    #[test]
    fn there_are_none_unless_they_are_named() {
        let replicas = Config::from_pairs([PRIMARY, SECRET]).expect("they hold").replicas;
        assert!(replicas.urls.is_empty());
        assert_eq!(replicas.max_lag, Duration::from_secs(10));
    }

    #[test]
    fn replicas_are_urls_separated_by_commas() {
        let urls = "postgres://plaza:geheim@db2/plaza, postgresql://db3:6432/plaza,";
        let set =
            [PRIMARY, SECRET, ("DATABASE_REPLICA_URLS", urls), ("PLAZA_REPLICA_MAX_LAG", "2")];
        let config = Config::from_pairs(set).expect("they hold");
        assert_eq!(config.replicas.urls[1].expose(), "postgresql://db3:6432/plaza");
        assert_eq!(config.replicas.max_lag, Duration::from_secs(2));
        assert!(!format!("{config:?}").contains("geheim"));
    }

    #[test]
    fn a_bad_url_or_lag_is_named() {
        let many = ["postgres://db/plaza"; 17].join(",");
        for urls in ["db2.internal", "postgres:///plaza", "mysql://db2/plaza", &many] {
            let said = refuses(
                &[PRIMARY, SECRET, ("DATABASE_REPLICA_URLS", urls)],
                "DATABASE_REPLICA_URLS",
            );
            assert!(said.contains("postgres://"), "{said}");
        }
        for lag in ["0", "3601", "2s"] {
            refuses(&[PRIMARY, SECRET, ("PLAZA_REPLICA_MAX_LAG", lag)], "PLAZA_REPLICA_MAX_LAG");
        }
    }

    #[test]
    fn replicas_have_a_primary() {
        let said = refuses(&[("DATABASE_REPLICA_URLS", "postgres://db2/plaza")], "DATABASE_URL");
        assert!(said.contains("DATABASE_REPLICA_URLS") && said.contains("postgres://"), "{said}");
    }
}
