//! A few requests, measured in a minute and held against figures that are kept: for each change, on any
//! machine. Statements and allocations hardly vary; CPU time is told in pieces of work that are
//! done beside it (`calibration`).
//!
//! - `options`: the command line
//! - `query`, `plaza`, `wire`: what is asked, of whom, and how
//! - `gauge`, `calibration`: what a batch took
//! - `figures`, `compare`: what is kept, and what is held against it

mod calibration;
mod compare;
mod figures;
mod gauge;
mod options;
mod plaza;
mod query;
mod wire;

pub use options::Options;

use crate::engine::Engine;
use crate::tell;
use anyhow::Result;
use calibration::Calibration;
use compare::{Comparison, Verdict, columns};
use figures::{Figures, Kept, Rounds};
use plaza::Plaza;
use query::Query;
use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use wire::Wire;

/// Requests of one batch: few, so that some batches run through while others are interrupted
const BATCH: usize = 10;
/// Batches before any is measured: caches fill, PostgreSQL settles for plans
const WARM_UP: usize = 24;
/// So many times the rounds where something seems to be worse, or is kept
const LONGER: u32 = 3;

/// Measures, and compares or keeps.
///
/// # Errors
/// Something could not be measured.
pub fn run(options: &Options) -> Result<ExitCode> {
    let kept = figures::read(&options.kept)?;
    let mut measured = Kept::new();
    for engine in options.engines() {
        tell(&format!("{}: measuring", engine.name()));
        measured.insert(engine, measure(options, engine, &kept)?);
    }
    say(&shown(&measured, &kept));
    if options.keep {
        figures::write(&options.kept, &measured)?;
        say(&format!("\nkept in {}", options.kept.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let compared = Comparison::of(&measured, &kept);
    say(&format!("\n{}", compared.told()));
    Ok(if compared.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// All queries on one database; those that seem to be worse once more, for longer.
fn measure(options: &Options, engine: Engine, kept: &Kept) -> Result<BTreeMap<String, Figures>> {
    let mut plaza = Plaza::start(options, engine)?;
    let mut wire = Wire::connect(plaza.address)?;
    let mut queries = Query::all(&mut plaza, &mut wire)?;
    let mut calibration = Calibration::new()?;
    for query in &mut queries {
        for _ in 0..WARM_UP {
            gauge::batch(&plaza.app, &mut wire, &query.requests(BATCH))?;
        }
    }
    let mut of = |queries: &mut [Query], rounds: u32| {
        in_turns(&plaza, &mut wire, &mut calibration, queries, rounds)
    };
    let rounds = if options.keep { options.rounds * LONGER } else { options.rounds };
    let mut found = of(&mut queries, rounds)?;
    let measured = Kept::from([(engine, found.clone())]);
    let compared = Comparison::of(&measured, kept);
    let beyond = [Verdict::Worse, Verdict::Doubtful].map(|verdict| compared.standing(verdict));
    let worse: BTreeSet<&str> =
        beyond.iter().flatten().map(|change| change.query.as_str()).collect();
    if !worse.is_empty() && !options.keep {
        let names = worse.iter().copied().collect::<Vec<_>>().join(", ");
        tell(&format!("  once more, for longer, since it seems to be worse: {names}"));
        queries.retain(|query| worse.contains(query.name));
        found.extend(of(&mut queries, options.rounds * LONGER)?);
    }
    plaza.stop()?;
    Ok(found)
}

/// Each round asks a batch of every query, between two looks at what calibration takes now.
fn in_turns(
    plaza: &Plaza,
    wire: &mut Wire,
    calibration: &mut Calibration,
    queries: &mut [Query],
    rounds: u32,
) -> Result<BTreeMap<String, Figures>> {
    let mut found: Vec<Rounds> = queries.iter().map(|_| Rounds::new()).collect();
    let mut before = gauge::calibrate(calibration)?;
    for _ in 0..rounds {
        for (query, found) in queries.iter_mut().zip(&mut found) {
            let requests = query.requests(BATCH);
            let batch = gauge::batch(&plaza.app, wire, &requests)?;
            let after = gauge::calibrate(calibration)?;
            found.push((batch, before.min(after)));
            before = after;
        }
    }
    let found = queries.iter().zip(&found);
    Ok(found.map(|(query, rounds)| (query.name.to_owned(), Figures::of(rounds))).collect())
}

/// All figures, and how far they are from those that are kept
fn shown(measured: &Kept, kept: &Kept) -> String {
    let heads = ["database", "query", "statements", "", "allocations", "", "bytes", "", "CPU", ""];
    let compared = Comparison::of(measured, kept);
    let rows = measured.iter().flat_map(|(engine, queries)| {
        let compared = &compared;
        queries.iter().map(move |(query, figures)| {
            let changes = compared.changes.iter();
            let of_this = changes.filter(|of| of.engine == *engine && of.query == *query);
            let mut percents = of_this.map(compare::Change::percent);
            let figures = [
                format!("{:.2}", figures.statements),
                format!("{:.0}", figures.allocations),
                format!("{:.0}", figures.bytes),
                format!("{:.4}", figures.cpu),
            ];
            let mut row = vec![engine.name().to_owned(), query.clone()];
            row.extend(
                figures.into_iter().flat_map(|of| [of, percents.next().unwrap_or_default()]),
            );
            row
        })
    });
    columns(&heads.map(str::to_owned), &rows.collect::<Vec<_>>(), 2)
}

#[expect(clippy::print_stdout, reason = "this is a program at a terminal")]
fn say(text: &str) {
    println!("{text}");
}
