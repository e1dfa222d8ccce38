//! What growing costs: ten and a hundred times the listings, ten times the sockets.
//!
//! - `listings`: the same requests where there are few and where there are many
//! - `keys`: rows to look up, from all over a market
//! - sockets: as `streams` has them

mod keys;
mod listings;

pub use listings::{Grown, SizeOf};

use super::Bench;
use super::streams::{self, Crowded};
use crate::tell;
use crate::usage::Memory;
use anyhow::Result;
use serde::Serialize;

/// Sockets of the smaller crowd
const FEW: u32 = 1_000;

/// Growth of both
#[derive(Debug, Serialize)]
pub struct Growth {
    pub requests: Vec<Grown>,
    pub markets: Vec<MarketOf>,
    pub sockets: Vec<Crowded>,
}

/// What a market of a size takes
#[derive(Debug, Serialize)]
pub struct MarketOf {
    pub listings: u32,
    /// Size of the database when it was filled
    pub database_bytes: u64,
    /// Memory of the server once it has answered, and after all requests
    pub at_rest: Memory,
    pub after: Memory,
}

pub(super) async fn measure(bench: &Bench<'_>) -> Result<Growth> {
    let (requests, markets) = listings::measure(bench).await?;
    let mut sockets = Vec::new();
    for count in [FEW, bench.options.sockets] {
        if sockets.last().is_none_or(|last: &Crowded| last.sockets < count) {
            tell(&format!("  {count} sockets"));
            sockets.push(streams::crowded(bench, count).await?);
        }
    }
    Ok(Growth { requests, markets, sockets })
}
