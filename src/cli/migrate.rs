//! `plaza migrate up|down|status`: the database's schema.

use super::{Failure, say, tell};
use crate::config::Config;
use crate::db::{Db, Patience, Steps};
use crate::error::{Code, Refusal, Result};
use clap::{Args, Subcommand};
use std::time::Duration;

/// How long a server waits at its start for another that changes the schema
const AT_START: Duration = Duration::from_secs(60);

/// Arguments of `plaza migrate`
#[derive(Args)]
pub struct MigrateArgs {
    #[command(subcommand)]
    direction: Direction,
}

#[derive(Subcommand)]
enum Direction {
    /// Take every step that is missing. Any number of nodes may run it at once
    Up {
        #[command(flatten)]
        waiting: Waiting,
    },
    /// Undo steps, the last first. Data in what they made is lost
    Down {
        /// How many
        #[arg(long, default_value_t = 1)]
        steps: u32,
        /// Undo without asking: the data is lost
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        waiting: Waiting,
    },
    /// Say which steps are taken
    Status,
}

#[derive(Args)]
struct Waiting {
    /// How long to wait for another node that does the same, and for tables that are in use
    #[arg(long, value_name = "SPAN", default_value = "2m", value_parser = humantime::parse_duration)]
    wait: Duration,
}

impl Waiting {
    fn patience(&self) -> Patience<'static> {
        Patience { wait: self.wait, tell: &tell }
    }
}

/// Runs the command.
pub async fn run(args: MigrateArgs) -> std::result::Result<(), Failure> {
    let config = Config::read()?;
    let db = Db::connect(&config.database(), 2).await?;
    match args.direction {
        Direction::Up { waiting } => {
            let taken = db.steps_up(&waiting.patience()).await?;
            say(&format!("{taken} steps taken; the database is up to date"));
        }
        Direction::Down { yes: false, .. } => {
            let message =
                "Undoing a step drops its tables and the data in them; add --yes to do it";
            return Err(Refusal::new(Code::Required, message).into());
        }
        Direction::Down { steps, yes: true, waiting } => {
            let undone = db.steps_down(steps, &waiting.patience()).await?;
            say(&format!("{undone} steps undone"));
        }
        Direction::Status => {
            let steps = db.steps().await?;
            for (name, taken) in &steps.known {
                say(&format!("{}  {name}", if *taken { "taken  " } else { "missing" }));
            }
            for name in &steps.newer {
                say(&format!("newer    {name}, which this version does not know"));
            }
        }
    }
    db.close().await;
    Ok(())
}

/// Takes every step that is missing. A schema that is newer than this binary and lacks nothing of its
/// own is left as it is: an older server goes on beside those that replace it.
pub async fn up(db: &Db) -> Result<()> {
    let steps = db.steps().await?;
    if !steps.newer.is_empty() {
        return demand(&steps);
    }
    let tell = |message: &str| tracing::info!("{message}");
    db.steps_up(&Patience { wait: AT_START, tell: &tell }).await?;
    Ok(())
}

/// Refuses a database whose schema lacks what this binary needs. Its steps
pub async fn demand_current(db: &Db) -> Result<Steps> {
    let steps = db.steps().await?;
    demand(&steps)?;
    if db.has_epoch().await? {
        return Ok(steps);
    }
    let message = "The database was brought back from a backup, and has no epoch yet; run `plaza \
                   migrate up` first";
    Err(Refusal::new(Code::Conflict, message).into())
}

fn demand(steps: &Steps) -> Result<()> {
    match (steps.missing(), steps.newer.len()) {
        (0, 0) => Ok(()),
        (0, newer) => {
            tracing::warn!(
                schema.newer = newer,
                "the database's schema is newer than this version, and served all the same"
            );
            Ok(())
        }
        (missing, _) => {
            let message =
                format!("The database misses {missing} schema steps; run `plaza migrate up` first");
            Err(Refusal::new(Code::Conflict, message).into())
        }
    }
}
