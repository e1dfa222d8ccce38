//! Streams that come back after every cut, and keep what they heard.

use crate::support::Client;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Follows one topic through all cuts.
pub struct Reader {
    /// Servers that may be asked; the next one after each cut
    pub servers: Vec<String>,
    pub client: Client,
    pub query: &'static str,
    /// Root field of the query
    pub field: &'static str,
    pub id: String,
    pub name: usize,
}

/// One event: the order, the version that it came to, and when it was heard
#[derive(Debug)]
pub struct Heard {
    pub event: (String, i64),
    pub at: Instant,
}

impl Reader {
    /// Listens until `enough` says how many there are and they have all been heard. `begun` is told
    /// once the first payload was.
    pub async fn run(
        self,
        begun: Arc<tokio::sync::Semaphore>,
        mut enough: watch::Receiver<Option<usize>>,
    ) -> Vec<Heard> {
        let (mut heard, mut cursor): (Vec<Heard>, Option<Value>) = (Vec::new(), None);
        for attempt in 0.. {
            let url = &self.servers[(self.name + attempt) % self.servers.len()];
            let Some(mut socket) = self.client.speaking_to(url).try_socket().await else {
                super::pause(Duration::from_millis(100)).await;
                continue;
            };
            socket.try_subscribe(self.query, json!({ "id": self.id, "after": cursor })).await;
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
                        heard.push(Heard { event: event(update), at: Instant::now() });
                    }
                    _ => panic!("neither an event nor the first payload: {update:#}"),
                }
                cursor = Some(update["cursor"].clone());
            }
        }
        unreachable!("attempts don't end")
    }
}

fn event(update: &Value) -> (String, i64) {
    let order = update["order"]["id"].as_str().expect("an order").to_owned();
    (order, update["event"]["version"].as_i64().expect("a version"))
}
