//! Streams of the conversation and of inboxes, which come back after every cut.

use super::{Room, SENDERS, number, places};
use crate::support::{TestApp, id, row};
use crate::torture::reader::{Heard, Reader};
use plaza::db::Reads;
use plaza::entities::{ConversationId, UserId};
use plaza::events::Topic;
use sea_orm::TryGetable;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

/// Streams of the conversation
pub const TALKS: usize = 8;
/// Whose inboxes are followed: two who write, and two who only read
pub const INBOXES: [usize; 4] = [0, 1, SENDERS, SENDERS + 1];

const TALK: &str = "subscription($id: ID!, $after: String) { conversationUpdates(id: $id, after: $after) { \
    kind cursor change { __typename ... on MessageSent { message { position } } \
    ... on ReadMoved { user { id } readUpTo deliveredUpTo } } } }";
const INBOX: &str = "subscription($after: String) { inboxUpdates(after: $after) { \
    kind cursor unreadCount message { position } } }";

/// What a stream told
#[derive(Debug)]
pub enum Told {
    /// A message, by its position
    Sent(i64),
    /// How far somebody has read, and received; nobody in an inbox, which tells of its owner alone
    Read(String, [i64; 2]),
}

/// What the streams heard, each in its order
pub struct Overheard {
    pub talks: Vec<Vec<Told>>,
    pub inboxes: Vec<Vec<Told>>,
}

/// Streams that listen through all cuts
pub struct Streams {
    talks: Vec<Stream>,
    inboxes: Vec<Stream>,
}

struct Stream {
    topic: Topic,
    /// Number of the topic's last event when it began
    from: i64,
    enough: watch::Sender<Option<usize>>,
    heard: JoinHandle<Vec<Heard<Told>>>,
}

impl Streams {
    /// Once all of them listen.
    pub async fn open(app: &TestApp, room: &Room) -> Self {
        let (mut talks, mut inboxes) = (Vec::new(), Vec::new());
        let topic = Topic::Conversation(ConversationId(row(&room.talk)));
        for name in 0..TALKS {
            let variables = json!({ "id": room.talk });
            let reader = reader(room, name, (TALK, "conversationUpdates"), variables, change);
            talks.push(Stream::open(app, topic, reader).await);
        }
        for name in INBOXES {
            let inbox = Topic::Inbox(UserId(row(&room.people[name].id)));
            let reader = reader(room, name, (INBOX, "inboxUpdates"), json!({}), news);
            inboxes.push(Stream::open(app, inbox, reader).await);
        }
        Self { talks, inboxes }
    }

    /// Once all of them have heard everything that is in the log.
    pub async fn finish(self, app: &TestApp) -> Overheard {
        let mut heard = Overheard { talks: Vec::new(), inboxes: Vec::new() };
        for stream in self.talks {
            heard.talks.push(stream.finish(app).await);
        }
        for stream in self.inboxes {
            heard.inboxes.push(stream.finish(app).await);
        }
        heard
    }
}

impl Stream {
    async fn open(app: &TestApp, topic: Topic, reader: Reader<Told>) -> Self {
        let (enough, told) = watch::channel(None);
        let begun = Arc::new(Semaphore::new(0));
        let heard = tokio::spawn(reader.run(Arc::clone(&begun), told));
        begun.acquire().await.expect("open").forget();
        Self { topic, from: last_event(app, topic).await, enough, heard }
    }

    async fn finish(self, app: &TestApp) -> Vec<Told> {
        let events = last_event(app, self.topic).await - self.from;
        self.enough.send(Some(usize::try_from(events).expect("few"))).expect("it listens");
        let heard = self.heard.await.expect("listens to the end");
        assert_eq!(i64::try_from(heard.len()).expect("few"), events, "no more than there was");
        heard.into_iter().map(|heard| heard.event).collect()
    }
}

fn reader(
    room: &Room,
    name: usize,
    (query, field): (&'static str, &'static str),
    variables: Value,
    read: fn(&Value) -> Told,
) -> Reader<Told> {
    let (servers, client) = (room.servers.clone(), room.people[name].clone());
    Reader { servers, client, query, field, variables, read, name }
}

async fn last_event(app: &TestApp, topic: Topic) -> i64 {
    let reader = app.app.db.reader();
    let mut sql = reader.sql("SELECT seq FROM topic WHERE name = ");
    sql.bind(topic.name());
    let row = reader.one(sql).await.expect("reads").expect("something happened");
    i64::try_get_by_index(&row, 0).expect("a number")
}

/// What an update of the conversation tells
fn change(update: &Value) -> Told {
    let change = &update["change"];
    match change["__typename"].as_str() {
        Some("MessageSent") => Told::Sent(number(&change["message"]["position"])),
        Some("ReadMoved") => Told::Read(id(&change["user"]), places(change)),
        _ => panic!("neither a message nor a place: {update:#}"),
    }
}

/// What an update of an inbox tells
fn news(update: &Value) -> Told {
    match update["message"]["position"].as_i64() {
        Some(position) => Told::Sent(position),
        None => Told::Read(String::new(), [0; 2]),
    }
}
