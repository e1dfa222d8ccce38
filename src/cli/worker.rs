//! `plaza worker`: runs jobs until it is told to stop, without serving the API.

use super::{Failure, open, wait_for_signal};
use crate::config::Config;
use crate::error::{Code, Refusal};
use crate::jobs::{self, Crew};
use crate::{server, telemetry};
use clap::Args;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Arguments of `plaza worker`
#[derive(Args)]
#[command(after_help = "\
Servers run jobs, too, PLAZA_JOBS at a time; with PLAZA_JOBS=0 they leave them to workers. Any number
of workers may run. One that dies in the middle of a job loses it to another within some 20 seconds,
which goes on where it came to.")]
pub struct WorkerArgs {
    /// Jobs at a time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    at_once: u16,
    /// Only these kinds, separated by commas; all that this version knows if left out
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    kinds: Vec<String>,
    /// Answer /health, /ready and /metrics here, such as 0.0.0.0:9100
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

/// Runs the command.
pub async fn run(args: WorkerArgs) -> Result<(), Failure> {
    let config = Config::read()?;
    let telemetry = telemetry::start(&config)?;
    let crew = crew(&args)?;
    let app = open(config).await?;
    let stop = CancellationToken::new();
    let told = tokio::spawn(wait_for_signal(stop.clone()));
    let figures = match args.listen {
        Some(address) => {
            let listening = server::listen(address, None).await?;
            tracing::info!(listen = %listening.address, "figures are served");
            Some(tokio::spawn(server::serve_figures(Arc::clone(&app), listening, stop.clone())))
        }
        None => None,
    };
    tracing::info!(database = ?app.db.dialect(), version = env!("CARGO_PKG_VERSION"), "Plaza is working");
    jobs::work_with_clock(Arc::clone(&app), crew, stop).await;
    if let Some(figures) = figures {
        figures.await.ok();
    }
    told.abort();
    app.db.close().await;
    drop(telemetry);
    Ok(())
}

fn crew(args: &WorkerArgs) -> Result<Crew, Refusal> {
    let known = jobs::all();
    let names: Vec<_> = known.iter().map(|job| job.kind()).collect();
    if let Some(kind) = args.kinds.iter().find(|kind| !names.contains(&kind.as_str())) {
        let message = format!(
            "This version knows no job of the kind \"{kind}\"; it knows {}",
            names.join(", ")
        );
        return Err(Refusal::new(Code::Invalid, message));
    }
    let wanted = |kind: &str| args.kinds.is_empty() || args.kinds.iter().any(|one| one == kind);
    Ok(Crew::of(known.into_iter().filter(|job| wanted(job.kind())), args.at_once.into()))
}
