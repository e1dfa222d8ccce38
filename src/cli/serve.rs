//! `plaza serve [--demo]`: serves the API until it is told to stop.

use super::{Failure, migrate, say, survey};
use crate::app::App;
use crate::config::Config;
use crate::{server, telemetry};
use clap::Args;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Arguments of `plaza serve`
#[derive(Args)]
pub struct ServeArgs {
    /// Bring the schema up to date, fill an empty database with demo data, and print sign-ins
    #[arg(long)]
    demo: bool,
}

/// Runs the command.
pub async fn run(args: ServeArgs) -> Result<(), Failure> {
    let config = Config::read()?;
    let telemetry = telemetry::start(&config)?;
    let app = App::connect(config).await?;
    // The embedded database is ours alone; a shared one is migrated on purpose.
    if args.demo || !app.config.is_scaled() {
        migrate::up(&app.db).await?;
    } else {
        migrate::demand_current(&app.db).await?;
    }
    if args.demo {
        super::seed::demo(&app).await?;
        super::documents::publish_demo(&app).await?;
    }
    let listening = server::listen(app.config.listen, app.config.tls.as_ref()).await?;
    greet(&app, &listening, args.demo);
    let stop = CancellationToken::new();
    let told = tokio::spawn(super::wait_for_signal(stop.clone()));
    let survey = tokio::spawn(survey::upkeep(Arc::clone(&app), stop.clone()));
    let served = server::serve(Arc::clone(&app), listening, stop).await;
    told.abort();
    survey.abort();
    app.db.close().await;
    drop(telemetry);
    Ok(served?)
}

fn greet(app: &App, listening: &server::Listening, demo: bool) {
    let scheme = if app.config.tls.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{}", listening.address);
    tracing::info!(listen = %listening.address, database = ?app.db.dialect(), version = env!("CARGO_PKG_VERSION"), "Plaza is serving");
    if !demo {
        return;
    }
    say(&format!(
        "\n  Plaza is serving\n\n    GraphiQL   {url}/\n    Dashboard  {url}/dashboard\n    API        {url}/graphql\n    Figures    {url}/metrics\n"
    ));
    say("  Sign in as (password plaza-demo-2026)\n");
    for (handle, phone, who) in [
        ("ana", "+50588880001", "buys"),
        ("bruno", "+50588880002", "owns the store cafeteria-central"),
        ("carla", "+50588880003", "is a veterinary specialist"),
        ("admin", "+50588880009", "administers the platform"),
    ] {
        say(&format!("    {handle:<6} {phone}   {who}"));
    }
    say("\n  Ctrl-C stops it.\n");
}
