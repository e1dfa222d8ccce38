//! What the clock asks for: each turn once, however many servers there are.

use super::steps::{queue, work};
use crate::door::command::does_beside;
use crate::support::{Backend, Client, MakeListing, MakeOrder, Process, Shop, TestApp, on_both};
use plaza::db::{MONTHS_AHEAD, Month, Reads};
use plaza::jobs;
use serde_json::json;
use std::time::Duration;

/// Does a kind of job once.
async fn turn(app: &TestApp, owner: &Client, kind: &'static str) {
    let (working, stop) = work(app, jobs::all(), 1);
    queue(app, owner, kind).await;
    let reader = app.app.db.reader();
    loop {
        let sql = reader.sql("SELECT COUNT(*) FROM job WHERE status < 2");
        if reader.value::<i64>(sql).await.expect("reads") == Some(0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.cancel();
    working.await.expect("stops");
}

on_both! {
    async fn a_turn_is_done_once_by_all_servers_together(app: &TestApp) {
        app.come_to_the_present();
        let settings = [("PLAZA_JOBS", "1")];
        let servers = [Process::start(app, &settings).await, Process::start(app, &settings).await];
        let reader = app.app.db.reader();
        let turns = async || {
            let sql = reader.sql("SELECT COUNT(*) FROM job WHERE kind = 'log.trim' AND status = 2");
            reader.value::<i64>(sql).await.expect("reads").unwrap_or_default()
        };
        while turns().await == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        // Two where the turn changed meanwhile, never two of one.
        let twice = reader.sql("SELECT COUNT(*) - COUNT(DISTINCT slot) FROM job WHERE slot IS NOT NULL");
        assert_eq!(reader.value::<i64>(twice).await.expect("reads"), Some(0));
        assert!(turns().await <= 2, "{}", turns().await);
        drop(servers);
    }
}

on_both! {
    async fn best_sellers_are_those_of_the_last_30_days(app: &TestApp) {
        let shop = Shop::open(app).await;
        let category = app.category("postres", None).await;
        let pie = MakeListing::new(&shop.store, &category, "Pastel")
            .with("price", json!({ "amount": "40.00", "currency": "NIO" }))
            .with("publish", json!(true))
            .by(&shop.owner)
            .await;
        let best = async || {
            let query = "query($h: String!) { store(handle: $h) { topListings { title } } }";
            let found = app.guest().ask(query, json!({ "h": "pulperia" })).await;
            let titles = found["store"]["topListings"].as_array().expect("a list").clone();
            titles.iter().map(|listing| listing["title"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        let count = async || {
            turn(app, &shop.owner, "best_sellers").await;
        };
        shop.place().await;
        MakeOrder::new(&shop.store).item(&pie, 3).by(&shop.buyer).await;
        assert_eq!(best().await, Vec::<String>::new(), "nobody has counted yet");
        count().await;
        assert_eq!(best().await, ["Pastel", "Queso seco"]);

        MakeOrder::new(&shop.store).item(&shop.listing, 3).by(&shop.buyer).await;
        count().await;
        assert_eq!(best().await, ["Queso seco", "Pastel"]);
        app.pass_seconds(31 * 86_400);
        count().await;
        assert_eq!(best().await, Vec::<String>::new(), "what was sold has run out");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn months_of_orders_are_made_ahead_of_the_clock_where_orders_are_parted() {
    let app = TestApp::start(Backend::Postgres).await;
    let owner = app.member("berta").await;
    let months = async || {
        turn(&app, &owner, "orders.months").await;
        app.app.db.by_month().await.expect("reads").map(|parted| parted.months)
    };
    assert_eq!(months().await, None, "nobody asked for it");
    app.come_to_the_present();
    does_beside(&app, &["partition", "--ahead", "1"]);
    app.pass_seconds(60 * 86_400);
    let now = Month::of(app.app.clock.now().to_utc());
    assert_eq!(months().await.expect("parted").last(), Some(&now.plus(MONTHS_AHEAD)));
    app.finish().await;
}
