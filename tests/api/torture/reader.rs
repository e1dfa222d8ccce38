//! Streams that come back after every cut, and keep what they heard.

use crate::support::Client;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Follows one topic through all cuts.
pub struct Reader<E> {
    /// Servers that may be asked; the next one after each cut
    pub servers: Vec<String>,
    pub client: Client,
    pub query: &'static str,
    /// Root field of the query
    pub field: &'static str,
    /// Variables of the query, but for `after`
    pub variables: Value,
    /// What it keeps of an update that brings an event
    pub read: fn(&Value) -> E,
    pub name: usize,
}

/// One event, and when it was heard
#[derive(Debug)]
pub struct Heard<E> {
    pub event: E,
    pub at: Instant,
}

impl<E> Reader<E> {
    /// Listens until `enough` says how many there are and they have all been heard. `begun` is told
    /// once the first payload was.
    pub async fn run(
        self,
        begun: Arc<tokio::sync::Semaphore>,
        mut enough: watch::Receiver<Option<usize>>,
    ) -> Vec<Heard<E>> {
        let (mut heard, mut cursor): (Vec<Heard<E>>, Option<Value>) = (Vec::new(), None);
        for attempt in 0.. {
            let url = &self.servers[(self.name + attempt) % self.servers.len()];
            let Some(mut socket) = self.client.speaking_to(url).try_socket().await else {
                super::pause(Duration::from_millis(100)).await;
                continue;
            };
            let mut variables = self.variables.clone();
            variables["after"] = json!(cursor);
            socket.try_subscribe(self.query, variables).await;
            loop {
                if enough.borrow().is_some_and(|enough| heard.len() >= enough) {
                    return heard;
                }
                let data = tokio::select! {
                    data = socket.try_data() => data,
                    _ = enough.changed() => continue,
                };
                let Some(data) = data else { break };
                let update = &data[self.field];
                match update["kind"].as_str() {
                    Some("SNAPSHOT") if cursor.is_none() => begun.add_permits(1),
                    Some("EVENT") => {
                        heard.push(Heard { event: (self.read)(update), at: Instant::now() });
                    }
                    _ => panic!("neither an event nor the first payload: {update:#}"),
                }
                cursor = Some(update["cursor"].clone());
            }
        }
        unreachable!("attempts don't end")
    }
}
