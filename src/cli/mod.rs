//! Commands, a file each. `--help` teaches; what a command says goes to the terminal, what a
//! server says to its log.

mod audit;
mod backup;
mod check;
mod documents;
mod import;
mod jobs;
mod keys;
mod migrate;
mod partition;
mod progress;
mod restore;
mod schema;
mod seed;
mod serve;
mod survey;
mod worker;

pub use migrate::up as migrate_up;
pub use seed::demo as fill_with_demo;

use crate::app::App;
use crate::config::{Config, ConfigError};
use crate::entities::Timestamp;
use crate::error::Error;
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// GraphQL backend for local commerce
#[derive(Parser)]
#[command(name = "plaza", version, arg_required_else_help = true, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Start here:
  plaza serve --demo          serve a market with demo data on http://localhost:8000
  plaza check                 say what is configured, and try every connection

Without configuration Plaza keeps its data in ./data, with SQLite inside. DATABASE_URL=postgres://…
makes it run on PostgreSQL. Settings come from the environment or from plaza.toml; `plaza check
--help` lists them.";

#[derive(Subcommand)]
enum Command {
    /// Serve the API
    Serve(serve::ServeArgs),
    /// Run jobs, beside servers or in their place
    Worker(worker::WorkerArgs),
    /// Say how jobs stand, give them up, have them tried again
    Jobs(jobs::JobsArgs),
    /// Bring the database's schema up to date, back, or say where it is
    Migrate(migrate::MigrateArgs),
    /// Part orders by month, on PostgreSQL, and make months ahead
    Partition(partition::PartitionArgs),
    /// Fill the database with made-up data, as much as asked for
    Seed(seed::SeedArgs),
    /// Bring listings from a file into a store
    Import(import::ImportArgs),
    /// Publish what clients may run, and see what they do
    Documents(documents::DocumentsArgs),
    /// Make and revoke keys of partners
    Keys(keys::KeysArgs),
    /// Say who signed in, who was given or lost a right, what was published
    Audit(audit::AuditArgs),
    /// Write the whole database to a file, while servers go on
    Backup(backup::BackupArgs),
    /// Make the database what a backup holds
    Restore(restore::RestoreArgs),
    /// Print the GraphQL schema
    Schema,
    /// Check the configuration and try every connection
    Check(check::CheckArgs),
}

/// How a command ends badly
pub enum Failure {
    /// The configuration can't be used
    Config(ConfigError),
    /// Something refused or failed
    Error(Error),
    /// Done, but the answer is no: this exit code, and the report is out already
    Code(u8),
}

impl From<ConfigError> for Failure {
    fn from(err: ConfigError) -> Self {
        Self::Config(err)
    }
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(err: E) -> Self {
        Self::Error(err.into())
    }
}

/// Parses the command line and runs the command.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(err) => return fail(&format!("The runtime can't start: {err}"), 1),
    };
    match runtime.block_on(run(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Code(code)) => ExitCode::from(code),
        Err(Failure::Config(err)) => fail(&err.to_string(), 78),
        Err(Failure::Error(err)) => fail(&sentence(&err), 1),
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Schema => {
            schema::run();
            Ok(())
        }
        Command::Audit(args) => audit::run(args).await,
        Command::Backup(args) => backup::run(args).await,
        Command::Restore(args) => restore::run(args).await,
        Command::Check(args) => check::run(args).await,
        Command::Serve(args) => serve::run(args).await,
        Command::Migrate(args) => migrate::run(args).await,
        Command::Partition(args) => partition::run(args).await,
        Command::Seed(args) => seed::run(args).await,
        Command::Import(args) => import::run(args).await,
        Command::Documents(args) => documents::run(args).await,
        Command::Keys(args) => keys::run(args).await,
        Command::Worker(args) => worker::run(args).await,
        Command::Jobs(args) => jobs::run(args).await,
    }
}

/// The app of a command that needs no server
async fn connect() -> Result<Arc<App>, Failure> {
    open(Config::read()?).await
}

/// The app of a configuration, its database's schema as this version has it
async fn open(config: Config) -> Result<Arc<App>, Failure> {
    let app = App::connect(config).await?;
    // The embedded database is ours alone; a shared one is migrated on purpose.
    if app.config.is_scaled() {
        migrate::demand_current(&app.db).await?;
    } else {
        migrate::up(&app.db).await?;
    }
    Ok(app)
}

/// Until the process is told to stop
async fn wait_for_signal(stop: CancellationToken) {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        tracing::warn!("signals can't be heard; the process stops by being killed only");
        return;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping: what is under way finishes");
    stop.cancel();
}

/// An error as the operator at the terminal reads it
fn sentence(err: &Error) -> String {
    match err {
        Error::Refused(refusals) => {
            refusals.iter().map(|r| r.message.as_ref()).collect::<Vec<_>>().join("\n")
        }
        Error::Denied(message) => (*message).to_owned(),
        Error::Fault(fault) => fault.for_operator(),
    }
}

#[expect(clippy::print_stderr, reason = "what a command says goes to the terminal")]
fn fail(message: &str, code: u8) -> ExitCode {
    eprintln!("{message}");
    ExitCode::from(code)
}

/// A moment as lists for people show it
fn minute(at: Timestamp) -> String {
    at.to_utc().format("%Y-%m-%d %H:%M").to_string()
}

/// Tells the person at the terminal how it goes; what a command answers goes to [`say`].
#[expect(clippy::print_stderr, reason = "what a command says goes to the terminal")]
fn tell(message: &str) {
    eprintln!("{message}");
}

/// Says something to the terminal. A reader that left, such as `head`, is no failure of ours.
fn say(message: &str) {
    use std::io::Write;
    writeln!(std::io::stdout(), "{message}").ok();
}
