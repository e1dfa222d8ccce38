//! A reply as it is written: whole for whoever follows, from whichever server, cut and come back.

use super::{alone, put};
use crate::support::{
    Answer, Backend, Client, Endpoint, Process, Redis, Socket, TestApp, done, on_one,
};
use serde_json::{Value, json};
use std::time::Duration;

const TALK: &str = "subscription($id: ID!, $after: String) { conversationUpdates(id: $id, after: $after) { \
    kind cursor conversation { lastMessage { author body } } change { __typename \
    ... on MessageSent { message { author body status } } \
    ... on MessageChanged { message { author body status } } \
    ... on MessageChunk { messageId index offset text } } } }";

/// Somebody who follows a conversation, and the reply as they see it
struct Watcher {
    socket: Socket,
    cursor: Value,
    /// UTF-16, as JavaScript has it
    text: Vec<u16>,
    chunks: usize,
    /// The reply as the log tells it in the end, and its state
    end: Option<(String, String)>,
}

impl Watcher {
    async fn follow(client: &Client, talk: &str, after: &Value, text: Vec<u16>) -> Self {
        let mut socket = client.socket().await;
        socket.subscribe("1", TALK, json!({ "id": talk, "after": after })).await;
        Self { socket, cursor: after.clone(), text, chunks: 0, end: None }
    }

    /// Hears one update.
    async fn hear(&mut self) {
        let update = self.socket.data("1").await["conversationUpdates"].clone();
        self.cursor = update["cursor"].clone();
        let utf16 =
            |text: &Value| text.as_str().unwrap_or_default().encode_utf16().collect::<Vec<_>>();
        let change = &update["change"];
        if update["kind"] == "SNAPSHOT" {
            let last = &update["conversation"]["lastMessage"];
            if last["author"] == "ASSISTANT" {
                self.text = utf16(&last["body"]);
            }
        } else if change["__typename"] == "MessageChunk" {
            let offset = change["offset"].as_u64().expect("a number");
            let offset = usize::try_from(offset).expect("a place");
            assert!(offset <= self.text.len(), "a gap before {offset}: {change:#}");
            self.text.truncate(offset);
            self.text.extend(utf16(&change["text"]));
            self.chunks += 1;
        } else if change["__typename"] == "MessageChanged" {
            let text = |field: &str| change["message"][field].as_str().expect("a text").to_owned();
            self.end = Some((text("body"), text("status")));
        }
    }

    async fn until(&mut self, chunks: usize) {
        while self.chunks < chunks {
            self.hear().await;
        }
    }

    /// Listens to the end: the pieces made the whole, from its beginning and without a gap. Only the last
    /// ones may be overtaken by the end, which has them all.
    async fn finish(mut self, whole: &str) {
        while self.end.is_none() {
            self.hear().await;
        }
        let seen = String::from_utf16(&self.text).expect("whole characters");
        assert!(!seen.is_empty() && whole.starts_with(&seen), "by pieces: {seen}");
        assert_eq!(self.end, Some((whole.to_owned(), "SENT".to_owned())), "by the log");
    }
}

/// A reply of some seconds, with letters of one to four bytes, and its text
fn slow(pieces: usize) -> (Answer, String) {
    let words: Vec<String> = (0..pieces).map(|n| format!("ñandú {n} 🦀\n")).collect();
    let answer = words
        .iter()
        .fold(Answer::stream(), |answer, word| answer.says(word).waits(Duration::from_millis(60)));
    (answer.waits(Duration::from_millis(300)).stops(), words.concat())
}

/// Two servers on one database and one Redis, which ask this endpoint
async fn two_servers(endpoint: &Endpoint, redis: &Redis) -> (TestApp, [Process; 2]) {
    let app = TestApp::start(Backend::Postgres).await;
    app.come_to_the_present();
    let url = format!("redis://{}", redis.address());
    let mut settings = endpoint.settings().to_vec();
    settings.push(("REDIS_URL", &url));
    let servers = [Process::start(&app, &settings).await, Process::start(&app, &settings).await];
    (app, servers)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_comes_in_pieces_that_make_the_whole() {
    let (answer, whole) = slow(20);
    let endpoint = Endpoint::start([answer]).await;
    on_one(&endpoint.settings(), async |app| {
        let ana = app.member("ana").await;
        let talk = alone(&ana).await;
        let mut watcher = Watcher::follow(&ana, &talk, &Value::Null, Vec::new()).await;
        watcher.hear().await;
        done(put(&ana, &talk, "Hola").await);
        watcher.until(3).await;
        // Whoever comes in the middle, or comes again, sees all of it.
        let late = Watcher::follow(&ana, &talk, &Value::Null, Vec::new()).await;
        let again = Watcher::follow(&ana, &talk, &watcher.cursor, Vec::new()).await;
        tokio::join!(watcher.finish(&whole), late.finish(&whole), again.finish(&whole));
        // Nobody else is told: pieces are in no inbox, and strangers follow nothing.
        let mut stranger = app.member("zoila").await.socket().await;
        stranger.subscribe("1", TALK, json!({ "id": talk })).await;
        assert_eq!(stranger.error("1").await["extensions"]["code"], "NOT_FOUND");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_is_watched_from_the_other_server_cut_and_resumed() {
    let (answer, whole) = slow(100);
    let (endpoint, redis) = tokio::join!(Endpoint::start([answer]), Redis::start(&[]));
    let (app, [one, other]) = two_servers(&endpoint, &redis).await;
    let ana = app.member("ana").await;
    let (writes, watches) = (one.client(&ana), other.client(&ana));
    let talk = alone(&writes).await;
    let mut phone = Watcher::follow(&watches, &talk, &Value::Null, Vec::new()).await;
    let mut laptop = Watcher::follow(&watches, &talk, &Value::Null, Vec::new()).await;
    phone.hear().await;
    laptop.hear().await;
    done(put(&writes, &talk, "Hola").await);
    phone.until(5).await;
    // It is away for longer than a store takes, and knows what it had.
    let (cursor, text) = (phone.cursor.clone(), phone.text.clone());
    drop(phone);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let mut phone = Watcher::follow(&watches, &talk, &cursor, text).await;
    phone.until(1).await;
    drop(phone.socket);
    let phone = Watcher::follow(&watches, &talk, &cursor, phone.text).await;
    tokio::join!(phone.finish(&whole), laptop.finish(&whole));
    drop((one, other));
    app.finish().await;
}

/// Pieces are lost with Redis; the text so far is in the database, and the end in the log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_is_whole_on_the_other_server_though_redis_dies() {
    let (answer, whole) = slow(60);
    let (endpoint, mut redis) = tokio::join!(Endpoint::start([answer]), Redis::start(&[]));
    let (app, [one, other]) = two_servers(&endpoint, &redis).await;
    let ana = app.member("ana").await;
    let (writes, watches) = (one.client(&ana), other.client(&ana));
    let talk = alone(&writes).await;
    let mut phone = Watcher::follow(&watches, &talk, &Value::Null, Vec::new()).await;
    phone.hear().await;
    done(put(&writes, &talk, "Hola").await);
    phone.until(3).await;
    redis.kill();
    while phone.end.is_none() {
        phone.hear().await;
    }
    assert_eq!(phone.end, Some((whole, "SENT".to_owned())));
    drop((one, other));
    app.finish().await;
}
