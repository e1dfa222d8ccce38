//! Many writers and streams at once, on one server or several.

use super::reader::Reader;
use super::writer::{Done, Writer};
use super::{OrderHeard, STOCK, check};
use crate::support::{Shop, TestApp, done};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

const FEED: &str =
    "subscription($id: ID!, $after: String) { storeOrderUpdates(storeId: $id, after: $after) {
    kind cursor order { id } event { version } } }";

/// More orders than are ever placed: until [`Load::stop_ordering`]
pub const ENDLESS: usize = usize::MAX / 4;

/// So many, on these servers: the next one after each cut
#[derive(Clone, Copy)]
pub struct Group<'a> {
    pub count: usize,
    pub servers: &'a [&'a str],
}

/// How much of it
pub struct Size<'a> {
    pub streams: &'a [Group<'a>],
    pub writers: Group<'a>,
    pub orders: usize,
    /// Longest pause of a writer before an order
    pub rest: Duration,
}

/// What came of it
pub struct Outcome {
    /// Mutations that were acknowledged
    pub writes: usize,
    pub done: Vec<Done>,
    /// Events by stream, in the order of their groups
    pub heard: Vec<Vec<OrderHeard>>,
}

impl Group<'_> {
    fn urls(&self) -> Vec<String> {
        self.servers.iter().map(|url| (*url).to_owned()).collect()
    }
}

/// A store with its writers and streams at work
pub struct Load {
    shop: Arc<Shop>,
    orders: usize,
    /// Orders that are not begun yet
    left: Arc<AtomicUsize>,
    writes: Arc<AtomicUsize>,
    enough: watch::Sender<Option<usize>>,
    readers: Vec<JoinHandle<Vec<OrderHeard>>>,
    writers: Vec<JoinHandle<Vec<Done>>>,
}

impl Load {
    /// A store with plenty in stock
    pub async fn shop(app: &TestApp) -> Arc<Shop> {
        app.come_to_the_present();
        let shop = Shop::open(app).await;
        let stocked = json!({ "id": shop.listing, "stock": STOCK });
        done(shop.owner.mutate("listingUpdate", stocked, "listing { id }").await);
        Arc::new(shop)
    }

    /// Starts the streams, and once all of them listen, the writers.
    pub async fn start(shop: Arc<Shop>, size: Size<'_>) -> Self {
        let (enough, told) = watch::channel(None);
        let begun = Arc::new(Semaphore::new(0));
        let reader = |group: &Group<'_>, name| Reader {
            servers: group.urls(),
            client: shop.clerk.clone(),
            query: FEED,
            field: "storeOrderUpdates",
            variables: json!({ "id": shop.store }),
            read: order_moved,
            name,
        };
        let streams =
            size.streams.iter().flat_map(|group| (0..group.count).map(move |name| (group, name)));
        let readers: Vec<_> = streams
            .map(|(group, name)| reader(group, name).run(Arc::clone(&begun), told.clone()))
            .map(tokio::spawn)
            .collect();
        // Before the first order: all are to hear the same.
        let all = u32::try_from(readers.len()).expect("few");
        begun.acquire_many(all).await.expect("open").forget();
        let (left, writes) =
            (Arc::new(AtomicUsize::new(size.orders)), Arc::new(AtomicUsize::new(0)));
        let writer = |name| Writer {
            servers: size.writers.urls(),
            shop: Arc::clone(&shop),
            left: Arc::clone(&left),
            writes: Arc::clone(&writes),
            name,
            rest: size.rest,
        };
        let writers =
            (0..size.writers.count).map(|name| tokio::spawn(writer(name).run())).collect();
        Self { shop, orders: size.orders, left, writes, enough, readers, writers }
    }

    /// Waits until so many mutations were acknowledged.
    pub async fn reaches(&self, writes: usize) {
        while self.writes.load(Ordering::SeqCst) < writes {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// No order is begun any more, where there was no end of them.
    pub fn stop_ordering(&mut self) {
        self.orders -= self.left.swap(0, Ordering::SeqCst);
    }

    /// Waits until everything is written and heard, and checks it all.
    pub async fn finish(self, app: &TestApp) -> Outcome {
        let (mut done, mut heard) = (Vec::new(), Vec::new());
        for writer in self.writers {
            done.extend(writer.await.expect("writes to the end"));
        }
        assert_eq!(done.len(), self.orders);
        let events = done.iter().map(|one| one.version).sum::<i64>();
        self.enough.send(Some(usize::try_from(events).expect("few"))).expect("they listen");
        for reader in self.readers {
            heard.push(reader.await.expect("listens to the end"));
        }
        check(app, &self.shop, &done, &heard).await;
        Outcome { writes: self.writes.load(Ordering::SeqCst), done, heard }
    }
}

/// The order of an update, and the version that it came to
fn order_moved(update: &Value) -> (String, i64) {
    let order = update["order"]["id"].as_str().expect("an order").to_owned();
    (order, update["event"]["version"].as_i64().expect("a version"))
}
