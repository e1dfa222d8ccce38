//! Plaza inside this program, served as `plaza serve` does: on threads of its own, over a socket, on a
//! small database that is made anew each time and holds the same each time.

use crate::apart::Apart;
use crate::client::Client;
use crate::engine::{Engine, Place};
use crate::people::{Counter, Market, told};
use crate::postgres::Watch;
use crate::seeded;
use anyhow::{Context, Result};
use plaza::app::App;
use plaza::config::Config;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Listings of the database
const LISTINGS: u32 = 10_000;
/// Orders of the one whose orders are listed
const ORDERS: usize = 12;

/// A running Plaza, and who asks
pub struct Plaza {
    pub app: Arc<App>,
    pub address: SocketAddr,
    /// Access token of somebody who has ordered
    pub buyer: String,
    /// Where another one orders; taken by whoever measures it
    pub counter: Option<Counter>,
    place: Place,
    core: Apart,
    runtime: Runtime,
    stop: CancellationToken,
    served: JoinHandle<plaza::error::Result<()>>,
}

impl Plaza {
    /// Fills a database and serves it.
    ///
    /// # Errors
    /// The database can't be made, or not served.
    pub fn start(options: &super::Options, engine: Engine) -> Result<Self> {
        let place = Place::new(engine, &options.folder, "quick", options.postgres.as_deref())?;
        let looking = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let database = looking.block_on(Watch::of(&place))?.map(|watch| watch.postmaster());
        // Before any thread is started, and one thread for requests: what waits for what is the same on
        // every machine.
        let core = Apart::on_one(database)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("plaza")
            .enable_all()
            .build()?;
        let binary = std::path::absolute(&options.plaza)?;
        let stop = CancellationToken::new();
        let (app, address, served, market) = runtime.block_on(async {
            seeded::prepare(&binary, &place, LISTINGS, true).await?;
            let market = Market::open(&place, 1, 1, 2).await?;
            let (app, address, served) = serve(&place, stop.clone()).await?;
            anyhow::Ok((app, address, served, market))
        })?;
        let (buyer, counter) = runtime.block_on(order(market, address))?;
        let counter = Some(counter);
        Ok(Self { app, address, buyer, counter, place, core, runtime, stop, served })
    }

    /// Stops, and removes the database.
    ///
    /// # Errors
    /// It did not serve to its end.
    pub fn stop(self) -> Result<()> {
        self.stop.cancel();
        self.runtime.block_on(async {
            self.served.await?.map_err(told)?;
            self.app.db.close().await;
            self.place.remove().await
        })?;
        drop(self.core);
        Ok(())
    }
}

type Serving = (Arc<App>, SocketAddr, JoinHandle<plaza::error::Result<()>>);

async fn serve(place: &Place, stop: CancellationToken) -> Result<Serving> {
    let mut settings = place.settings();
    // The same on both databases
    settings.push(("PLAZA_INTROSPECTION", "false".to_owned()));
    settings.push(("PLAZA_LOG", "info,poem=warn,sqlx=off,plaza::db::stats=off".to_owned()));
    let pairs = settings.iter().map(|(name, value)| (*name, value.as_str()));
    let config = Config::from_pairs(pairs).map_err(|err| anyhow::anyhow!("{err}"))?;
    // Logs and figures are written in production too. Of two Plazas the first sets it up.
    let telemetry = plaza::telemetry::start(&config).map_err(told)?;
    let app = App::connect(config).await.map_err(told)?;
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listening = plaza::server::listen(any, None).await.map_err(told)?;
    let address = listening.address;
    let serving = Arc::clone(&app);
    let served = tokio::spawn(async move {
        let served = plaza::server::serve(serving, listening, stop).await;
        drop(telemetry);
        served
    });
    Ok((app, address, served))
}

/// One of two people orders a few times: the token of that one, and a counter for the other.
async fn order(mut market: Market, address: SocketAddr) -> Result<(String, Counter)> {
    let mut client = Client::connect(address).await?;
    let buyer = market.buyers.pop().context("nobody orders")?;
    let other = std::mem::replace(&mut market.buyers, vec![buyer.clone()]);
    let counter = market.counters(&mut client).await?.pop().context("no store")?;
    for _ in 0..ORDERS {
        counter.place(&mut client, "").await?;
    }
    market.buyers = other;
    let counter = market.counters(&mut client).await?.pop().context("no store")?;
    Ok((buyer, counter))
}
