//! Asks the primary and each replica how far they are, four times a second, and keeps who may serve.
//!
//! Each is asked on its own: one that hangs keeps nobody waiting but itself.

use super::lag::Samples;
use super::life::Life;
use super::line::{Identity, Line};
use super::settings::Settings;
use crate::db::change::Changes;
use crate::db::position::WalPosition;
use crate::db::stats::Stats;
use futures_util::future::join_all;
use parking_lot::{Mutex, RwLock};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, interval};

/// How often each is asked
const EVERY: Duration = Duration::from_millis(250);
/// How long one is left alone that failed under statements while it answered us
const REST: Duration = Duration::from_secs(1);

/// Everything that is watched
pub(super) struct Watched {
    replicas: Vec<Replica>,
    primary: Mutex<Samples>,
    /// Which data the primary has, once it has said so
    identity: OnceLock<Identity>,
    /// Is told how far the primary's log had come
    changes: Arc<Changes>,
}

struct Replica {
    settings: Settings,
    /// None: down
    life: RwLock<Option<Arc<Life>>>,
}

/// What one loop knows of its replica
#[derive(Default)]
struct Known {
    /// What it had replayed when it was last asked
    replayed: Option<WalPosition>,
    /// It has the primary's data
    is_same: bool,
    /// Why it is down, as it was told in the log
    told: Option<String>,
    /// When it was dropped because statements failed
    failed: Option<Instant>,
}

impl Watched {
    pub(super) fn new(settings: Vec<Settings>, max_lag: Duration, changes: Arc<Changes>) -> Self {
        let replica = |settings| Replica { settings, life: RwLock::new(None) };
        Self {
            replicas: settings.into_iter().map(replica).collect(),
            primary: Mutex::new(Samples::over(max_lag + EVERY)),
            identity: OnceLock::new(),
            changes,
        }
    }

    /// Each by its number; None where it is down
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, Option<Arc<Life>>)> {
        self.replicas.iter().map(|replica| (&*replica.settings.label, replica.life()))
    }

    /// Those that are up
    pub(super) fn lives(&self) -> impl Iterator<Item = Arc<Life>> {
        self.replicas.iter().filter_map(Replica::life)
    }

    async fn keep_primary(&self, mut line: Line) {
        let mut ticks = ticks();
        loop {
            ticks.tick().await;
            if self.identity.get().is_none() {
                match line.identity().await {
                    Ok(identity) => self.identity.set(identity).unwrap_or_default(),
                    Err(err) => tracing::debug!(error = err, "the primary does not say what it is"),
                }
            }
            // Where it was a moment before it says so, it had come at most that far.
            let (asked, mark) = (Instant::now(), self.changes.now());
            if let Ok(position) = line.written().await {
                self.primary.lock().note(asked, position);
                self.changes.passed(position, mark);
            }
        }
    }

    async fn keep_replica(&self, replica: &Replica, mut line: Line) {
        let (mut ticks, mut known) = (ticks(), Known::default());
        loop {
            ticks.tick().await;
            let seen = self.look(&mut line, &mut known).await;
            let is_up = replica.heed(seen, self, &mut known);
            self.tell(replica, is_up, &known);
        }
    }

    /// What a replica has replayed, or why it can't serve
    async fn look(&self, line: &mut Line, known: &mut Known) -> Result<WalPosition, String> {
        let replayed = line
            .replayed()
            .await?
            .ok_or("it is a primary, not a replica: it replays nobody's log")?;
        known.replayed = Some(replayed);
        if !known.is_same {
            let primary = self.identity.get().ok_or("the primary has not answered yet")?;
            if !line.identity().await?.is(primary) {
                return Err("it has other data than the primary at DATABASE_URL".to_owned());
            }
            known.is_same = true;
        }
        Ok(replayed)
    }

    fn tell(&self, replica: &Replica, is_up: bool, known: &Known) {
        let label = replica.settings.label.to_string();
        metrics::gauge!("plaza_replica_up", "replica" => label.clone())
            .set(f64::from(u8::from(is_up)));
        if let Some(replayed) = known.replayed {
            let lag = self.primary.lock().lag(replayed);
            metrics::gauge!("plaza_replica_lag_seconds", "replica" => label).set(lag.seconds());
        }
    }
}

impl Replica {
    fn life(&self) -> Option<Arc<Life>> {
        self.life.read().clone().filter(|life| !life.is_lost())
    }

    /// Takes it in, drops it, or notes how far it is. Whether it is up
    fn heed(
        &self,
        seen: Result<WalPosition, String>,
        watched: &Watched,
        known: &mut Known,
    ) -> bool {
        let former = self.life.read().clone();
        let replayed = match (seen, former) {
            (Ok(replayed), Some(life)) if !life.is_lost() => {
                life.seen(replayed, watched.primary.lock().lag(replayed));
                return true;
            }
            (Ok(replayed), Some(life)) => {
                known.failed = Some(Instant::now());
                self.drop_life(&life, life.reason(), known);
                replayed
            }
            (Ok(replayed), None) => replayed,
            (Err(reason), former) => {
                // It may come back as something else.
                known.is_same = false;
                match former {
                    Some(life) => self.drop_life(&life, reason, known),
                    None => self.say(reason, known),
                }
                return false;
            }
        };
        if known.failed.is_some_and(|failed| failed.elapsed() < REST) {
            return false;
        }
        let lag = watched.primary.lock().lag(replayed);
        match Life::begin(&self.settings, replayed, lag) {
            Ok(life) => {
                *self.life.write() = Some(Arc::new(life));
                known.told = None;
                tracing::info!(
                    replica = &*self.settings.label,
                    at = self.settings.name,
                    "the replica is up"
                );
                true
            }
            Err(reason) => {
                self.say(reason, known);
                false
            }
        }
    }

    fn drop_life(&self, life: &Arc<Life>, reason: String, known: &mut Known) {
        life.lose(reason.clone());
        *self.life.write() = None;
        life.close();
        self.say(reason, known);
    }

    /// Says once why it is down.
    fn say(&self, reason: String, known: &mut Known) {
        if known.told.as_ref() != Some(&reason) {
            tracing::warn!(
                replica = &*self.settings.label,
                at = self.settings.name,
                reason,
                "the replica does not serve"
            );
            known.told = Some(reason);
        }
    }
}

/// Watches for ever.
pub(super) async fn keep(watched: Arc<Watched>, primary: String, stats: Arc<Stats>) {
    let bad = |reason: String| tracing::error!(reason, "a database's URL can't be used");
    let replicas = watched.replicas.iter().map(async |replica| {
        match Line::to(replica.settings.url.expose(), Arc::clone(&stats)) {
            Ok(line) => watched.keep_replica(replica, line).await,
            Err(reason) => bad(reason),
        }
    });
    let primary = async {
        match Line::to(&primary, Arc::clone(&stats)) {
            Ok(line) => watched.keep_primary(line).await,
            Err(reason) => bad(reason),
        }
    };
    tokio::join!(primary, join_all(replicas));
}

fn ticks() -> tokio::time::Interval {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
