//! Rows in memory: what they spare, and that a write is seen at once.

use crate::support::{Backend, Shop, TestApp, done, on_both};
use serde_json::json;

const DEEP: &str = "{ viewer { user { handle } } listings(first: 5) { nodes { title category { name } \
                    store { name owner { displayName profile { headline } } } } } }";

on_both! {
    async fn what_was_read_once_is_not_read_again_until_it_changes(app: &TestApp) {
        let shop = Shop::open(app).await;
        done(shop.owner.mutate("profileUpdate", json!({ "headline": "Quesera" }), "profile { id }").await);
        let ask = || shop.buyer.ask(DEEP, json!({}));
        let (first, before) = app.statements(ask()).await;
        let count = async || {
            let from = app.app.db.stats().statements().0;
            let answer = ask().await;
            (app.app.db.stats().statements().0 - from, answer)
        };
        let (again, after) = count().await;
        assert_eq!(before, after);
        // The list itself and who asks are read each time.
        assert_eq!(first - again, 4, "{first} statements, then {again}");
        // A person's row and their profile, which has the name too, concern no store.
        done(shop.owner.mutate("viewerUpdate", json!({ "displayName": "Berta Luz" }), "viewer { email }").await);
        let (with_person, renamed) = count().await;
        assert_eq!(with_person, again + 2);
        let owner = &renamed["listings"]["nodes"][0]["store"]["owner"];
        assert_eq!(owner["displayName"], "Berta Luz");
        let change = json!({ "id": shop.store, "name": "La nueva" });
        done(shop.owner.mutate("storeUpdate", change, "store { id }").await);
        let (_, moved) = count().await;
        assert_eq!(moved["listings"]["nodes"][0]["store"]["name"], "La nueva");
    }
}

on_both! {
    async fn stock_that_an_order_took_is_gone_for_the_next_reader(app: &TestApp) {
        let shop = Shop::open(app).await;
        let stock = json!({ "id": shop.listing, "stock": 9 });
        done(shop.owner.mutate("listingUpdate", stock, "listing { id }").await);
        let query = "query($id: ID!) { node(id: $id) { ... on Listing { stock } } }";
        for left in (5..9).rev() {
            shop.buyer.ask(query, json!({ "id": shop.listing })).await;
            shop.place().await;
            let read = shop.buyer.ask(query, json!({ "id": shop.listing })).await;
            assert_eq!(read["node"]["stock"], left);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn turned_off_everything_is_read_each_time() {
    let off = [("PLAZA_CACHE_ROWS", "off"), ("PLAZA_CACHE_ANSWERS", "off")];
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let app = TestApp::start_with(backend, &off).await;
        let shop = Shop::open(&app).await;
        for client in [&shop.buyer, &app.guest()] {
            let mut counts = Vec::new();
            for _ in 0..2 {
                let from = app.app.db.stats().statements().0;
                client.ask(DEEP, json!({})).await;
                counts.push(app.app.db.stats().statements().0 - from);
            }
            assert_eq!(counts[0], counts[1]);
        }
        app.finish().await;
    }
}
