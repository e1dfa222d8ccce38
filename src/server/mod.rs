//! The doors: the only place that knows poem. Routes, middleware, start and graceful stop.

mod accept;
mod assets;
mod compression;
mod cors;
mod door;
mod graphql;
mod guard;
mod health;
mod identity;
mod metrics;
mod middleware;
mod source;
mod tls;

pub use tls::Certificate;

use crate::app::{App, report};
use crate::config::TlsConfig;
use crate::error::{Error, Fault, Result};
use crate::jobs::{self, Crew};
use crate::schema::Schemas;
use crate::services;
pub use graphql::{Inspected, Inspector, without_kind};

use accept::Connections;
use door::Door;
use graphql::{Gate, GraphqlEndpoint};
use poem::error::NotFoundError;
use poem::{EndpointExt, IntoEndpoint, Route, Server, get};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long requests may take to finish once the server is told to stop
const DRAIN: Duration = Duration::from_secs(20);
/// A connection that says nothing this long is closed
const IDLE: Duration = Duration::from_secs(75);
/// What was let in just before the server stops is read within this time: hyper ends a connection
/// that it has read nothing of, although a request may be in it
const SETTLE: Duration = Duration::from_millis(100);

/// A bound socket, not served yet
pub struct Listening {
    connections: Connections,
    tls: Option<Arc<tls::Shown>>,
    /// Shuts the door when it is cancelled
    shut: CancellationToken,
    /// Where it listens: the port that was chosen, where 0 was asked for
    pub address: SocketAddr,
}

/// Binds the configured address, for TLS where there is a certificate.
///
/// # Errors
/// The address is taken or not ours; refused where the certificate can't be used.
pub async fn listen(address: SocketAddr, tls: Option<&TlsConfig>) -> Result<Listening> {
    let tls = tls.map(tls::Shown::read).transpose()?;
    let fault = |err: std::io::Error| {
        Error::from(Fault::new("listening on the address", format!("{address}: {err}")))
    };
    let door = Door::open(address).await.map_err(fault)?;
    let (bound, shut) = (door.address(), door.key());
    let connections = match &tls {
        Some(shown) => Connections::Tls(tls::Handshakes::start(door, shown)?),
        None => Connections::Plain(door),
    };
    Ok(Listening { connections, tls, shut, address: bound })
}

/// Serves until told to stop, then lets requests finish and ends streams.
///
/// # Errors
/// The socket failed.
pub async fn serve(app: Arc<App>, listening: Listening, stop: CancellationToken) -> Result<()> {
    let gate = gate(&app, stop.clone());
    let sockets = gate.sockets.clone();
    gate.refresh().await?;
    let trusting = tokio::spawn({
        let gate = Arc::clone(&gate);
        async move { graphql::trusted_keep(&gate).await }
    });
    let upkeep = tokio::spawn({
        let gate = Arc::clone(&gate);
        metrics::upkeep(stop.clone(), move || gate.tell())
    });
    let routes = routes(Arc::clone(&app), gate);
    let renewing = listening.tls.map(|shown| tokio::spawn(tls::renew(shown, stop.clone())));
    let kept = Arc::clone(&app);
    let last = Arc::clone(&app);
    let keeping = tokio::spawn(async move {
        tokio::join!(
            services::presence_keep(&kept),
            services::deliveries_keep(&kept),
            services::uses_keep(&kept),
        )
    });
    let working = (app.config.jobs.at_once > 0).then(|| {
        let crew = Crew::of(jobs::all(), app.config.jobs.at_once);
        tokio::spawn(jobs::work_with_clock(Arc::clone(&app), crew, stop.clone()))
    });
    let drained = CancellationToken::new();
    let replying = tokio::spawn(services::replies_write(Arc::clone(&app), drained.clone()));
    let served = Server::new_with_acceptor(listening.connections)
        .name("plaza")
        .idle_timeout(IDLE)
        .run_with_graceful_shutdown(routes, stopping(app, stop, listening.shut), Some(DRAIN))
        .await;
    // The library does not wait for sockets.
    sockets.close();
    tokio::time::timeout(DRAIN, sockets.wait()).await.ok();
    drained.cancel();
    replying.await.ok();
    if let Some(working) = working {
        working.await.ok();
    }
    upkeep.abort();
    keeping.abort();
    trusting.abort();
    renewing.inspect(JoinHandle::abort);
    report(&services::uses_write(&last).await);
    report(&services::operations_write(&last).await);
    served.map_err(|err| Fault::new("serving", err).into())
}

/// Serves `/health`, `/ready` and `/metrics` alone, until told to stop.
///
/// # Errors
/// The socket failed.
pub async fn serve_figures(
    app: Arc<App>,
    listening: Listening,
    stop: CancellationToken,
) -> Result<()> {
    let upkeep = tokio::spawn(metrics::upkeep(stop.clone(), || ()));
    let shut = listening.shut;
    let stopping = async move {
        stop.cancelled().await;
        shut.cancel();
    };
    let served = Server::new_with_acceptor(listening.connections)
        .name("plaza")
        .idle_timeout(IDLE)
        .run_with_graceful_shutdown(figures(app), stopping, Some(DRAIN))
        .await;
    upkeep.abort();
    served.map_err(|err| Fault::new("serving figures", err).into())
}

fn figures(app: Arc<App>) -> Route {
    Route::new()
        .at("/health", get(health::alive))
        .at("/ready", get(health::ready).data(Arc::clone(&app)))
        .at("/metrics", get(metrics::render).data(app))
}

/// Waits until the server is told to stop: nobody comes any more, and whoever is here goes, then.
async fn stopping(app: Arc<App>, stop: CancellationToken, shut: CancellationToken) {
    stop.cancelled().await;
    shut.cancel();
    let (ended, ()) = tokio::join!(services::presence_end(&app), tokio::time::sleep(SETTLE));
    report(&ended);
}

fn gate(app: &Arc<App>, stop: CancellationToken) -> Arc<Gate> {
    let schemas = Schemas::new(app.config.introspection);
    Arc::new(Gate::new(Arc::clone(app), schemas, stop))
}

fn routes(app: Arc<App>, gate: Arc<Gate>) -> impl IntoEndpoint {
    let config = app.config.clone();
    let root = if config.introspection { get(assets::graphiql) } else { get(assets::no_graphiql) };
    figures(Arc::clone(&app))
        .at("/", root)
        .at("/assets/*path", get(assets::asset))
        .at("/dashboard", get(assets::dashboard))
        .at("/dashboard/*path", get(assets::dashboard))
        .at("/graphql", GraphqlEndpoint(Arc::clone(&gate)))
        .at("/graphql/:id", GraphqlEndpoint(gate))
        .catch_error(|_: NotFoundError| async { assets::nothing() })
        .around(compression::compress)
        .with(cors::Cors(config.cors_origins))
        .around(middleware::watch)
        .with(source::Sources(config.trusted_proxies.into()))
}
