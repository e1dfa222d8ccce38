//! Filling a database: `plaza seed`, and `plaza import listings` with a file in which one line in a
//! hundred is bad.

use super::{Bench, csv};
use crate::ask::request;
use crate::command::{self, Ran};
use crate::engine::Place;
use crate::seeded;
use crate::tell;
use anyhow::{Context, Result, ensure};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;

/// Listings of the database that is imported into
const BESIDE: u32 = 1_000;

/// What filling took
#[derive(Debug, Serialize)]
pub struct Bulk {
    pub listings: u32,
    pub seed: Ran,
    /// Size of the seeded database
    pub bytes: u64,
    pub imports: Vec<Import>,
}

/// One import
#[derive(Debug, Serialize)]
pub struct Import {
    pub what: &'static str,
    pub lines: u32,
    /// Bad lines in the file
    pub bad: usize,
    /// How many of them were named, each by its number
    pub named: usize,
    /// Good lines that were named
    pub wrongly_named: usize,
    /// What the command answered
    pub answer: String,
    pub ran: Ran,
}

pub(super) async fn measure(bench: &Bench<'_>) -> Result<Bulk> {
    let (_, note) = bench.seeded(bench.options.listings, true).await?;
    let place = bench.place("import")?;
    seeded::prepare(&bench.options.plaza, &place, BESIDE, true).await?;
    let store = store(bench, &place).await?;
    let file = place.folder.join("listings.csv");
    let bad = csv::write(&file, bench.options.lines)?;
    let mut imports = Vec::new();
    for what in ["first time", "the same file again"] {
        let mut command = place.plaza(&bench.options.plaza);
        let ran = command::run(command.args(["import", "listings", "--store", &store]).arg(&file))
            .await?;
        let told: BTreeSet<u32> = ran.told.lines().filter_map(number_of_line).collect();
        let named = bad.iter().filter(|line| told.contains(line)).count();
        let answer = ran.output.trim().to_owned();
        tell(&format!("  import, {what}: {answer}; {named} of {} bad lines named", bad.len()));
        imports.push(Import {
            what,
            lines: bench.options.lines,
            bad: bad.len(),
            named,
            wrongly_named: told.len() - named,
            answer,
            ran,
        });
    }
    place.remove().await?;
    Ok(Bulk { listings: note.listings, seed: note.seed, bytes: note.bytes, imports })
}

/// Handle of a store that there is
async fn store(bench: &Bench<'_>, place: &Place) -> Result<String> {
    let mut running = bench.serve(place).await?;
    let first = request("{ stores(first: 1) { nodes { handle } } }", &json!({}));
    let data = running.client.data(first).await?;
    let handle = data["stores"]["nodes"][0]["handle"].as_str();
    ensure!(handle.is_some(), "there is no store to import into");
    handle.map(str::to_owned).context("a store has a handle")
}

/// The number in `line 17, price "x": …`
fn number_of_line(told: &str) -> Option<u32> {
    let rest = told.strip_prefix("line ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
