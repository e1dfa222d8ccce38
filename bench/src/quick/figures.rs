//! What a request costs, and the file in which figures are kept.

use super::gauge::Batch;
use crate::engine::Engine;
use crate::sample::{median, twentieth};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Cost of one request
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// SQL statements
    pub statements: f64,
    /// Allocations, reallocations among them, and the bytes that were asked for
    pub allocations: f64,
    pub bytes: f64,
    /// CPU time of Plaza, in pieces of calibration
    pub cpu: f64,
}

/// Figures by database and query
pub type Kept = BTreeMap<Engine, BTreeMap<String, Figures>>;

/// What was measured of one query, round by round: a batch, and the CPU time in ms of a piece of
/// calibration beside it
pub type Rounds = Vec<(Batch, f64)>;

impl Figures {
    /// Medians over the rounds; of CPU time what one round in twenty stays below, since whatever else
    /// the machine does can only add to it: caches that others have filled, and switches to and fro.
    pub fn of(rounds: &Rounds) -> Self {
        let over = |of: &dyn Fn(&(Batch, f64)) -> f64| {
            median(&rounds.iter().map(of).collect::<Vec<f64>>())
        };
        let low = |of: &dyn Fn(&(Batch, f64)) -> f64| {
            twentieth(&rounds.iter().map(of).collect::<Vec<f64>>())
        };
        let to = |figure: f64, parts: f64| (figure * parts).round() / parts;
        Self {
            statements: to(over(&|(batch, _)| batch.statements), 100.0),
            allocations: over(&|(batch, _)| batch.allocations).round(),
            bytes: over(&|(batch, _)| batch.bytes).round(),
            cpu: to(low(&|(batch, _)| batch.cpu_ms) / low(&|(_, piece)| *piece), 1e4),
        }
    }
}

/// Figures that are kept; none where there is no file.
///
/// # Errors
/// The file can't be read.
pub fn read(file: &Path) -> Result<Kept> {
    let named = || file.display().to_string();
    match std::fs::read_to_string(file) {
        Ok(text) => serde_json::from_str(&text).with_context(named),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => Ok(Kept::new()),
        Err(err) => Err(err).with_context(named),
    }
}

/// Keeps figures: those of databases that were not measured stay.
///
/// # Errors
/// The file can't be written.
pub fn write(file: &Path, measured: &Kept) -> Result<()> {
    let mut kept = read(file)?;
    kept.extend(measured.clone());
    let text = serde_json::to_string_pretty(&kept)? + "\n";
    std::fs::write(file, text).with_context(|| file.display().to_string())
}
