//! Two servers on one PostgreSQL: what one writes, the other tells no longer than it may.

use crate::support::{Backend, Client, Process, Redis, Shop, TestApp, done};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const NAME: &str = "{ store(handle: \"pulperia\") { name } }";
const NODE: &str = "query($id: ID!) { node(id: $id) { ... on Store { name } } }";

/// The store's name for a guest, who is answered from memory, and for a member, whose rows are
async fn names(guest: &Client, member: &Client, store: &str) -> [String; 2] {
    let name = |answer: &Value| answer.as_str().expect("a name").to_owned();
    let whole = guest.ask(NAME, json!({})).await;
    let rows = member.ask(NODE, json!({ "id": store })).await;
    [name(&whole["store"]["name"]), name(&rows["node"]["name"])]
}

/// Renames the store again and again at either server, and reads at both, with pauses between.
async fn read_and_write(with_redis: bool, rounds: u32, longest: Duration) {
    let redis = match with_redis {
        true => Some(Redis::start(&[]).await),
        false => None,
    };
    let url = redis.as_ref().map(|redis| format!("redis://{}", redis.address()));
    let mut settings: Vec<_> = url.iter().map(|url| ("REDIS_URL", url.as_str())).collect();
    if !with_redis {
        settings.push(("PLAZA_CACHE_LIFETIME", "1"));
    }
    let app = TestApp::start_with(Backend::Postgres, &settings).await;
    app.come_to_the_present();
    let shop = Shop::open(&app).await;
    let servers = [Process::start(&app, &settings).await, Process::start(&app, &settings).await];
    let people = servers.each_ref().map(|server| {
        (server.client(&app.guest()), server.client(&shop.buyer), server.client(&shop.owner))
    });
    let mut dice = StdRng::seed_from_u64(6);
    let mut slowest = Duration::ZERO;
    for round in 0..rounds {
        let writer = dice.random_range(0..2);
        for (guest, member, _) in &people {
            names(guest, member, &shop.store).await;
        }
        tokio::time::sleep(Duration::from_millis(dice.random_range(0..20))).await;
        let name = format!("Tienda {round}");
        let change = json!({ "id": shop.store, "name": name });
        done(people[writer].2.mutate("storeUpdate", change, "store { id }").await);
        let acknowledged = Instant::now();
        let (guest, member, _) = &people[writer];
        assert_eq!(
            names(guest, member, &shop.store).await,
            [name.as_str(); 2],
            "where it was written"
        );
        let (guest, member, _) = &people[1 - writer];
        while names(guest, member, &shop.store).await != [name.as_str(); 2] {
            assert!(acknowledged.elapsed() < longest, "{:?}", acknowledged.elapsed());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        slowest = slowest.max(acknowledged.elapsed());
    }
    println!("the other server knew after {slowest:?} at most");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_redis_the_other_server_is_told() {
    read_and_write(true, 60, Duration::from_secs(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_nothing_is_older_than_its_lifetime() {
    read_and_write(false, 4, Duration::from_millis(1_800)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_redis_is_away_nothing_is_told_from_memory() {
    let mut redis = Redis::start(&[]).await;
    let url = format!("redis://{}", redis.address());
    let settings = [("REDIS_URL", url.as_str()), ("PLAZA_CACHE_LIFETIME", "3600")];
    let app = TestApp::start_with(Backend::Postgres, &settings).await;
    app.come_to_the_present();
    let shop = Shop::open(&app).await;
    let server = Process::start(&app, &settings).await;
    let (guest, member) = (server.client(&app.guest()), server.client(&shop.buyer));
    let change = async |name: &str| {
        let change = json!({ "id": shop.store, "name": name });
        done(shop.owner.mutate("storeUpdate", change, "store { id }").await);
    };
    let learn = async |name: &str, longest: Duration| {
        let from = Instant::now();
        while names(&guest, &member, &shop.store).await != [name; 2] {
            assert!(from.elapsed() < longest, "{name} is not known after {:?}", from.elapsed());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    change("Primera").await;
    learn("Primera", Duration::from_secs(5)).await;
    redis.kill();
    change("Segunda").await;
    learn("Segunda", Duration::from_secs(3)).await;
    change("Tercera").await;
    learn("Tercera", Duration::ZERO.max(Duration::from_millis(500))).await;
    redis.restart().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    learn("Tercera", Duration::from_millis(500)).await;
    change("Cuarta").await;
    learn("Cuarta", Duration::from_secs(1)).await;
    app.finish().await;
}
