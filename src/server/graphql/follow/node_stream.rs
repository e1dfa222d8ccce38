//! One stream of nodes that change: each as it is, and then whenever what is selected of it is another.
//!
//! That a node may have changed is noticed by what caches go by (`db::Changes`) for rows that are kept,
//! and by the log for orders, conversations and jobs. Then it is read, and told where the payload is
//! another than the one before: so nothing is told twice, and where too much is noticed, nothing is
//! told. Where this server does not hear what others write, all nodes are looked at every few seconds.

use super::Payload;
use super::make::Maker;
use crate::db::{Changes, Mark, Table};
use crate::error::Result;
use crate::events::{Follower, Heard, Topic};
use crate::schema::{Source, Turn};
use crate::services::viewer_again;
use async_graphql::ID;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

/// How often all nodes are looked at where this server does not hear what others write
const LOOK: Duration = Duration::from_secs(5);

/// A follower on its way to what happens next
type Hearing = BoxFuture<'static, (Follower, Result<Heard>)>;

/// One stream of nodes
pub struct NodeStream {
    maker: Maker,
    nodes: Vec<Followed>,
    /// Nodes that may have changed, by their places
    due: BTreeSet<usize>,
    /// Those that a topic tells of
    topics: HashMap<Topic, Vec<usize>>,
    hearing: FuturesUnordered<Hearing>,
    changed: watch::Receiver<u64>,
    begun: bool,
    looked: Instant,
}

struct Followed {
    id: ID,
    row: Option<(Table, Uuid)>,
    /// Before this it was read last
    mark: Mark,
    /// Hash of what was told
    told: Option<[u8; 32]>,
}

impl NodeStream {
    pub fn new(maker: Maker, nodes: Vec<(ID, Source)>) -> Self {
        let changes = maker.gate.app.db.changes();
        let mut topics: HashMap<Topic, Vec<usize>> = HashMap::new();
        let followed = |(at, (id, source)): (usize, (ID, Source))| {
            let row = match source {
                Source::Row(table, row) => Some((table, row)),
                Source::Topic(topic) => {
                    topics.entry(topic).or_default().push(at);
                    None
                }
            };
            Followed { id, row, mark: Mark::ALWAYS, told: None }
        };
        let nodes: Vec<_> = nodes.into_iter().enumerate().map(followed).collect();
        Self {
            due: (0..nodes.len()).collect(),
            nodes,
            topics,
            hearing: FuturesUnordered::new(),
            changed: changes.watch(),
            maker,
            begun: false,
            looked: Instant::now(),
        }
    }

    pub async fn next(&mut self) -> Result<Payload> {
        if !self.begun {
            self.begin().await?;
        }
        loop {
            while let Some(at) = self.due.pop_first() {
                if let Some(body) = self.look(at).await? {
                    return Ok(Payload::Next { body, cursor: None });
                }
            }
            self.wait().await?;
        }
    }

    /// Listens to the topics from now on, before anything of them is read.
    async fn begin(&mut self) -> Result<()> {
        let app = &self.maker.gate.app;
        for topic in self.topics.keys() {
            let mut follower = app.log.hub().follow(*topic);
            let number = app.log.number(app.db.reader(), *topic).await?;
            follower.begin(number);
            self.hearing.push(hear(follower));
        }
        self.begun = true;
        Ok(())
    }

    /// The payload of a node, if it is another than the one that was told.
    async fn look(&mut self, at: usize) -> Result<Option<Arc<[u8]>>> {
        let app = Arc::clone(&self.maker.gate.app);
        // Whoever was signed out, suspended or lost a role hears by what they are now.
        self.maker.viewer = viewer_again(&app, &self.maker.viewer).await?;
        let Some(node) = self.nodes.get_mut(at) else { return Ok(None) };
        // In this order: what changes from here on is noticed.
        node.mark = app.db.changes().now();
        let (body, _) = self.maker.make(Turn::Node(node.id.clone()), app.db.reader().clone()).await;
        let hash: [u8; 32] = Sha256::digest(&body).into();
        Ok((node.told.replace(hash) != Some(hash)).then_some(body))
    }

    /// Waits until something may have changed.
    async fn wait(&mut self) -> Result<()> {
        let app = &self.maker.gate.app;
        let deaf = app.db.changes().is_deaf()
            || (app.config.is_scaled() && app.config.redis_url.is_none());
        let look = self.looked + LOOK;
        tokio::select! {
            heard = self.hearing.next(), if !self.hearing.is_empty() => {
                if let Some((mut follower, heard)) = heard {
                    let topic = follower.topic();
                    let heard = heard?;
                    if matches!(heard, Heard::Gap) {
                        follower.begin(app.log.number(app.db.reader(), topic).await?);
                    }
                    // What passes changes nothing.
                    if !matches!(heard, Heard::Passing(_)) {
                        self.due.extend(self.topics.get(&topic).into_iter().flatten());
                    }
                    self.hearing.push(hear(follower));
                }
            }
            changed = self.changed.changed() => {
                // The sender lives as long as the database.
                if changed.is_ok() {
                    let changes = Arc::clone(app.db.changes());
                    self.note(&changes);
                }
            }
            () = tokio::time::sleep_until(look), if deaf => {
                self.looked = Instant::now();
                self.due.extend(0..self.nodes.len());
            }
        }
        Ok(())
    }

    /// Notes whose rows have changed since they were read.
    fn note(&mut self, changes: &Changes) {
        let changed = |node: &Followed| {
            node.row.is_some_and(|(table, row)| changes.row_since(table, row, node.mark))
        };
        let places = self.nodes.iter().enumerate().filter(|(_, node)| changed(node));
        self.due.extend(places.map(|(at, _)| at).collect::<Vec<_>>());
    }
}

fn hear(mut follower: Follower) -> Hearing {
    async move {
        let heard = follower.next().await;
        (follower, heard)
    }
    .boxed()
}
