//! `plaza restore FILE`: a backup becomes the database.
//!
//! The file is looked through before anything is touched, made ready in a place of its own, and takes
//! the database's place in one step. The database begins another epoch by it, so that streams that
//! come back are told of a gap instead of waiting for numbers that mean something else now.

mod postgres;
mod sqlite;

use super::backup::ToolArgs;
use super::{Failure, say};
use crate::config::Config;
use crate::db::Contents;
use crate::error::{Code, Refusal, Result};
use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Arguments of `plaza restore`
#[derive(Args)]
#[command(after_help = "\
Stop the servers first: it refuses while one runs. A backup of an older version is brought up to date,
one of a newer version is refused. The secret that signs tokens is not in a backup: put the old one in
its place (secret in the data folder, or PLAZA_SECRET), or everybody has to sign in again.")]
pub struct RestoreArgs {
    /// File that `plaza backup` made
    file: PathBuf,
    /// Replace what the database holds: it is lost
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    tools: ToolArgs,
}

/// What was brought back
struct Restored {
    contents: Contents,
    /// When the backup was begun, in UTC
    at: String,
    /// Steps of the schema that it lacked
    steps: usize,
}

/// What a file is by its first bytes
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Postgres,
}

/// Runs the command.
pub async fn run(args: RestoreArgs) -> Result<(), Failure> {
    let config = Config::read()?;
    let begun = Instant::now();
    demand_kind(&args.file, config.is_scaled())?;
    let restored = match &config.database_url {
        Some(url) => postgres::restore(url, args.tools.into(), &args.file, args.force).await?,
        None => tokio::select! {
            restored = sqlite::restore(&config.data_dir, &args.file, args.force) => restored?,
            _ = tokio::signal::ctrl_c() => return Err(super::backup::stopped().into()),
        },
    };
    let Restored { contents, at, steps } = restored;
    let seconds = begun.elapsed().as_secs_f64();
    say(&format!("Restored {} as of {at}, in {seconds:.1} s", contents.sentence()));
    if steps > 0 {
        say(&format!("{steps} schema steps were missing in the backup, and are taken"));
    }
    say("Streams that come back are told of a gap, and begin anew");
    let secret = config.data_dir.join("secret");
    if config.secret.is_none() && !secret.exists() {
        say(&format!(
            "There is no {}: put the old one there, or everybody has to sign in again",
            secret.display()
        ));
    }
    Ok(())
}

/// Refuses a file that is no backup, or one of the other database.
fn demand_kind(file: &Path, scaled: bool) -> Result<()> {
    let name = file.display();
    let message = match kind(file) {
        Err(err) => format!("{name} can't be read: {err}"),
        Ok(Some(Kind::Postgres)) if !scaled => {
            format!("{name} is a backup of PostgreSQL; set DATABASE_URL to restore it there")
        }
        Ok(Some(Kind::Sqlite)) if scaled => {
            format!("{name} is a backup of the embedded database; restore it without DATABASE_URL")
        }
        Ok(None) => format!("{name} is no backup: `plaza backup` makes them"),
        Ok(Some(_)) => return Ok(()),
    };
    Err(Refusal::new(Code::Invalid, message).into())
}

fn kind(file: &Path) -> std::io::Result<Option<Kind>> {
    let mut start = Vec::new();
    std::fs::File::open(file)?.take(16).read_to_end(&mut start)?;
    Ok(match start.as_slice() {
        b"SQLite format 3\0" => Some(Kind::Sqlite),
        [b'P', b'G', b'D', b'M', b'P', ..] => Some(Kind::Postgres),
        _ => None,
    })
}

/// Refuses to replace what somebody would miss.
fn demand_lost(what: &str, there: &Contents, force: bool) -> Result<()> {
    if force || there.is_empty() {
        return Ok(());
    }
    let message = format!(
        "{what} holds {}, which would be lost; add --force to replace it",
        there.sentence()
    );
    Err(Refusal::new(Code::Conflict, message).into())
}
