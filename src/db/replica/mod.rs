//! Replicas: which of them serves a request, if any.
//!
//! - `watch`: asks each how far it is, takes it in and drops it
//! - `line`: the connection by which it is asked
//! - `lag`: how far behind it is, in time
//! - `life`: one that is up: its connections, and the statements that it is asked
//! - `settings`: one as it was configured

mod lag;
mod life;
mod line;
mod settings;
mod watch;

pub(super) use life::Chosen;

use super::connect::Db;
use super::pool::Connections;
use super::position::WalPosition;
use super::reader::Reader;
use super::stats::Stats;
use crate::config::ReplicaConfig;
use line::Line;
use settings::{Settings, name};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::AbortHandle;
use watch::Watched;

/// All replicas of a database, watched as long as this is held
pub(super) struct Replicas {
    watched: Arc<Watched>,
    /// One that is further behind serves nobody
    max_lag: Duration,
    /// Requests so far: they are dealt out in turn
    turns: AtomicUsize,
    watching: AbortHandle,
}

/// How a replica is
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicaState {
    /// It serves
    Up,
    /// It answers, and is too far behind to serve
    Behind,
    /// It does not answer, or is none
    Down,
}

/// What was found where a replica should be
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplicaFound {
    /// A replica of this database
    Replica,
    /// A server that replays nobody's log
    Primary,
    /// A replica of other data
    Stranger,
    /// Nothing, for this reason
    Nothing(String),
}

impl Replicas {
    fn start(primary: &str, config: &ReplicaConfig, connections: u32, db: &Db) -> Self {
        let stats = &db.stats;
        let settings = config.urls.iter().zip(1..).map(|(url, number)| Settings {
            label: number.to_string().into(),
            name: name(url.expose()),
            url: url.clone(),
            connections,
            stats: Arc::clone(stats),
        });
        let watched =
            Arc::new(Watched::new(settings.collect(), config.max_lag, Arc::clone(db.changes())));
        let watch = watch::keep(Arc::clone(&watched), primary.to_owned(), Arc::clone(stats));
        Self {
            watched,
            max_lag: config.max_lag,
            turns: AtomicUsize::new(0),
            watching: tokio::spawn(watch).abort_handle(),
        }
    }

    /// One that has replayed that far, and is not too far behind
    fn choose(&self, position: Option<WalPosition>) -> Option<Chosen> {
        let fit = self.watched.lives().filter_map(|life| {
            // Read once: it is what the choice rests on.
            let replayed = life.replayed();
            let knows = position.is_none_or(|position| replayed >= position);
            (knows && life.is_within(self.max_lag)).then_some((life, replayed))
        });
        let mut fit: Vec<_> = fit.collect();
        let turn = self.turns.fetch_add(1, Ordering::Relaxed).checked_rem(fit.len())?;
        let (life, replayed) = fit.swap_remove(turn);
        Some(Chosen::new(life, replayed))
    }

    /// Open and idle connections of all of them
    pub(super) fn connections(&self) -> Connections {
        let all = self.watched.lives().map(|life| life.connections());
        all.fold(Connections::default(), |sum, one| Connections {
            open: sum.open + one.open,
            idle: sum.idle + one.idle,
            most: sum.most + one.most,
        })
    }

    fn states(&self) -> Vec<(String, ReplicaState)> {
        let state = |up: Option<Arc<life::Life>>| match up {
            Some(life) if life.is_within(self.max_lag) => ReplicaState::Up,
            Some(_) => ReplicaState::Behind,
            None => ReplicaState::Down,
        };
        self.watched.all().map(|(label, life)| (label.to_owned(), state(life))).collect()
    }

    /// Watches no longer, and closes all connections.
    pub(super) fn close(&self) {
        self.watching.abort();
        self.watched.lives().for_each(|life| life.close());
    }
}

impl Drop for Replicas {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

impl Db {
    /// The same database with its replicas, which are watched from now on. One that is away is taken
    /// in when it comes.
    #[must_use]
    pub fn with_replicas(
        mut self,
        primary: &str,
        config: &ReplicaConfig,
        connections: u32,
    ) -> Self {
        if !config.urls.is_empty() {
            let replicas = Replicas::start(primary, config, connections, &self);
            self.replicas = Some(Arc::new(replicas));
        }
        self
    }

    /// For a query that has to see everything up to a position: it reads a replica that has replayed
    /// that far, or else the primary. A choice is for one request, whose statements should see one state.
    pub fn nearby(&self, position: Option<WalPosition>) -> Reader {
        let chosen = self.replicas.as_ref().and_then(|replicas| replicas.choose(position));
        match chosen {
            Some(replica) => self.reader().nearby(replica),
            None => self.reader().clone(),
        }
    }

    /// How each replica is, by its number
    pub fn replicas(&self) -> Vec<(String, ReplicaState)> {
        self.replicas.as_ref().map(|replicas| replicas.states()).unwrap_or_default()
    }
}

/// Where a replica is, without password, and what is found there.
pub async fn find_replica(primary: &str, url: &str) -> (String, ReplicaFound) {
    let look = async {
        let stats = Arc::new(Stats::default());
        let mut replica = Line::to(url, Arc::clone(&stats))?;
        if replica.replayed().await?.is_none() {
            return Ok(ReplicaFound::Primary);
        }
        let data = Line::to(primary, stats)?.identity().await?;
        let same = replica.identity().await?.is(&data);
        Ok::<_, String>(if same { ReplicaFound::Replica } else { ReplicaFound::Stranger })
    };
    (name(url), look.await.unwrap_or_else(ReplicaFound::Nothing))
}
