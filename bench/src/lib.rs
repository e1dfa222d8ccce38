//! Measures what Plaza promises: on both databases, in one run, as ratios with their spread.
//!
//! Every figure comes from a release build of `plaza`, asked over HTTP as a client would. What is
//! compared is asked in turns, so that whatever else the machine does falls on both alike.
//!
//! - `options`: the command line
//! - `section`: what is measured, a file each
//! - `rounds`, `turns`, `sample`: asking in turns; medians and ratios
//! - `engine`, `seeded`, `postgres`: databases of a size, kept between runs where that is cheap
//! - `command`, `server`, `client`, `usage`: running `plaza`, speaking to it, what it used
//! - `pgbench`: what PostgreSQL itself writes durably
//! - `people`, `crowd`: a busy store, and thousands of sockets that follow it
//! - `talks`, `words`, `fill`: conversations with a million messages
//! - `history`: orders by the million
//! - `offer`, `apart`: more requests than can be answered, and from other cores
//! - `ask`: the GraphQL that is asked
//! - `report`: Markdown, JSON and plots
//!
//! Two programs: `plaza-bench` measures all of it, `plaza-quick` a few requests in a minute, against
//! figures that are kept (`quick`).

mod apart;
mod ask;
mod client;
mod command;
mod crowd;
mod engine;
mod fill;
mod history;
mod machine;
mod offer;
mod options;
mod people;
mod pgbench;
mod postgres;
mod quick;
mod report;
mod rounds;
mod sample;
mod section;
mod seeded;
mod server;
mod talks;
mod turns;
mod usage;
mod words;

use anyhow::Result;
use clap::Parser;
use options::Options;
use std::process::ExitCode;

/// `plaza-bench`
///
/// # Errors
/// Something could not be measured.
pub fn bench() -> Result<()> {
    let options = Options::parse();
    // One thread: what the client does must not take the server's turn more than it has to.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let run = runtime.block_on(section::run(options))?;
    report::write(&run)
}

/// `plaza-quick`, whose allocator must be [`alloc_tracker::Allocator`]
///
/// # Errors
/// Something could not be measured.
pub fn quick() -> Result<ExitCode> {
    quick::run(&quick::Options::parse())
}

/// Tells the person at the terminal how it goes.
#[expect(clippy::print_stderr, reason = "this is a program at a terminal")]
fn tell(line: &str) {
    eprintln!("{line}");
}
