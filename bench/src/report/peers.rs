//! The table of Plaza beside what one would pick instead.

use super::markdown::{holds, table};
use crate::sample::median;
use crate::section::{
    AT_MOST, Compared, FLAT_JOIN, JSON_AGG, PEER_CLIENTS, PEER_ROUNDS, Peer, Question, Served,
};

/// A table a question, then what is promised.
pub fn peers(found: &[Compared]) -> Vec<String> {
    if found.is_empty() {
        return Vec::new();
    }
    let mut parts = vec![format!(
        "Servers have one half of the cores, database and {PEER_CLIENTS} clients the other; {PEER_ROUNDS} rounds in \
         turns, medians, in brackets the lowest and the highest. Nobody keeps rows or answers between requests. At half load requests come at half \
         of each server's own rate, at most {AT_MOST} a second, whether or not earlier ones were answered."
    )];
    parts.extend(found.iter().map(question));
    parts.push(promised(found));
    parts
}

fn question(of: &Compared) -> String {
    let what = match of.question {
        Question::Nested => "Nested list: the 20 newest listings with store, category, publisher",
        Question::Orders => "A person's 10 newest orders with store, items, what was bought",
        Question::Key => "A store by its handle",
        Question::Service => "No database",
    };
    let mut rows: Vec<Vec<String>> = of.servers.iter().map(row).collect();
    rows.extend(of.statements.iter().map(|stated| {
        let mut row = vec![stated.what.to_owned(), spread(&stated.rates, 0)];
        row.resize(6, String::new());
        row
    }));
    let heads = [
        "who",
        "answers a second",
        "server CPU ms",
        "PostgreSQL CPU ms",
        "half load: p50, p95, p99 ms",
        "memory, MiB",
    ];
    table(what, &heads, false, rows)
}

fn row(served: &Served) -> Vec<String> {
    let half = served.half;
    vec![
        served.peer.name().to_owned(),
        spread(&served.turns.rates, 0),
        spread(&served.turns.server_cpu_ms, 3),
        spread(&served.turns.database_cpu_ms, 3),
        match half.lost {
            0.0 => format!("{:.1}, {:.1}, {:.1}", half.p50, half.p95, half.p99),
            lost => format!(
                "{:.1}, {:.1}, {:.1}; {:.1} % without answer",
                half.p50,
                half.p95,
                half.p99,
                100.0 * lost
            ),
        },
        format!("{:.0}", served.rss),
    ]
}

/// 12 (11 to 14)
pub fn spread(of: &[f64], digits: usize) -> String {
    let least = of.iter().copied().fold(f64::INFINITY, f64::min);
    let most = of.iter().copied().fold(0.0, f64::max);
    format!("{:.digits$} ({least:.digits$} to {most:.digits$})", median(of))
}

/// Answers for each second of server CPU against a peer's, at least so many times
const AT_LEAST: [(Question, Peer, f64); 5] = [
    (Question::Nested, Peer::Stock, 2.0),
    (Question::Nested, Peer::Mercurius, 4.0),
    (Question::Nested, Peer::PostGraphile, 4.0),
    (Question::Key, Peer::Mercurius, 2.0),
    (Question::Service, Peer::Mercurius, 2.0),
];
/// The nested list's rate against pgbench's, at least
const STATEMENTS: [(&str, f64); 2] = [(JSON_AGG, 0.75), (FLAT_JOIN, 0.45)];
/// p95 and p99 at half load, in ms, at most
const LATENCY: [f64; 2] = [50.0, 100.0];

fn promised(found: &[Compared]) -> String {
    let mut rows = Vec::new();
    for (question, peer, least) in AT_LEAST {
        let Some(of) = found.iter().find(|of| of.question == question) else { continue };
        let (Some(plaza), Some(theirs)) = (of.of(Peer::Plaza), of.of(peer)) else { continue };
        let ratio = plaza.for_a_cpu_second() / theirs.for_a_cpu_second();
        let what =
            format!("{question:?}: answers for a second of server CPU against {}", peer.name());
        rows.push(promise(what, format!("≥ {least}"), format!("{ratio:.2}"), ratio >= least));
    }
    for of in found {
        let Some(plaza) = of.of(Peer::Plaza) else { continue };
        for (what, least) in STATEMENTS {
            let Some(stated) = of.statements.iter().find(|stated| stated.what == what) else {
                continue;
            };
            let ratio = median(&plaza.turns.rates) / median(&stated.rates);
            let what = format!("{:?}: rate against {what}", of.question);
            rows.push(promise(what, format!("≥ {least}"), format!("{ratio:.2}"), ratio >= least));
        }
        let (half, [p95, p99]) = (plaza.half, LATENCY);
        rows.push(promise(
            format!("{:?}: p95 and p99 at half load, ms", of.question),
            format!("≤ {p95:.0}, {p99:.0}"),
            format!("{:.1}, {:.1}", half.p95, half.p99),
            half.p95 <= p95 && half.p99 <= p99 && half.lost == 0.0,
        ));
    }
    table("What is promised", &["what", "must", "is", "holds"], true, rows)
}

fn promise(what: String, must: String, is: String, held: bool) -> Vec<String> {
    vec![what, must, is, holds(held).to_owned()]
}
