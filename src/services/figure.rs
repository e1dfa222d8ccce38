//! Figures of this server for administrators: the very ones of `/metrics`, so that both say the same.

use crate::app::App;
use crate::db::Connections;
use crate::error::Result;
use crate::telemetry;
use std::collections::BTreeMap;

/// How a cache does
#[derive(Clone, Debug, PartialEq)]
pub struct CacheFigures {
    pub name: &'static str,
    pub entries: i64,
    pub hits: i64,
    /// Nothing was kept, or what was had got old
    pub misses: i64,
    /// Pushed out by others, or by time
    pub evictions: i64,
    /// Kept, and found to have got old
    pub invalidations: i64,
}

/// How a database's connections do
#[derive(Clone, Debug, PartialEq)]
pub struct DatabaseFigures {
    pub role: &'static str,
    pub open: u32,
    pub idle: u32,
    pub most: u32,
    /// How far the slowest replica is behind
    pub lag_seconds: Option<f64>,
    pub bytes: Option<i64>,
}

/// How this server's streams do
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamFigures {
    pub sockets: i64,
    pub subscriptions: i64,
    pub events_delivered: i64,
    pub gaps: i64,
    pub slow_closed: i64,
}

/// All figures of this process as Prometheus reads them
pub fn figures(app: &App) -> String {
    for (role, pool) in app.db.connections() {
        metrics::gauge!("plaza_db_connections", "role" => role, "state" => "idle")
            .set(f64::from(pool.idle));
        metrics::gauge!("plaza_db_connections", "role" => role, "state" => "busy")
            .set(f64::from(pool.open.saturating_sub(pool.idle)));
        metrics::gauge!("plaza_db_connections_limit", "role" => role).set(f64::from(pool.most));
    }
    if let Some(rows) = &app.rows {
        metrics::gauge!("plaza_cache_entries", "cache" => "row").set(f64::from(rows.entries()));
        metrics::gauge!("plaza_cache_bytes", "cache" => "row")
            .set(f64::from(rows.kilobytes()) * 1e3);
    }
    telemetry::metrics().render()
}

/// All figures of this server at one moment
pub struct Figures(Samples);

impl Figures {
    /// As `/metrics` has them now
    pub fn now(app: &App) -> Self {
        Self(Samples::read(&figures(app)))
    }

    /// How the caches of this server do.
    pub fn caches(&self, app: &App) -> Vec<CacheFigures> {
        let config = &app.config.cache;
        let caches = [("row", config.rows), ("answer", config.answers)];
        caches.into_iter().filter(|(_, on)| *on).map(|(name, _)| self.cache(name)).collect()
    }

    fn cache(&self, name: &'static str) -> CacheFigures {
        let of = |figure: &str| whole(self.0.sum(figure, &[("cache", name)]));
        let asked = |outcome: &str| {
            let labels = [("cache", name), ("outcome", outcome)];
            whole(self.0.sum("plaza_cache_requests_total", &labels))
        };
        let stale = asked("stale");
        CacheFigures {
            name,
            entries: of("plaza_cache_entries"),
            hits: asked("hit"),
            misses: asked("miss") + stale,
            evictions: of("plaza_cache_evictions_total"),
            invalidations: stale,
        }
    }

    /// How this server's connections to databases do.
    ///
    /// # Errors
    /// The primary gave no answer.
    pub async fn databases(&self, app: &App) -> Result<Vec<DatabaseFigures>> {
        let bytes = app.db.size().await?;
        let figures = |(role, pool): (&'static str, Connections)| DatabaseFigures {
            role,
            open: pool.open,
            idle: pool.idle,
            most: pool.most,
            lag_seconds: (role == "replica")
                .then(|| self.0.most("plaza_replica_lag_seconds"))
                .flatten(),
            bytes: (role == "primary").then_some(bytes),
        };
        Ok(app.db.connections().into_iter().map(figures).collect())
    }

    /// How this server's streams do.
    pub fn streams(&self) -> StreamFigures {
        let sum = |name| whole(self.0.sum(name, &[]));
        let slow = [("reason", "too_slow")];
        StreamFigures {
            sockets: sum("plaza_stream_sockets"),
            subscriptions: sum("plaza_stream_subscriptions"),
            events_delivered: sum("plaza_stream_events_total"),
            gaps: sum("plaza_stream_gaps_total"),
            slow_closed: whole(self.0.sum("plaza_stream_closed_total", &slow)),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "counts")]
fn whole(number: f64) -> i64 {
    number.round() as i64
}

/// Samples of a text in Prometheus' format
struct Samples(BTreeMap<String, Vec<(String, f64)>>);

impl Samples {
    fn read(text: &str) -> Self {
        let mut samples: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((what, value)) = line.rsplit_once(' ') else { continue };
            let Ok(value) = value.parse::<f64>() else { continue };
            let (name, labels) = what.split_once('{').unwrap_or((what, ""));
            samples.entry(name.to_owned()).or_default().push((labels.to_owned(), value));
        }
        Self(samples)
    }

    /// The sum of what has these labels, among others
    fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let has = |text: &str| {
            labels.iter().all(|(label, value)| text.contains(&format!("{label}=\"{value}\"")))
        };
        let found = self.0.get(name).map(Vec::as_slice).unwrap_or_default();
        found.iter().filter(|(text, _)| has(text)).map(|(_, value)| value).sum()
    }

    fn most(&self, name: &str) -> Option<f64> {
        let found = self.0.get(name)?;
        found.iter().map(|(_, value)| *value).max_by(f64::total_cmp)
    }
}

#[cfg(test)]
mod tests {
    use super::Samples;

    #[test]
    fn what_prometheus_reads_is_read_here() {
        let text = "# HELP a b\n# TYPE a counter\na{cache=\"row\",outcome=\"hit\"} 7\n\
            a{cache=\"row\",outcome=\"miss\"} 2\na{cache=\"answer\",outcome=\"hit\"} 1.5\nb 3\n";
        let samples = Samples::read(text);
        assert!((samples.sum("a", &[("cache", "row")]) - 9.0).abs() < 1e-9);
        assert!((samples.sum("a", &[("outcome", "hit"), ("cache", "answer")]) - 1.5).abs() < 1e-9);
        assert!((samples.sum("b", &[]) - 3.0).abs() < 1e-9);
        assert!(samples.sum("c", &[]).abs() < 1e-9);
        assert_eq!(samples.most("a"), Some(7.0));
        assert_eq!(samples.most("c"), None);
    }
}
