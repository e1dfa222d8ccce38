//! Devices that mark messages as read, in any order, and look how far everybody has read.

use super::{READERS, Room, SENDERS, number, places};
use crate::support::id;
use crate::torture::pause;
use crate::torture::writer::until_answered;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::watch;

const LOOK: &str = "query($id: ID!) { node(id: $id) { ... on Conversation { unreadCount \
    lastMessage { position } participants { user { id } readUpTo deliveredUpTo } } } }";
const MARK: &str = "mutation($id: ID!, $to: Int!) { done: conversationMarkRead(id: $id, position: $to) { \
    conversation { unreadCount } userErrors { code message field } } }";

/// Longest pause between two looks
const REST: Duration = Duration::from_millis(200);

/// One of a person's devices
pub struct Device {
    room: Arc<Room>,
    /// Numbers of the person, and of the server that is asked first
    person: usize,
    server: usize,
    /// What any device of the person's has been told that was read
    marked: Arc<AtomicI64>,
}

impl Device {
    /// Two devices of each who only reads: at two servers, where there are two
    pub fn two_each(room: &Arc<Room>) -> impl Iterator<Item = Self> {
        (SENDERS..SENDERS + READERS).flat_map(move |person| {
            let marked = Arc::new(AtomicI64::new(0));
            let device = move |server| Self {
                room: Arc::clone(room),
                person,
                server,
                marked: Arc::clone(&marked),
            };
            (0..2).map(device)
        })
    }

    /// Marks and looks until the end: how often it looked.
    pub async fn run(self, mut end: watch::Receiver<()>) -> usize {
        let mut seen: HashMap<String, [i64; 2]> = HashMap::new();
        for turn in 0.. {
            self.mark().await;
            self.look(turn, &mut seen).await;
            tokio::select! {
                _ = end.changed() => return turn + 1,
                () = pause(REST) => {}
            }
        }
        unreachable!("turns don't end")
    }

    /// The end, as known here, or any position before it: many are lower than what was read already.
    async fn mark(&self) {
        let [kind, part] = plaza::app::random_bytes::<2>();
        let last = self.room.last.load(Ordering::SeqCst);
        let to = if kind % 2 == 0 { last } else { last * i64::from(part) / 255 };
        let variables = json!({ "id": self.room.talk, "to": to });
        let client = &self.room.people[self.person];
        until_answered(client, &self.room.servers, self.server, MARK, &variables).await;
        self.marked.fetch_max(to, Ordering::SeqCst);
    }

    /// Whoever looks later sees no less, on whichever server.
    async fn look(&self, turn: usize, seen: &mut HashMap<String, [i64; 2]>) {
        let (own, servers) = (&self.room.people[self.person], &self.room.servers);
        let marked = self.marked.load(Ordering::SeqCst);
        let client = own.speaking_to(&servers[(self.server + turn) % servers.len()]);
        let Some(data) = client.try_ask(LOOK, json!({ "id": self.room.talk })).await else {
            return;
        };
        let node = &data["node"];
        assert!(number(&node["unreadCount"]) >= 0);
        for participant in node["participants"].as_array().expect("people") {
            let (who, now) = (id(&participant["user"]), places(participant));
            let before = seen.insert(who.clone(), now).unwrap_or_default();
            assert!(now[0] >= before[0] && now[1] >= before[1], "{who}: {before:?}, then {now:?}");
            assert!(now[0] <= now[1], "{who} has read what has not come: {now:?}");
            assert!(who != own.id || now[0] >= marked, "{marked} was marked, and it is {now:?}");
        }
    }
}
