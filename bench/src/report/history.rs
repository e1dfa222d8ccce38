//! The tables of history: requests where there are few orders, and where there are millions.

use super::markdown::{cells, cpu_head, grouped, holds, table};
use crate::engine::Engine;
use crate::history::Filled;
use crate::sample::Ratio;
use crate::section::{History, Remembered};
use crate::usage::mebibytes;

/// Largest ratio of many orders to few
const MOST: f64 = 1.3;

/// All of history on one database.
pub fn history(found: &History, engine: Engine) -> Vec<String> {
    vec![requests(found, engine), databases(&found.databases)]
}

fn requests(found: &History, engine: Engine) -> String {
    let names: Vec<String> =
        found.databases.iter().map(|filled| format!("{}, ms", called(filled))).collect();
    let mut heads = vec!["request", "rounds"];
    for name in &names {
        heads.extend([name.as_str(), "p95", cpu_head(engine)]);
    }
    heads.extend(["many against few", "holds"]);
    let by_month = found.databases.iter().any(|filled| filled.by_month);
    if by_month {
        heads.extend(["by month against few", "holds", "by month against many"]);
    }
    let title = format!("History: many orders against few, at most {MOST}");
    let rows = found.requests.iter().map(|request| row(request, engine)).collect();
    table(&title, &heads, !by_month, rows)
}

fn row(found: &Remembered, engine: Engine) -> Vec<String> {
    let rounds = found.measured.first().map_or(0, |measured| measured.rounds);
    let mut row = vec![found.request.clone(), rounds.to_string()];
    for (measured, p95) in found.measured.iter().zip(&found.p95) {
        let [ms, cpu] = cells(measured, engine);
        row.extend([ms, format!("{p95:.2}"), cpu]);
    }
    let held = |ratio: Ratio| match found.promised {
        true => holds(ratio.of_medians <= MOST),
        false => "counts what it finds",
    };
    row.extend([ranged(found.ratio), held(found.ratio).to_owned()]);
    if let Some([few, many]) = found.by_month {
        row.extend([ranged(few), held(few).to_owned(), ranged(many)]);
    }
    row
}

fn ranged(ratio: Ratio) -> String {
    format!("{:.2} ({:.2} to {:.2})", ratio.of_medians, ratio.low, ratio.high)
}

fn databases(found: &[Filled]) -> String {
    let row = |filled: &Filled| {
        vec![
            called(filled),
            filled.stores.to_string(),
            format!("{:.0}", mebibytes(filled.bytes)),
            format!("{:.0}", filled.seconds),
        ]
    };
    let heads = ["what", "stores", "database, MiB", "seconds to fill"];
    table("History: databases", &heads, false, found.iter().map(row).collect())
}

fn called(filled: &Filled) -> String {
    let months = if filled.by_month { " by month" } else { "" };
    format!("{} orders{months}", grouped(filled.orders))
}
