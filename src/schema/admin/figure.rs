//! Figures for administrators.

use crate::schema::scalar::count;
use crate::services;
use async_graphql::Object;

/// How a cache does
pub struct CacheFigures(pub services::CacheFigures);

/// How a cache does
#[Object]
impl CacheFigures {
    /// Which: `row` holds rows that look alike to everybody, `answer` whole answers
    async fn name(&self) -> &str {
        self.0.name
    }

    /// What it holds at the moment
    async fn entries(&self) -> i32 {
        count(self.0.entries)
    }

    /// Asked, and there
    async fn hits(&self) -> i32 {
        count(self.0.hits)
    }

    /// Asked, and not there, or too old
    async fn misses(&self) -> i32 {
        count(self.0.misses)
    }

    /// Share of hits, 0 to 1; 0 where nobody has asked
    async fn hit_rate(&self) -> f64 {
        let asked = self.0.hits + self.0.misses;
        if asked == 0 { 0.0 } else { share(self.0.hits, asked) }
    }

    /// Pushed out, by others or by time
    async fn evictions(&self) -> i32 {
        count(self.0.evictions)
    }

    /// There, and found to have got old since something was written
    async fn invalidations(&self) -> i32 {
        count(self.0.invalidations)
    }
}

/// Connections to a database
pub struct DatabaseFigures(pub services::DatabaseFigures);

/// Connections to a database
#[Object]
impl DatabaseFigures {
    /// `primary` writes, `reader` reads the primary, `replica` reads replicas
    async fn role(&self) -> &str {
        self.0.role
    }

    /// Open
    async fn connections_open(&self) -> i32 {
        count(self.0.open.into())
    }

    /// Open, with nothing to do
    async fn connections_idle(&self) -> i32 {
        count(self.0.idle.into())
    }

    /// So many there may be
    async fn connections_max(&self) -> i32 {
        count(self.0.most.into())
    }

    /// Seconds that the slowest replica is behind; null for the primary
    async fn lag_seconds(&self) -> Option<f64> {
        self.0.lag_seconds
    }

    /// Bytes that the database takes, as far as a number of 32 bits tells; null for replicas
    async fn size_bytes(&self) -> Option<i32> {
        self.0.bytes.map(count)
    }

    /// Megabytes that the database takes; null for replicas
    async fn size_megabytes(&self) -> Option<i32> {
        self.0.bytes.map(|bytes| count(bytes.div_euclid(1_000_000)))
    }
}

/// Live streams of a server
pub struct StreamFigures(pub services::StreamFigures);

/// Live streams of a server
#[Object]
impl StreamFigures {
    /// WebSockets that are open
    async fn sockets(&self) -> i32 {
        count(self.0.sockets)
    }

    /// Subscriptions, on sockets and as event streams
    async fn subscriptions(&self) -> i32 {
        count(self.0.subscriptions)
    }

    /// Events that were read from the log for them since the server started, once for all who follow
    async fn events_delivered(&self) -> i32 {
        count(self.0.events_delivered)
    }

    /// Streams that could not go on where they were
    async fn gaps(&self) -> i32 {
        count(self.0.gaps)
    }

    /// Sockets that were closed because their reader was too slow
    async fn slow_closed(&self) -> i32 {
        count(self.0.slow_closed)
    }
}

/// What an operation took in the last 24 hours
pub struct OperationFigures(pub services::OperationFigure);

/// What an operation took in the last 24 hours
#[Object]
impl OperationFigures {
    /// Name; `other` for all that were not published
    async fn operation(&self) -> &str {
        &self.0.operation
    }

    /// Client that it was published for; null for all others together
    async fn client(&self) -> Option<&str> {
        (self.0.client != "other").then_some(self.0.client.as_str())
    }

    /// How often it was asked
    async fn calls(&self) -> i32 {
        count(self.0.calls)
    }

    /// Calls that were not answered, or with errors
    async fn errors(&self) -> i32 {
        count(self.0.errors)
    }

    /// Milliseconds within which half of the calls were answered, within a tenth
    async fn p50_ms(&self) -> f64 {
        self.0.p50
    }

    /// Milliseconds within which 95 of 100 calls were answered, within a tenth
    async fn p95_ms(&self) -> f64 {
        self.0.p95
    }

    /// Milliseconds within which 99 of 100 calls were answered, within a tenth
    async fn p99_ms(&self) -> f64 {
        self.0.p99
    }

    /// Cost, as the answers tell it
    async fn mean_cost(&self) -> f64 {
        self.0.mean_cost
    }

    /// SQL statements of a call; 0 where the answer was kept
    async fn mean_sql_statements(&self) -> f64 {
        self.0.mean_statements
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share of some digits")]
fn share(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}
