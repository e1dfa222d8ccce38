//! Results as people and programs read them: Markdown to the terminal and a file, JSON, a plot.

mod bars;
mod cache;
mod chat;
mod growth;
mod history;
mod hostile;
mod markdown;
mod orders;
mod overload;
mod panels;
mod peers;
mod plot;
mod streams;

use crate::section::Run;
use anyhow::{Context, Result};

/// Writes everything.
///
/// # Errors
/// The folder can't be written.
#[expect(clippy::print_stdout, reason = "this is a program at a terminal")]
pub fn write(run: &Run) -> Result<()> {
    let folder = &run.options.results;
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let file = |ending: &str| folder.join(format!("{}.{ending}", run.options.name));
    let plotted = plot::write(run, &file("svg"))?;
    let markdown = markdown::of(run, plotted);
    std::fs::write(file("md"), &markdown)?;
    std::fs::write(file("json"), serde_json::to_string_pretty(run)? + "\n")?;
    println!("{markdown}");
    Ok(())
}
