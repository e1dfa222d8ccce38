//! The bell between servers: Redis, a Cluster, and neither.

use super::STORE;
use crate::support::{Backend, Client, Process, Redis, Shop, Socket, TestApp};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Two servers on one PostgreSQL, with a bell between them
struct Pair {
    app: TestApp,
    shop: Shop,
    one: Process,
    other: Process,
}

impl Pair {
    async fn start(redis: &str) -> Self {
        let app = TestApp::start(Backend::Postgres).await;
        app.come_to_the_present();
        let shop = Shop::open(&app).await;
        let settings = [("REDIS_URL", redis)];
        let one = Process::start(&app, &settings).await;
        let other = Process::start(&app, &settings).await;
        Self { app, shop, one, other }
    }

    async fn finish(self) {
        drop((self.one, self.other));
        self.app.finish().await;
    }

    /// Waits until the other server says this of Redis.
    async fn is(&self, redis: &str, status: &str) {
        let begun = Instant::now();
        loop {
            let ready = reqwest::get(format!("{}/ready", self.other.url)).await.expect("answers");
            assert_eq!(ready.status(), 200, "streams that are late are no reason to take it away");
            let told: Value =
                serde_json::from_slice(&ready.bytes().await.expect("whole")).expect("JSON");
            if told["dependencies"]["redis"] == redis {
                assert_eq!(told["status"], status);
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{told:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Somebody at the counter who listens to the other server
    async fn listen(&self) -> Socket {
        let clerk: Client = self.other.client(&self.shop.clerk);
        let mut socket = clerk.socket().await;
        socket.subscribe("s", STORE, json!({ "id": self.shop.store })).await;
        socket.data("s").await;
        socket
    }

    /// Places orders at one server, each once the one before was heard at the other.
    async fn place_and_hear(&self, socket: &mut Socket, orders: usize) -> Duration {
        let buyer = self.one.client(&self.shop.buyer);
        let begun = Instant::now();
        for _ in 0..orders {
            let placed = buyer.mutate("orderPlace", self.shop.order(1), "order { id }").await;
            let heard = socket.data("s").await;
            assert_eq!(heard["storeOrderUpdates"]["order"]["id"], placed["order"]["id"]);
        }
        begun.elapsed()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_at_one_server_is_heard_at_the_other_whatever_becomes_of_redis() {
    let mut redis = Redis::start(&[]).await;
    let pair = Pair::start(&format!("redis://{}", redis.address())).await;
    pair.is("up", "ready").await;
    let mut socket = pair.listen().await;
    // By comparing numbers alone each would take two seconds.
    assert!(pair.place_and_hear(&mut socket, 15).await < Duration::from_secs(15));
    redis.kill();
    pair.is("down", "degraded").await;
    pair.place_and_hear(&mut socket, 3).await;
    redis.restart().await;
    pair.is("up", "ready").await;
    assert!(pair.place_and_hear(&mut socket, 15).await < Duration::from_secs(15));
    redis.say(&["flushall"]);
    redis.say(&["client", "kill", "type", "pubsub"]);
    redis.say(&["client", "kill", "type", "normal"]);
    pair.place_and_hear(&mut socket, 3).await;
    pair.is("up", "ready").await;
    assert!(pair.place_and_hear(&mut socket, 15).await < Duration::from_secs(15));
    pair.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_redis_refused_for_a_while_it_carries_the_bell_for_again() {
    let redis = Redis::start(&[]).await;
    redis.say(&["acl", "setuser", "plaza", "on", ">secret", "allkeys", "allchannels", "+@all"]);
    let pair = Pair::start(&format!("redis://plaza:secret@{}", redis.address())).await;
    pair.is("up", "ready").await;
    redis.say(&["acl", "setuser", "plaza", "off"]);
    redis.say(&["client", "kill", "user", "plaza"]);
    pair.is("down", "degraded").await;
    // Every attempt to come back that is made without being asked is over by then.
    tokio::time::sleep(Duration::from_secs(1)).await;
    redis.say(&["acl", "setuser", "plaza", "on"]);
    pair.is("up", "ready").await;
    let mut socket = pair.listen().await;
    assert!(pair.place_and_hear(&mut socket, 15).await < Duration::from_secs(15));
    pair.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_carries_the_bell_on_sharded_channels() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().display().to_string();
    let redis = Redis::start(&["--cluster-enabled", "yes", "--dir", &path]).await;
    redis.say(&["cluster", "addslotsrange", "0", "16383"]);
    let pair = Pair::start(&format!("redis+cluster://{}", redis.address())).await;
    pair.is("up", "ready").await;
    let mut socket = pair.listen().await;
    assert!(pair.place_and_hear(&mut socket, 15).await < Duration::from_secs(15));
    pair.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_servers_compare_numbers() {
    // Nobody listens there.
    let pair = Pair::start("redis://127.0.0.1:9").await;
    pair.is("down", "degraded").await;
    let mut socket = pair.listen().await;
    pair.place_and_hear(&mut socket, 3).await;
    pair.finish().await;
}
