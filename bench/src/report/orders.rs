//! The table of orders placed a second.

use super::markdown::{holds, table};
use crate::sample::median;
use crate::section::{Orders, Placed};

/// Least orders for each row that pgbench inserts
const SHARE: f64 = 0.25;

/// Orders a second, and the yardstick.
pub fn orders(found: &Orders) -> String {
    let Orders { clients, spread, crowded, inserts, ratio } = found;
    let row = |what: String, placed: &Placed, holds: String| {
        vec![
            what,
            format!("{:.0} ({})", placed.rate(), range(&placed.rates)),
            format!("p50 {:.1}, p99 {:.1}", placed.ms.p50, placed.ms.p99),
            format!("{:.2} + {:.2}", placed.server_cpu_ms, placed.database_cpu_ms),
            holds,
        ]
    };
    let verdict = ratio.map(|ratio| {
        format!("{ratio:.2} of pgbench's, at least {SHARE}: {}", holds(ratio >= SHARE))
    });
    let mut rows = vec![
        row(
            format!("orders of {clients} clients at {clients} stores"),
            spread,
            verdict.unwrap_or_default(),
        ),
        row(format!("orders of {clients} clients at one store"), crowded, String::new()),
    ];
    if !inserts.is_empty() {
        let what = format!("rows that pgbench inserts with {clients} clients, durably");
        rows.push(vec![
            what,
            format!("{:.0} ({})", median(inserts), range(inserts)),
            String::new(),
            String::new(),
            String::new(),
        ]);
    }
    let heads = ["what", "a second", "ms", "server + PostgreSQL CPU ms", ""];
    table("Orders, with every commit synced to disk on both", &heads, true, rows)
}

fn range(of: &[f64]) -> String {
    let low = of.iter().copied().fold(f64::INFINITY, f64::min);
    let high = of.iter().copied().fold(0.0, f64::max);
    format!("{low:.0} to {high:.0}")
}
