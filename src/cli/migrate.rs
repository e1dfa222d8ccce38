//! `plaza migrate up|down|status`: the database's schema.

use super::{Failure, say};
use crate::config::Config;
use crate::db::Db;
use crate::error::{Code, Fault, Refusal, Result};
use clap::{Args, Subcommand};
use migration::{MigrationStatus, Migrator, MigratorTrait};

/// Arguments of `plaza migrate`
#[derive(Args)]
pub struct MigrateArgs {
    #[command(subcommand)]
    direction: Direction,
}

#[derive(Subcommand)]
enum Direction {
    /// Take every step that is missing
    Up,
    /// Undo steps, the last first. Data in what they made is lost
    Down {
        /// How many
        #[arg(long, default_value_t = 1)]
        steps: u32,
        /// Undo without asking: the data is lost
        #[arg(long)]
        yes: bool,
    },
    /// Say which steps are taken
    Status,
}

/// Runs the command.
pub async fn run(args: MigrateArgs) -> std::result::Result<(), Failure> {
    let config = Config::read()?;
    let db = Db::connect(&config.database(), 1).await?;
    match args.direction {
        Direction::Up => {
            let missing = pending(&db).await?;
            up(&db).await?;
            say(&format!("{missing} steps taken; the database is up to date"));
        }
        Direction::Down { yes: false, .. } => {
            let message =
                "Undoing a step drops its tables and the data in them; add --yes to do it";
            return Err(Refusal::new(Code::Required, message).into());
        }
        Direction::Down { steps, yes: true } => {
            let missing = pending(&db).await?;
            Migrator::down(db.raw_writer(), Some(steps))
                .await
                .map_err(|err| Fault::new("undoing a step", err))?;
            say(&format!("{} steps undone", pending(&db).await? - missing));
        }
        Direction::Status => {
            for step in Migrator::get_migration_with_status(db.raw_writer()).await.map_err(fault)? {
                let taken = match step.status() {
                    MigrationStatus::Applied => "taken  ",
                    MigrationStatus::Pending => "missing",
                };
                say(&format!("{taken}  {}", step.name()));
            }
        }
    }
    db.close().await;
    Ok(())
}

/// Takes every step that is missing.
pub async fn up(db: &Db) -> Result<()> {
    Migrator::up(db.raw_writer(), None).await.map_err(fault)?;
    Ok(())
}

/// Refuses a database whose schema is not this binary's.
pub async fn demand_current(db: &Db) -> Result<()> {
    match pending(db).await? {
        0 => Ok(()),
        missing => {
            let message =
                format!("The database misses {missing} schema steps; run `plaza migrate up` first");
            Err(Refusal::new(Code::Conflict, message).into())
        }
    }
}

async fn pending(db: &Db) -> Result<usize> {
    let steps = Migrator::get_migration_with_status(db.raw_writer()).await.map_err(fault)?;
    Ok(steps.iter().filter(|step| step.status() == MigrationStatus::Pending).count())
}

fn fault(err: sea_orm::DbErr) -> Fault {
    Fault::new("bringing the database up to date", err)
}
