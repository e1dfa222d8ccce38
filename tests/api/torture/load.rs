//! Many writers and streams at once, on one server or several.

use super::reader::{Heard, Reader};
use super::writer::{Done, Writer};
use super::{STOCK, check};
use crate::support::{Shop, TestApp, done};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

const FEED: &str =
    "subscription($id: ID!, $after: String) { storeOrderUpdates(storeId: $id, after: $after) {
    kind cursor order { id } event { version } } }";

/// How much of it
#[derive(Clone, Copy)]
pub struct Size {
    pub streams: usize,
    pub writers: usize,
    pub orders: usize,
}

/// A store with its writers and streams at work
pub struct Load {
    shop: Arc<Shop>,
    size: Size,
    writes: Arc<AtomicUsize>,
    enough: watch::Sender<Option<usize>>,
    readers: Vec<JoinHandle<Vec<Heard>>>,
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
    pub async fn start(shop: Arc<Shop>, servers: &[&str], size: Size) -> Self {
        let servers: Vec<String> = servers.iter().map(|url| (*url).to_owned()).collect();
        let (enough, told) = watch::channel(None);
        let begun = Arc::new(Semaphore::new(0));
        let reader = |name| Reader {
            servers: servers.clone(),
            client: shop.clerk.clone(),
            query: FEED,
            field: "storeOrderUpdates",
            id: shop.store.clone(),
            name,
        };
        let readers = (0..size.streams)
            .map(|name| tokio::spawn(reader(name).run(Arc::clone(&begun), told.clone())))
            .collect();
        // Before the first order: all are to hear the same.
        begun.acquire_many(u32::try_from(size.streams).expect("few")).await.expect("open").forget();
        let (left, writes) =
            (Arc::new(AtomicUsize::new(size.orders)), Arc::new(AtomicUsize::new(0)));
        let writer = |name| Writer {
            servers: servers.clone(),
            shop: Arc::clone(&shop),
            left: Arc::clone(&left),
            writes: Arc::clone(&writes),
            name,
        };
        let writers = (0..size.writers).map(|name| tokio::spawn(writer(name).run())).collect();
        Self { size, writes: Arc::clone(&writes), enough, readers, writers, shop }
    }

    /// Waits until so many mutations were acknowledged.
    pub async fn reaches(&self, writes: usize) {
        while self.writes.load(Ordering::SeqCst) < writes {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Waits until everything is written and heard, and checks it all. The number of mutations
    pub async fn finish(self, app: &TestApp) -> usize {
        let (mut finished, mut heard) = (Vec::new(), Vec::new());
        for writer in self.writers {
            finished.extend(writer.await.expect("writes to the end"));
        }
        assert_eq!(finished.len(), self.size.orders);
        let events = finished.iter().map(|one| one.version).sum::<i64>();
        self.enough.send(Some(usize::try_from(events).expect("few"))).expect("they listen");
        for reader in self.readers {
            heard.push(reader.await.expect("listens to the end"));
        }
        check(app, &self.shop, &finished, &heard).await;
        self.writes.load(Ordering::SeqCst)
    }
}
