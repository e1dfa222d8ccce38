//! A running Plaza for one test, and clients that speak to it.

mod client;
mod database;
mod endpoint;
mod events;
mod make;
mod mutate;
mod process;
mod redis;
mod refusal;
mod shop;
mod socket;

pub use client::Client;
pub use database::{Backend, Database};
pub use endpoint::{Answer, Endpoint};
pub use events::Events;
pub use make::{MakeListing, MakeOrder, MakeStore, global, id, row};
pub use mutate::{done, of_input, refused};
pub use process::{Process, free_port};
pub use redis::Redis;
pub use refusal::{message, refusals};
pub use shop::{Shop, step_by};
pub use socket::Socket;

use plaza::app::{App, Clock};
use plaza::config::Config;
use plaza::entities::UserRole;
use plaza::server;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// What has not come by then does not come
const PATIENCE: Duration = Duration::from_secs(15);

/// 2026-11-18T15:00:00Z, a Wednesday: 09:00 in Managua
pub const START_MICROS: i64 = 1_795_014_000_000_000;

/// No limits but those of signing in
const UNLIMITED: [(&str, &str); 4] = [
    ("PLAZA_LIMIT_ADDRESS", "off"),
    ("PLAZA_LIMIT_PERSON", "off"),
    ("PLAZA_LIMIT_SIGN_UP", "off"),
    ("PLAZA_LIMIT_QUESTIONS", "off"),
];

/// Plaza on a port and a database of its own
pub struct TestApp {
    /// The app itself, for what no client can see: statement counts, rows
    pub app: Arc<App>,
    /// `http://127.0.0.1:PORT`
    pub url: String,
    clock: Arc<AtomicI64>,
    stop: CancellationToken,
    served: tokio::task::JoinHandle<plaza::error::Result<()>>,
    database: Database,
    settings: Vec<(String, String)>,
}

impl TestApp {
    /// Starts Plaza with an empty, migrated database.
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, &[]).await
    }

    /// Starts Plaza with further settings.
    pub async fn start_with(backend: Backend, settings: &[(&str, &str)]) -> Self {
        let database = Database::make(backend).await;
        let folder = database.folder.path().display().to_string();
        let mut pairs = vec![
            ("PLAZA_DATA_DIR", folder.as_str()),
            ("PLAZA_SECRET", "a secret for tests alone, 32 bytes or more"),
            ("PLAZA_INTROSPECTION", "true"),
        ];
        // One address asks for all of it; tests of limits set their own. Those of jobs say who works.
        pairs.extend(UNLIMITED);
        pairs.push(("PLAZA_JOBS", "0"));
        if let Some(url) = &database.url {
            pairs.push(("DATABASE_URL", url));
        }
        pairs.extend_from_slice(settings);
        let owned = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let settings = owned.collect();
        let config = Config::from_pairs(pairs).expect("the settings hold");
        // As a process does that begins to log
        plaza::telemetry::metrics();
        let clock = Arc::new(AtomicI64::new(START_MICROS));
        let app =
            App::connect_at(config, Clock::Manual(Arc::clone(&clock))).await.expect("connects");
        plaza::cli::migrate_up(&app.db).await.expect("migrates");
        let address: SocketAddr = "127.0.0.1:0".parse().expect("an address");
        let listening = server::listen(address, app.config.tls.as_ref()).await.expect("listens");
        let scheme = if app.config.tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listening.address);
        let stop = CancellationToken::new();
        let served = tokio::spawn(server::serve(Arc::clone(&app), listening, stop.clone()));
        Self { app, url, clock, stop, served, database, settings }
    }

    /// Stops the server and removes the database.
    pub async fn finish(self) {
        self.stop_and_look(async |_| {}).await;
    }

    /// Stops the server, looks at what it left, and removes the database.
    pub async fn stop_and_look(self, look: impl AsyncFnOnce(&App)) {
        self.stop.cancel();
        self.served.await.expect("does not panic").expect("serves to the end");
        look(&self.app).await;
        self.app.db.close().await;
        self.database.remove().await;
    }

    /// What it was set up with, as the environment has it: for a process on the same database
    pub fn settings(&self) -> Vec<(String, String)> {
        self.settings.clone()
    }

    /// Moves the clock to the machine's, so that tokens are good for other processes.
    pub fn come_to_the_present(&self) {
        self.go_to(Clock::System.now().0);
    }

    /// Moves the clock to an instant, in microseconds since 1970.
    pub fn go_to(&self, micros: i64) {
        self.clock.store(micros, Ordering::SeqCst);
    }

    /// Lets time pass.
    pub fn pass_seconds(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// Somebody who is not signed in
    pub fn guest(&self) -> Client {
        Client::new(&self.url, None)
    }

    /// A new member with this handle, signed in
    pub async fn member(&self, handle: &str) -> Client {
        self.person(handle, UserRole::Member).await
    }

    /// A new administrator, signed in
    pub async fn admin(&self) -> Client {
        self.person("the-admin", UserRole::Admin).await
    }

    /// Statements that a piece of work ran, with nothing in memory at its beginning
    pub async fn statements<T>(&self, work: impl Future<Output = T>) -> (u64, T) {
        self.app.db.changes().forget();
        let before = self.app.db.stats().statements().0;
        let done = work.await;
        (self.app.db.stats().statements().0 - before, done)
    }
}

/// Runs a test in which no database has a part on SQLite alone, with further settings.
pub async fn on_one(settings: &[(&str, &str)], test: impl AsyncFnOnce(&TestApp)) {
    let app = TestApp::start_with(Backend::Sqlite, settings).await;
    test(&app).await;
    app.finish().await;
}

/// Waits until something holds.
pub async fn until(holds: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < PATIENCE, "it does not come to hold");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How many times the usual amount a long test does: `PLAZA_TORTURE=10` asks for ten times as much.
#[expect(clippy::disallowed_methods, reason = "a longer run is asked for by the environment")]
pub fn times() -> usize {
    std::env::var("PLAZA_TORTURE").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

/// Declares a test that holds on both databases: `sqlite::name` and `postgres::name`
macro_rules! on_both {
    ($(#[$attribute:meta])* async fn $name:ident($app:ident: &TestApp) $body:block) => {
        mod $name {
            use super::*;
            use crate::support::{Backend, TestApp};

            async fn run($app: &TestApp) $body

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let app = TestApp::start(Backend::Sqlite).await;
                run(&app).await;
                app.finish().await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let app = TestApp::start(Backend::Postgres).await;
                run(&app).await;
                app.finish().await;
            }
        }
    };
}

pub(crate) use on_both;
