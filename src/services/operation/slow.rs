//! Which operations were slow in the last day, over all servers.

use super::kept::hour;
use super::{Buckets, Calls, milliseconds};
use crate::app::App;
use crate::db::Reads;
use crate::entities::Cell;
use crate::error::Result;
use std::collections::BTreeMap;

/// Hours that are looked at
const HOURS: i32 = 24;

/// What an operation took in the last day
#[derive(Clone, Debug, PartialEq)]
pub struct OperationFigure {
    pub operation: String,
    pub client: String,
    pub calls: i64,
    /// Calls that were not answered, or with errors
    pub errors: i64,
    /// Half of all calls took no longer, in milliseconds
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub mean_cost: f64,
    pub mean_statements: f64,
}

/// The operations of the last day, the slowest first: by the time within which 95 of 100 calls were
/// answered.
///
/// # Errors
/// The database gave no answer.
pub async fn slow_operations(app: &App) -> Result<Vec<OperationFigure>> {
    let reader = app.db.reader();
    let mut sql = reader.sql(
        "SELECT operation, client, bucket, CAST(SUM(calls) AS bigint), CAST(SUM(errors) AS bigint), \
         CAST(SUM(cost) AS bigint), CAST(SUM(statements) AS bigint) FROM operation_figure WHERE hour > ",
    );
    sql.bind(hour(app.clock.now()) - HOURS);
    sql.push(" GROUP BY operation, client, bucket");
    let mut found: BTreeMap<(String, String), Buckets> = BTreeMap::new();
    for row in reader.all(sql).await? {
        let label = (String::cell(&row, 0)?, String::cell(&row, 1)?);
        let calls = Calls {
            calls: i64::cell(&row, 3)?,
            errors: i64::cell(&row, 4)?,
            cost: i64::cell(&row, 5)?,
            statements: i64::cell(&row, 6)?,
        };
        found.entry(label).or_default().insert(i16::cell(&row, 2)?, calls);
    }
    let mut figures: Vec<_> =
        found.into_iter().map(|(label, buckets)| figure(label, &buckets)).collect();
    figures.sort_by(|a, b| b.p95.total_cmp(&a.p95));
    Ok(figures)
}

fn figure((operation, client): (String, String), buckets: &Buckets) -> OperationFigure {
    let mut all = Calls::default();
    buckets.values().for_each(|calls| all.add(*calls));
    #[expect(clippy::cast_precision_loss, reason = "a mean of some digits")]
    let mean = |sum: i64| sum as f64 / all.calls.max(1) as f64;
    OperationFigure {
        operation,
        client,
        calls: all.calls,
        errors: all.errors,
        p50: percentile(buckets, all.calls, 50),
        p95: percentile(buckets, all.calls, 95),
        p99: percentile(buckets, all.calls, 99),
        mean_cost: mean(all.cost),
        mean_statements: mean(all.statements),
    }
}

/// Milliseconds within which so many of a hundred calls were answered
fn percentile(buckets: &Buckets, calls: i64, of_hundred: i64) -> f64 {
    let wanted = (calls * of_hundred + 99) / 100;
    let mut seen = 0;
    let reached = buckets.iter().find(|(_, calls)| {
        seen += calls.calls;
        seen >= wanted
    });
    reached.map_or(0.0, |(bucket, _)| milliseconds(*bucket))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::operation::bucket;
    use std::time::Duration;

    #[test]
    fn percentiles_are_those_of_all_calls() {
        let mut buckets = Buckets::new();
        for (milliseconds, calls) in [(1, 90), (20, 9), (500, 1)] {
            let calls = Calls { calls, ..Calls::default() };
            buckets.insert(bucket(Duration::from_millis(milliseconds)), calls);
        }
        let near = |of_hundred, right: f64| {
            let told = percentile(&buckets, 100, of_hundred);
            assert!((told / right - 1.0).abs() < 0.1, "{of_hundred}: {told}");
        };
        near(50, 1.0);
        near(90, 1.0);
        near(95, 20.0);
        near(99, 20.0);
        near(100, 500.0);
        assert!(percentile(&Buckets::new(), 0, 95).abs() < f64::EPSILON);
    }
}
