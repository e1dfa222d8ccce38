//! One replica as it was configured.

use crate::config::Secret;
use crate::db::stats::Stats;
use std::sync::Arc;
use url::Url;

/// One replica as it was configured
pub(super) struct Settings {
    /// Its number among them, from 1: what figures call it
    pub(super) label: Arc<str>,
    /// Where it is, without password
    pub(super) name: String,
    pub(super) url: Secret,
    /// Connections to it, at most
    pub(super) connections: u32,
    pub(super) stats: Arc<Stats>,
}

/// Host, port and database of a URL, without who connects
pub(super) fn name(url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return "?".to_owned() };
    let port = url.port().unwrap_or(5432);
    format!("{}:{port}{}", url.host_str().unwrap_or_default(), url.path())
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_name_tells_nothing_secret() {
        assert_eq!(
            name("postgres://plaza:geheim@db2.internal/plaza?sslmode=require"),
            "db2.internal:5432/plaza"
        );
        assert_eq!(name("postgresql://plaza@[2001:db8::7]:6432/plaza"), "[2001:db8::7]:6432/plaza");
        assert_eq!(name("geheim"), "?");
    }
}
