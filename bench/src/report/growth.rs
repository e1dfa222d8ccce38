//! The tables of growth: requests by listings, markets, and crowds of sockets.

use super::markdown::{cells, cpu_head, grouped, holds, table};
use crate::engine::Engine;
use crate::section::{Crowded, Grown, Growth, MarketOf};
use crate::usage::{Memory, mebibytes};

/// Largest ratio of many listings to few
const MOST: f64 = 1.3;

/// All of growth on one database.
pub fn growth(found: &Growth, engine: Engine) -> Vec<String> {
    vec![
        requests(&found.requests, engine),
        markets(&found.markets),
        sockets(&found.sockets, engine),
    ]
}

fn requests(found: &[Grown], engine: Engine) -> String {
    let sizes = found.first().map(|grown| grown.sizes.as_slice()).unwrap_or_default();
    let sizes: Vec<String> =
        sizes.iter().map(|size| format!("{} listings, ms", grouped(size.listings))).collect();
    let mut heads = vec!["request", "rounds"];
    for size in &sizes {
        heads.extend([size.as_str(), "p95", cpu_head(engine)]);
    }
    heads.extend(["ratio", "holds"]);
    let row = |Grown { request, sizes, ratio, promised }: &Grown| {
        let rounds = sizes.first().map_or(0, |size| size.measured.rounds);
        let mut row = vec![request.clone(), rounds.to_string()];
        for size in sizes {
            let [ms, cpu] = cells(&size.measured, engine);
            row.extend([ms, format!("{:.2}", size.p95), cpu]);
        }
        row.push(format!("{:.2} ({:.2} to {:.2})", ratio.of_medians, ratio.low, ratio.high));
        let held = if *promised { holds(ratio.of_medians <= MOST) } else { "counts what it finds" };
        row.push(held.to_owned());
        row
    };
    let title = format!("Growth: the largest market against the smallest, at most {MOST}");
    table(&title, &heads, true, found.iter().map(row).collect())
}

fn markets(found: &[MarketOf]) -> String {
    let memory = |memory: &Memory| format!("{:.0} / {:.0}", memory.rss, memory.pss);
    let row = |market: &MarketOf| {
        vec![
            grouped(market.listings),
            format!("{:.0}", mebibytes(market.database_bytes)),
            memory(&market.at_rest),
            memory(&market.after),
        ]
    };
    let heads =
        ["listings", "database", "server at rest, RSS / PSS", "after all of these requests"];
    table("Growth: MiB by listings", &heads, false, found.iter().map(row).collect())
}

fn sockets(found: &[Crowded], engine: Engine) -> String {
    let row = |crowded: &Crowded| {
        let (opening, delivery) = (&crowded.opening, &crowded.delivery);
        vec![
            grouped(crowded.sockets),
            format!("{:.1}", crowded.bytes_a_socket / 1024.0),
            format!("{:.0} / {:.0}", crowded.memory.rss, crowded.memory.pss),
            match engine {
                Engine::Sqlite => format!("{:.0}", opening.server_cpu_us),
                Engine::Postgres => {
                    format!("{:.0} + {:.0}", opening.server_cpu_us, opening.database_cpu_us)
                }
            },
            format!("{:.1}", delivery.ms.p50),
            format!("{:.1}", delivery.ms.p99),
            format!("{:.1}", crowded.delivery_cpu_ms()),
        ]
    };
    let opening = match engine {
        Engine::Sqlite => "opening one: server CPU us",
        Engine::Postgres => "opening one: server + PostgreSQL CPU us",
    };
    let heads = [
        "sockets",
        "KiB of the server a quiet one",
        "server in all, RSS / PSS, MiB",
        opening,
        "one event to all: p50, ms",
        "p99",
        "server CPU ms",
    ];
    table("Growth: sockets", &heads, false, found.iter().map(row).collect())
}
