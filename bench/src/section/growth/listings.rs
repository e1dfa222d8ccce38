//! The same request where there are many listings, and where there are few: a server on each database,
//! asked in turns.

use super::{MarketOf, keys};
use crate::ask::{List, request};
use crate::rounds::{Contender, Measured, Running, measure as measure_rounds};
use crate::sample::Ratio;
use crate::section::Bench;
use crate::tell;
use crate::usage::Memory;
use anyhow::Result;
use bytes::Bytes;
use serde::Serialize;
use serde_json::json;
use std::time::Duration;

const NESTED: &str = include_str!("../../../quick/nested.graphql");
const SEARCH: &str = include_str!("../../../quick/search.graphql");
/// A search that says how much there is to be found, up to 10,000: more where there is more
const COUNTING: &str = "search and its count";
/// Rest before memory is looked at
const REST: Duration = Duration::from_secs(2);

/// One request, at several sizes
#[derive(Debug, Serialize)]
pub struct Grown {
    pub request: String,
    pub sizes: Vec<SizeOf>,
    /// Largest against smallest
    pub ratio: Ratio,
    /// It must not notice how many listings there are
    pub promised: bool,
}

/// One size
#[derive(Debug, Serialize)]
pub struct SizeOf {
    pub listings: u32,
    pub measured: Measured,
    /// 95 % of the answers come sooner, in ms
    pub p95: f64,
}

/// A request as each of the servers is asked it, in the order of their sizes
type Asked = (String, Vec<Vec<Bytes>>);

pub(super) async fn measure(bench: &Bench<'_>) -> Result<(Vec<Grown>, Vec<MarketOf>)> {
    let sizes = bench.options.sizes();
    let (mut running, mut markets, mut lookups) = (Vec::new(), Vec::new(), Vec::new());
    for size in &sizes {
        let (place, note) = bench.seeded(*size, false).await?;
        let mut served = bench.serve(&place).await?;
        lookups.push(keys::lookups(&place, &mut served.client).await?);
        let at_rest = rest(&served).await?;
        let database_bytes = note.bytes;
        markets.push(MarketOf { listings: *size, database_bytes, at_rest, after: at_rest });
        running.push(served);
    }
    let mut found = Vec::new();
    for (name, asked) in asked(lookups) {
        let contenders = asked.into_iter().enumerate();
        let contenders: Vec<Contender> =
            contenders.map(|(server, bodies)| Contender { server, bodies, token: None }).collect();
        let measured = measure_rounds(&mut running, &contenders, bench.options.rounds).await?;
        let (Some(small), Some(large)) = (measured.first(), measured.last()) else { continue };
        let ratio = large.sample.against(&small.sample);
        tell(&format!("  {name}: largest against smallest: {:.2}", ratio.of_medians));
        let sizes = sizes.iter().zip(measured).map(|(listings, measured)| {
            let p95 = measured.sample.below(95);
            SizeOf { listings: *listings, measured, p95 }
        });
        let (sizes, promised) = (sizes.collect(), name != COUNTING);
        found.push(Grown { request: name, sizes, ratio, promised });
    }
    for (market, running) in markets.iter_mut().zip(&running) {
        market.after = rest(running).await?;
    }
    Ok((found, markets))
}

/// All that is asked; the lookups are of each size's own rows.
fn asked(lookups: Vec<Vec<Bytes>>) -> Vec<Asked> {
    let sizes = lookups.len();
    let alike = |name: &str, body: Bytes| (name.to_owned(), vec![vec![body]; sizes]);
    let mut asked = vec![
        alike("nested list", request(NESTED, &json!({}))),
        ("listing by its id".to_owned(), lookups),
        alike(COUNTING, request(SEARCH, &json!({}))),
    ];
    asked.extend(List::growing().iter().map(|list| alike(&list.title, list.page(None))));
    asked
}

async fn rest(running: &Running) -> Result<Memory> {
    tokio::time::sleep(REST).await;
    running.server.memory()
}
