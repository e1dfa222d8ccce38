//! What every request needs, built once from the configuration: database, clock, ids, keys.
//!
//! Time, randomness and ids come from here alone, so that tests can hand in their own.

use crate::cache::Rows;
use crate::config::{Config, Secret};
use crate::db::Db;
use crate::entities::Timestamp;
use crate::error::{Error, Fault, Result};
use crate::events::{Hub, Log};
use crate::limits::Limits;
use rand::Rng;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::{ContextV7, Uuid};

/// Plaza, running
pub struct App {
    /// How it was set up
    pub config: Config,
    /// Where the data lives
    pub db: Db,
    /// Rows that are kept in memory; None: turned off
    pub rows: Option<Arc<Rows>>,
    /// What time it is
    pub clock: Clock,
    /// New ids
    pub ids: Ids,
    /// Key that signs tokens and cursors
    pub secret: Secret,
    /// Passwords to and from hashes
    pub passwords: crate::services::Passwords,
    /// Access and refresh tokens
    pub tokens: crate::services::Tokens,
    /// How far a client has to see
    pub positions: crate::services::Positions,
    /// What has happened, for whoever follows it
    pub log: Log,
    /// Rung when a job was queued here
    pub jobs: crate::jobs::queue::Doorbell,
    /// How much anybody may ask for
    pub limits: Limits,
    /// Live sessions, for many who come at once
    pub sessions: crate::services::Sessions,
    /// Who may follow what
    pub rights: crate::services::Rights,
    /// Messages that have come to somebody, to be written down
    pub deliveries: crate::services::Deliveries,
    /// Uses of documents and fields, to be written down
    pub uses: crate::services::Uses,
    /// Uses of API keys, to be written down
    pub key_uses: crate::services::KeyUses,
    /// What operations took, to be written down
    pub operations: crate::services::Operations,
    /// Settings that hold for all servers
    pub settings: crate::services::Settings,
    /// Questions to the assistant that wait for their replies
    pub replies: crate::services::Replies,
    /// The language model, where there is one
    pub assistant: crate::gateways::assistant::Assistant,
}

impl App {
    /// Connects to everything the configuration names.
    ///
    /// # Errors
    /// A dependency can't be reached, or the data folder can't be written.
    pub async fn connect(config: Config) -> Result<Arc<Self>> {
        Self::connect_at(config, Clock::System).await
    }

    /// As [`App::connect`], by a clock of the caller's.
    ///
    /// # Errors
    /// As [`App::connect`].
    pub async fn connect_at(config: Config, clock: Clock) -> Result<Arc<Self>> {
        // The table of the world's phone numbers takes some 50 ms to unpack: not in somebody's sign-up.
        tokio::task::spawn_blocking(|| crate::rules::account::phone("+50588880001").is_ok());
        let (url, connections) = (config.database(), config.database_connections);
        let db = Db::connect(&url, connections).await?;
        let db = db.with_replicas(&url, &config.replicas, connections);
        let secret = match &config.secret {
            Some(secret) => secret.clone(),
            None => kept_secret(&config.data_dir)
                .map_err(|e| Error::from(Fault::new("keeping the secret", e)))?,
        };
        let draw = || u64::from_le_bytes(random_bytes());
        let assistant =
            crate::gateways::assistant::Assistant::new(config.assistant.as_ref(), draw)?;
        let redis = config.redis_url.as_ref().map(Secret::expose);
        let server = Uuid::from_bytes(random_bytes());
        let limited = clock.clone();
        let limits = Limits::start(config.limits, redis, move || limited.now());
        let changes = db.changes();
        let hub = Arc::new(Hub::start(db.reader().clone(), changes, server, redis));
        let rows = || Arc::new(Rows::new(&config.cache, Arc::clone(changes)));
        let rows = config.cache.rows.then(rows);
        Ok(Arc::new(Self {
            log: Log::new(db.clone(), hub),
            jobs: crate::jobs::queue::Doorbell::default(),
            limits,
            sessions: crate::services::Sessions::start(db.reader().clone(), clock.clone()),
            rights: crate::services::Rights::start(db.reader().clone(), clock.clone()),
            db,
            rows,
            ids: Ids::new(clock.clone()),
            clock,
            passwords: crate::services::Passwords::new(),
            tokens: crate::services::Tokens::new(&secret),
            positions: crate::services::Positions::new(&secret),
            secret,
            deliveries: crate::services::Deliveries::default(),
            uses: crate::services::Uses::default(),
            key_uses: crate::services::KeyUses::default(),
            operations: crate::services::Operations::default(),
            settings: crate::services::Settings::default(),
            replies: crate::services::Replies::default(),
            assistant,
            config,
        }))
    }
}

/// The secret of embedded mode: made at the first start, readable by its owner alone. Of several that
/// start at once one makes it, whole, and the others read it.
fn kept_secret(folder: &Path) -> std::io::Result<Secret> {
    use std::io::Write;
    let path = folder.join("secret");
    if let Some(secret) = read_secret(&path)? {
        return Ok(secret);
    }
    std::fs::create_dir_all(folder)?;
    let mut made = tempfile::NamedTempFile::with_prefix_in(".secret-", folder)?;
    made.write_all(random_hex::<32>().as_bytes())?;
    made.as_file().sync_all()?;
    match made.persist_noclobber(&path) {
        Err(err) if err.error.kind() != std::io::ErrorKind::AlreadyExists => return Err(err.error),
        _ => {}
    }
    read_secret(&path)?.ok_or_else(|| std::io::ErrorKind::NotFound.into())
}

/// None: there is none yet.
fn read_secret(path: &Path) -> std::io::Result<Option<Secret>> {
    match std::fs::read_to_string(path) {
        Ok(text) if text.trim().len() >= 32 => Ok(Some(Secret::new(text.trim()))),
        Ok(_) => {
            Err(std::io::Error::other(format!("{} is too short to be a secret", path.display())))
        }
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(err) => Err(err),
    }
}

/// Logs the fault of work that nobody waits for, where it failed of one.
pub fn report(done: &Result<()>) {
    if let Err(Error::Fault(fault)) = done {
        fault.report(random_hex::<8>);
    }
}

/// Bytes that nobody can guess
#[expect(clippy::disallowed_methods, reason = "this is where randomness is handed out")]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// Random bytes in hexadecimal
pub fn random_hex<const N: usize>() -> String {
    hex(&random_bytes::<N>())
}

/// Bytes in hexadecimal
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Where the time comes from
#[derive(Clone)]
pub enum Clock {
    /// The machine's
    System,
    /// A test's: microseconds since 1970, moved by hand
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// This instant
    #[expect(clippy::disallowed_methods, reason = "this is where time is handed out")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => chrono::Utc::now().into(),
            Self::Manual(micros) => Timestamp(micros.load(Ordering::Relaxed)),
        }
    }
}

/// Where new ids come from: UUID v7, growing with time and within a millisecond
pub struct Ids {
    clock: Clock,
    context: parking_lot::Mutex<ContextV7>,
}

impl Ids {
    /// Ids that grow with this clock
    pub fn new(clock: Clock) -> Self {
        Self { clock, context: parking_lot::Mutex::new(ContextV7::new()) }
    }

    /// An id nobody has
    pub fn next(&self) -> Uuid {
        let now = self.clock.now().0;
        let seconds = u64::try_from(now.div_euclid(1_000_000)).unwrap_or_default();
        let nanos = u32::try_from(now.rem_euclid(1_000_000) * 1000).unwrap_or_default();
        let context = self.context.lock();
        Uuid::new_v7(uuid::Timestamp::from_unix(&*context, seconds, nanos))
    }
}
