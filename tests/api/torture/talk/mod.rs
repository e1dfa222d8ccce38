//! Fifty people write into one conversation while servers are killed: positions without gap or double,
//! streams that hear all of them in order, read positions that never go back.

mod check;
mod device;
mod sender;
mod stream;

use super::pause;
use crate::support::{Backend, Client, Process, Redis, TestApp, done, id, times};
use device::Device;
use sender::Sender;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use stream::Streams;
use tokio::sync::watch;

/// People who write
const SENDERS: usize = 50;
/// People who only mark messages as read, each on two devices
const READERS: usize = 6;
/// Messages of all together
const MESSAGES: usize = 1000;
const KILLS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_is_whole_though_its_server_is_killed() {
    let app = TestApp::start(Backend::Sqlite).await;
    app.come_to_the_present();
    let server = Process::start(&app, &[]).await;
    talk(&app, vec![server]).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_is_whole_though_its_two_servers_are_killed_in_turn() {
    let redis = Redis::start(&[]).await;
    let app = TestApp::start(Backend::Postgres).await;
    app.come_to_the_present();
    let url = format!("redis://{}", redis.address());
    let settings = [("REDIS_URL", url.as_str())];
    let servers =
        vec![Process::start(&app, &settings).await, Process::start(&app, &settings).await];
    talk(&app, servers).await;
    app.finish().await;
}

/// Everybody writes, and servers are killed one after the other, over and over.
async fn talk(app: &TestApp, mut servers: Vec<Process>) {
    let (messages, kills) = (times() * MESSAGES, times() * KILLS);
    let room = Arc::new(Room::open(app, &servers).await);
    let streams = Streams::open(app, &room).await;
    let (end, ended) = watch::channel(());
    let devices: Vec<_> =
        Device::two_each(&room).map(|one| tokio::spawn(one.run(ended.clone()))).collect();
    let begun = Instant::now();
    let senders: Vec<_> =
        Sender::all(&room, messages / SENDERS).map(|one| tokio::spawn(one.run())).collect();
    for kill in 1..=kills {
        room.reaches(kill * messages / (kills + 1)).await;
        pause(Duration::from_millis(50)).await;
        let count = servers.len();
        let server = &mut servers[kill % count];
        server.kill();
        pause(Duration::from_millis(300)).await;
        server.restart().await;
    }
    let mut sent = Vec::new();
    for sender in senders {
        sent.extend(sender.await.expect("sends to the end"));
    }
    let took = begun.elapsed();
    drop((end, ended));
    let mut looks = 0;
    for device in devices {
        looks += device.await.expect("reads to the end");
    }
    let ended = Instant::now();
    let heard = streams.finish(app).await;
    let behind = ended.elapsed();
    check::all(app, &room, &sent, &heard).await;
    let repeats: usize = sent.iter().map(|one| one.repeats).sum();
    println!(
        "{messages} messages and {kills} kills in {took:?}, {repeats} sent again; {looks} looks at \
         read positions, {} events in the conversation; streams done {behind:?} later",
        heard.talks[0].len()
    );
}

/// The conversation, and who is in it
struct Room {
    people: Vec<Client>,
    /// Global id
    talk: String,
    servers: Vec<String>,
    /// Messages that were acknowledged
    sent: AtomicUsize,
    /// The last position that anybody was told of
    last: AtomicI64,
}

impl Room {
    async fn open(app: &TestApp, servers: &[Process]) -> Self {
        let mut people = Vec::new();
        for at in 0..SENDERS + READERS {
            people.push(app.member(&format!("vecino-{at}")).await);
        }
        let others: Vec<&String> = people[1..].iter().map(|person| &person.id).collect();
        let input = json!({ "kind": "GROUP", "participantIds": others, "title": "Barrio" });
        let started = people[0].mutate("conversationStart", input, "conversation { id }").await;
        Self {
            talk: id(&done(started)["conversation"]),
            people,
            servers: servers.iter().map(|server| server.url.clone()).collect(),
            sent: AtomicUsize::new(0),
            last: AtomicI64::new(0),
        }
    }

    /// Waits until so many messages were acknowledged.
    async fn reaches(&self, sent: usize) {
        while self.sent.load(Ordering::SeqCst) < sent {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// How far somebody has read, and received
fn places(of: &Value) -> [i64; 2] {
    ["readUpTo", "deliveredUpTo"].map(|field| number(&of[field]))
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("a number was expected: {value}"))
}
