//! Deep pages against the first, for each sort.
//!
//! Cursors are found as a client finds them: by asking for a hundred rows after the last cursor,
//! a thousand times.

use super::Bench;
use crate::ask::{List, PAGE, STEP};
use crate::client::Client;
use crate::rounds::{Contender, Measured, measure as measure_rounds};
use crate::sample::Ratio;
use crate::tell;
use anyhow::Result;
use serde::Serialize;
use std::time::{Duration, Instant};

/// Pages to measure, by number
const PAGES: [u32; 4] = [1, 50, 500, 5_000];
/// Longest walk down one list
const WALK: Duration = Duration::from_secs(90);

/// One list, at several depths
#[derive(Debug, Serialize)]
pub struct Depth {
    pub list: String,
    pub pages: Vec<DeepPage>,
    /// Deepest page against the first
    pub ratio: Ratio,
}

/// One depth
#[derive(Debug, Serialize)]
pub struct DeepPage {
    /// Rows before the page
    pub after: u32,
    pub measured: Measured,
}

impl DeepPage {
    /// Number of the page, from 1
    pub fn number(&self) -> u32 {
        self.after / PAGE + 1
    }
}

/// A cursor, and how many rows lie before what it leads to
type Stop = (u32, Option<String>);

pub(super) async fn measure(bench: &Bench<'_>) -> Result<Vec<Depth>> {
    let (place, _) = bench.seeded(bench.options.listings, false).await?;
    let mut running = [bench.serve(&place).await?];
    let mut found = Vec::new();
    for list in List::sorts() {
        let stops = walk(&mut running[0].client, &list).await?;
        let contenders: Vec<Contender> = stops
            .iter()
            .map(|(_, cursor)| Contender {
                server: 0,
                bodies: vec![list.page(cursor.as_deref())],
                token: None,
            })
            .collect();
        let measured = measure_rounds(&mut running, &contenders, bench.options.rounds).await?;
        let (Some(first), Some(deepest)) = (measured.first(), measured.last()) else { continue };
        let ratio = deepest.sample.against(&first.sample);
        let pages = stops.iter().zip(measured);
        let pages: Vec<DeepPage> =
            pages.map(|((after, _), measured)| DeepPage { after: *after, measured }).collect();
        let page = pages.last().map_or(1, DeepPage::number);
        tell(&format!("  {}: page {page} against page 1: {:.2}", list.title, ratio.of_medians));
        found.push(Depth { list: list.title, pages, ratio });
    }
    Ok(found)
}

/// Walks a list down to the deepest page, and notes the cursors of the others on its way. Where the
/// list ends before, or the walk takes too long, the deepest is the last that has a full page.
async fn walk(client: &mut Client, list: &List) -> Result<Vec<Stop>> {
    let started = Instant::now();
    let mut stops: Vec<Stop> = vec![(0, None)];
    let mut at: Stop = (0, None);
    for page in &PAGES[1..] {
        let goal = (page - 1) * PAGE;
        while at.0 < goal {
            let rows = (goal - at.0).min(STEP);
            let data = client.data(list.step(rows, at.1.as_deref())).await?;
            let info = &data["listings"]["pageInfo"];
            if info["hasNextPage"] != true || started.elapsed() > WALK {
                if stops.last().is_some_and(|(after, _)| *after < at.0) {
                    stops.push(at);
                }
                return Ok(stops);
            }
            at = (at.0 + rows, info["endCursor"].as_str().map(str::to_owned));
        }
        stops.push(at.clone());
    }
    Ok(stops)
}
