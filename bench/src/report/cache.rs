//! The tables of what caches are worth.

use super::markdown::{holds, table};
use super::peers::spread;
use crate::sample::median;
use crate::section::{Answered, Caches, PEER_CLIENTS};

/// Of the rate of one line of text, the public list must reach this
const OF_PLAIN: f64 = 0.5;
/// Of what is looked up by Zipf's law, this must be found in memory: percent
const HITS: f64 = 85.0;

/// A table for rows, one for answers, and what is promised.
pub fn caches(found: Option<&Caches>) -> Vec<String> {
    let Some(Caches { pages, lists }) = found else { return Vec::new() };
    vec![
        format!(
            "Servers have one half of the cores, database and {PEER_CLIENTS} clients the other; rounds in turns, \
             medians, in brackets the lowest and the highest."
        ),
        of(
            "Product pages: a listing with store, category, publisher and profile, drawn by Zipf's law (s = 1)",
            pages,
        ),
        of(
            "A public list: the 20 newest listings with store, category, publisher, for guests",
            lists,
        ),
        promised(pages, lists),
    ]
}

fn of(what: &str, answered: &[Answered]) -> String {
    let row = |answered: &Answered| {
        let turns = &answered.turns;
        vec![
            answered.what.to_owned(),
            spread(&turns.rates, 0),
            spread(&turns.server_cpu_ms, 3),
            spread(&turns.database_cpu_ms, 3),
            answered.hits.map_or_else(String::new, |hits| format!("{hits:.1} %")),
        ]
    };
    let heads =
        ["who", "answers a second", "server CPU ms", "PostgreSQL CPU ms", "found in memory"];
    table(what, &heads, false, answered.iter().map(row).collect())
}

fn promised(pages: &[Answered], lists: &[Answered]) -> String {
    let mut rows = Vec::new();
    if let Some(hits) = pages.iter().find_map(|page| page.hits) {
        rows.push(vec![
            "rows found in memory".to_owned(),
            format!("≥ {HITS} %"),
            format!("{hits:.1} %"),
            holds(hits >= HITS).to_owned(),
        ]);
    }
    if let [.., kept, plain] = lists
        && kept.hits.is_some()
    {
        let ratio = median(&kept.turns.rates) / median(&plain.turns.rates);
        rows.push(vec![
            format!("the public list, {}: rate against {}", kept.what, plain.what),
            format!("≥ {OF_PLAIN}"),
            format!("{ratio:.2}"),
            holds(ratio >= OF_PLAIN).to_owned(),
        ]);
    }
    table("What is promised", &["what", "must", "is", "holds"], true, rows)
}
