//! The table of who is polite beside who means harm.

use super::markdown::{holds, table};
use crate::section::Hostile;

/// Most that p95 may grow
const P95: f64 = 2.0;

/// How long the polite wait, with and without the other.
pub fn hostile(found: &Hostile) -> String {
    let ms = |time: f64| format!("{time:.1} ms");
    let row =
        |what: &str, figure: String, holds: &str| vec![what.to_owned(), figure, holds.to_owned()];
    let rows = vec![
        row("p95 alone", ms(found.alone_ms), ""),
        row("p95 beside two who throw hostile documents", ms(found.beside_ms), ""),
        row("ratio of p95, at most 2", format!("{:.2}", found.p95), holds(found.p95 <= P95)),
        row("ratio of medians", format!("{:.2}", found.median.of_medians), ""),
        row(
            "hostile documents a second",
            format!("{:.0}, of {}", found.thrown, found.documents),
            "",
        ),
        row(
            "slowest answer to one of them",
            format!("{:.0} ms: {}", found.slowest_ms, found.slowest),
            "",
        ),
        row("answered with 5xx", found.faults.to_string(), holds(found.faults == 0)),
    ];
    table("A polite client beside hostile ones", &["what", "", "holds"], true, rows)
}
