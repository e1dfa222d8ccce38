//! The first page of a list where there are many listings, against the same where there are few:
//! a server on each database, asked in turns.

use super::Bench;
use crate::ask::List;
use crate::rounds::{Contender, Measured, measure as measure_rounds};
use crate::sample::Ratio;
use crate::tell;
use anyhow::Result;
use serde::Serialize;

/// One list, at several sizes
#[derive(Debug, Serialize)]
pub struct Growth {
    pub list: String,
    pub sizes: Vec<SizeOf>,
    /// Largest against smallest
    pub ratio: Ratio,
}

/// One size
#[derive(Debug, Serialize)]
pub struct SizeOf {
    pub listings: u32,
    pub measured: Measured,
}

pub(super) async fn measure(bench: &Bench<'_>) -> Result<Vec<Growth>> {
    let sizes = bench.options.sizes();
    let mut running = Vec::new();
    for size in &sizes {
        let (place, _) = bench.seeded(*size, false).await?;
        running.push(bench.serve(&place).await?);
    }
    let mut found = Vec::new();
    for list in List::growing() {
        let contenders: Vec<Contender> = (0..sizes.len())
            .map(|server| Contender { server, body: list.page(None), token: None })
            .collect();
        let measured = measure_rounds(&mut running, &contenders, bench.options.rounds).await?;
        let (Some(small), Some(large)) = (measured.first(), measured.last()) else { continue };
        let ratio = large.sample.against(&small.sample);
        tell(&format!("  {}: largest against smallest: {:.2}", list.title, ratio.of_medians));
        let sizes = sizes.iter().zip(measured);
        let sizes =
            sizes.map(|(listings, measured)| SizeOf { listings: *listings, measured }).collect();
        found.push(Growth { list: list.title, sizes, ratio });
    }
    Ok(found)
}
