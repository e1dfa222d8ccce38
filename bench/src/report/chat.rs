//! The tables of conversations: each figure beside what it has to be.

use super::markdown::{cells, grouped, holds, table};
use crate::engine::Engine;
use crate::section::{Chat, DeepPage, Home, Search};
use crate::usage::mebibytes;

/// Largest ratio of the deepest page to the newest
const DEPTH: f64 = 1.2;
/// Longest search for one word on PostgreSQL, for 95 of 100, in ms
const SEARCH: f64 = 50.0;
/// Most statements of a home screen, who asks among them
const HOME: u64 = 6;

/// What was loaded, and what it takes to read it and to write more.
pub fn chat(found: &Chat, engine: Engine) -> String {
    let loaded = &found.loaded;
    let what = format!(
        "{} messages in {} conversations, {} of them in one and {} in the hundred of the one who \
         searches, with {} rows of words: written in {:.0} s, {:.0} MiB on disk.",
        grouped(loaded.messages),
        loaded.conversations,
        grouped(loaded.deep),
        grouped(loaded.searched),
        grouped(loaded.words),
        loaded.seconds,
        mebibytes(loaded.bytes),
    );
    [what, reading(found, engine), sending(found)].join("\n\n")
}

fn reading(found: &Chat, engine: Engine) -> String {
    let mut rows = Vec::new();
    for page in &found.depth.pages {
        rows.push(page_row(page, engine));
    }
    let ratio = found.depth.ratio;
    rows.push(vec![
        "the deepest page against the newest".to_owned(),
        format!("{:.2} ({:.2} to {:.2})", ratio.of_medians, ratio.low, ratio.high),
        String::new(),
        format!("{DEPTH}"),
        holds(ratio.of_medians <= DEPTH).to_owned(),
    ]);
    rows.extend(found.search.iter().map(|search| search_row(search, engine)));
    rows.extend(found.home.iter().map(|home| home_row(home, engine)));
    let heads = ["what", "ms", super::markdown::cpu_head(engine), "must be at most", "holds"];
    table("Conversations: reading", &heads, true, rows)
}

fn page_row(page: &DeepPage, engine: Engine) -> Vec<String> {
    let [ms, cpu] = cells(&page.measured, engine);
    let what = format!("page {} back from the newest, of 20 messages", grouped(page.number()));
    vec![what, ms, cpu, String::new(), String::new()]
}

fn search_row(search: &Search, engine: Engine) -> Vec<String> {
    let Search { words, searches, p50, p95, max, hits } = search;
    let must = engine == Engine::Postgres && *words == 1;
    let of = if *words == 1 { "one word" } else { "two words" };
    vec![
        format!("search for {of} drawn by Zipf, {searches} searches, {hits:.1} hits a page"),
        format!("p50 {p50:.1}, p95 {p95:.1}, longest {max:.1}"),
        String::new(),
        if must { format!("p95 {SEARCH}") } else { String::new() },
        if must { holds(*p95 < SEARCH).to_owned() } else { String::new() },
    ]
}

fn home_row(home: &Home, engine: Engine) -> Vec<String> {
    let [ms, cpu] = cells(&home.measured, engine);
    let statements = home.statements;
    let (what, most) = match home.conversations {
        0 => (format!("unread in all conversations, {statements} statements"), 2),
        shown => (format!("home screen of {shown} conversations, {statements} statements"), HOME),
    };
    let held = holds(statements <= most).to_owned();
    vec![what, ms, cpu, format!("{most} statements"), held]
}

fn sending(found: &Chat) -> String {
    let sending = &found.sending;
    let row = vec![
        format!(
            "messages into one conversation of {} people, {} clients",
            sending.people, sending.clients
        ),
        format!("{:.0}", sending.sent.rate()),
        format!("p50 {:.1}, p99 {:.1}", sending.sent.ms.p50, sending.sent.ms.p99),
        format!("{:.2} + {:.2}", sending.sent.server_cpu_ms, sending.sent.database_cpu_ms),
    ];
    let heads = ["what", "a second", "ms", "server + PostgreSQL CPU ms"];
    table("Conversations: writing", &heads, false, vec![row])
}
