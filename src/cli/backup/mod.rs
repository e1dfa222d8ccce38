//! `plaza backup FILE`: one state of the database in a file, while servers go on.
//!
//! It is written beside its place under another name, read again to its end, and only then given its
//! name: whatever happens, a file of that name is a whole backup.

mod postgres;
mod sqlite;
mod target;

pub(super) use postgres::contents as postgres_contents;

use super::progress::Progress;
use super::{Failure, say};
use crate::app::Clock;
use crate::config::Config;
use crate::db::Contents;
use crate::error::{Code, Refusal};
use crate::gateways::postgres_tools::{PostgresTools, Told};
use clap::Args;
use indicatif::HumanBytes;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use target::Target;

/// How often the growth of a file is looked at
const LOOK: Duration = Duration::from_millis(200);

/// Arguments of `plaza backup`
#[derive(Args)]
#[command(after_help = "\
It holds one state of the whole database, taken while servers go on. It does not hold the secret that
signs tokens (secret in the data folder, or PLAZA_SECRET), so that whoever reads a backup can't sign in
as anybody: keep a copy of it apart. Restored without it, everybody has to sign in again. The file has
password hashes and addresses in it, and is made readable by its owner alone.

With DATABASE_URL it is written by pg_dump, which has to be of the server's version or newer.")]
pub struct BackupArgs {
    /// File to write
    file: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    tools: ToolArgs,
}

/// Where PostgreSQL's programs are
#[derive(Args)]
pub struct ToolArgs {
    /// Folder of pg_dump and pg_restore, such as /usr/lib/postgresql/17/bin, if not in PATH
    #[arg(long, value_name = "FOLDER")]
    tools: Option<PathBuf>,
}

impl From<ToolArgs> for PostgresTools {
    fn from(args: ToolArgs) -> Self {
        Self { folder: args.tools }
    }
}

/// Runs the command.
pub async fn run(args: BackupArgs) -> Result<(), Failure> {
    let config = Config::read()?;
    let (begun, at) = (Instant::now(), Clock::System.now());
    let database = config.data_dir.join("plaza.db");
    let target = Target::new(&args.file, args.force, &database)?;
    let file = target.begin()?;
    let tools = PostgresTools::from(args.tools);
    let write = async {
        match &config.database_url {
            Some(url) => postgres::write(url, tools, file.path()).await,
            None => sqlite::write(&database, file.path(), at).await,
        }
    };
    let contents: Contents = tokio::select! {
        written = write => written?,
        _ = tokio::signal::ctrl_c() => return Err(stopped().into()),
    };
    let bytes = target.keep(file)?;
    say(&format!(
        "{} holds {}: {}, written and read again in {:.1} s",
        target.path().display(),
        contents.sentence(),
        HumanBytes(bytes),
        begun.elapsed().as_secs_f64(),
    ));
    let secret = match &config.secret {
        Some(_) => "PLAZA_SECRET".to_owned(),
        None => config.data_dir.join("secret").display().to_string(),
    };
    say(&format!(
        "It does not hold the secret that signs tokens ({secret}): keep a copy of it apart"
    ));
    Ok(())
}

/// The operator has had enough.
pub(super) fn stopped() -> Refusal {
    Refusal::new(Code::Unavailable, "Stopped; nothing was kept")
}

/// Waits for work that writes a file, and shows how large the file is.
pub(super) async fn while_growing<T>(
    what: &str,
    (file, most): (&Path, u64),
    work: impl Future<Output = T>,
) -> T {
    let mut progress = Progress::start(what, most, "bytes");
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => {
                progress.finish();
                return done;
            }
            () = tokio::time::sleep(LOOK) => {
                progress.reach(std::fs::metadata(file).map_or(0, |file| file.len().min(most)));
            }
        }
    }
}

/// Shows how many tables a program of PostgreSQL's has begun, by its lines with this text.
pub(super) fn while_telling(what: &str, tables: u64, text: &'static str) -> Told {
    let mut progress = Progress::start(what, tables, "tables");
    Box::new(move |line| {
        if line.contains(text) {
            progress.advance(1);
        }
    })
}
