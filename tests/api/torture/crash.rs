//! One server, killed with SIGKILL twenty times, on SQLite and on PostgreSQL.

use super::reader::{Heard, Reader};
use super::writer::{Done, Writer};
use super::{pause, times};
use crate::support::{Process, Shop, TestApp, on_both};
use plaza::db::Reads;
use sea_orm::TryGetable;
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

/// Keyed mutations, at least
const WRITES: usize = 5000;
const KILLS: usize = 20;
const WRITERS: usize = 16;
const STREAMS: usize = 200;
const STOCK: i64 = 1_000_000;
const FEED: &str =
    "subscription($id: ID!, $after: String) { storeOrderUpdates(storeId: $id, after: $after) {
    kind cursor order { id } event { version } } }";
/// An order, its line's stock and its events take 2.75 mutations on average
const WRITES_PER_ORDER: usize = 2;

on_both! {
    async fn nothing_is_lost_or_doubled_while_the_server_is_killed_twenty_times(app: &TestApp) {
        app.come_to_the_present();
        let shop = Arc::new(Shop::open(app).await);
        let stocked = json!({ "id": shop.listing, "stock": STOCK });
        crate::support::done(shop.owner.mutate("listingUpdate", stocked, "listing { id }").await);
        let mut server = Process::start(app, &[]).await;
        let (enough, told) = watch::channel(None);
        let begun = Arc::new(Semaphore::new(0));
        let readers: Vec<_> = (0..STREAMS)
            .map(|name| {
                let reader = Reader {
                    servers: vec![server.url.clone()],
                    client: shop.clerk.clone(),
                    query: FEED,
                    field: "storeOrderUpdates",
                    id: shop.store.clone(),
                    name,
                };
                tokio::spawn(reader.run(Arc::clone(&begun), told.clone()))
            })
            .collect();
        // Everybody listens before the first order: all are to hear the same.
        begun.acquire_many(u32::try_from(STREAMS).expect("few")).await.expect("open").forget();

        let orders = times() * WRITES / WRITES_PER_ORDER;
        let (left, writes) = (Arc::new(AtomicUsize::new(orders)), Arc::new(AtomicUsize::new(0)));
        let writers: Vec<_> = (0..WRITERS)
            .map(|name| {
                let (left, writes) = (Arc::clone(&left), Arc::clone(&writes));
                let servers = vec![server.url.clone()];
                tokio::spawn(Writer { servers, shop: Arc::clone(&shop), left, writes, name }.run())
            })
            .collect();
        for kill in 1..=times() * KILLS {
            // Spread over the whole work, each at a random moment of its stretch.
            let stretch = times() * WRITES / (times() * KILLS + 1);
            while writes.load(Ordering::SeqCst) < kill * stretch {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            pause(Duration::from_millis(50)).await;
            server.kill();
            server.restart().await;
        }
        let mut done = Vec::new();
        for writer in writers {
            done.extend(writer.await.expect("writes to the end"));
        }
        assert_eq!(done.len(), orders);
        assert!(writes.load(Ordering::SeqCst) >= times() * WRITES);
        let events = usize::try_from(done.iter().map(|one| one.version).sum::<i64>()).expect("few");
        enough.send(Some(events)).expect("they listen");
        let mut heard = Vec::new();
        for reader in readers {
            heard.push(reader.await.expect("listens to the end"));
        }
        check(app, &shop, &done, &heard).await;
    }
}

async fn check(app: &TestApp, shop: &Shop, done: &[Done], heard: &[Vec<Heard>]) {
    let ids: HashSet<_> = done.iter().map(|one| &one.id).collect();
    assert_eq!(ids.len(), done.len(), "each key made an order of its own");
    let count = async |sql: &str| -> i64 {
        let row = app.app.db.reader().one(app.app.db.reader().sql(sql)).await.expect("reads");
        i64::try_get_by_index(&row.expect("a row"), 0).expect("a number")
    };
    let orders = i64::try_from(done.len()).expect("few");
    assert_eq!(count(r#"SELECT count(*) FROM "order""#).await, orders, "none was doubled");
    let kept = count(r#"SELECT count(*) FROM "order" WHERE status < 5"#).await;
    assert_eq!(
        count("SELECT CAST(stock AS bigint) FROM listing").await,
        STOCK - kept,
        "stock adds up"
    );

    let first = &heard[0];
    for stream in heard {
        assert_eq!(stream, first, "every stream heard the same in the same order");
    }
    let mut versions: HashMap<&str, i64> = HashMap::new();
    for (order, version) in first {
        let before = versions.insert(order, *version).unwrap_or_default();
        assert_eq!(*version, before + 1, "the events of an order come in order, each once");
    }
    for one in done {
        assert!(versions[one.id.as_str()] >= one.version, "what was acknowledged was heard");
    }
    let mut numbers = HashSet::new();
    let query = "query($id: ID!) { node(id: $id) { ... on Order { number version } } }";
    for one in done.iter().step_by(50) {
        let node = shop.buyer.ask(query, json!({ "id": one.id })).await["node"].clone();
        assert!(numbers.insert(node["number"].to_string()), "numbers are given once");
        assert_eq!(node["version"], one.version);
    }
}
