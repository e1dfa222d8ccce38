//! Orders, followed: the first payload, what comes after, and going on by cursor.

use super::{ORDER, STORE};
use crate::support::{Shop, on_both};
use serde_json::{Value, json};

on_both! {
    async fn an_order_is_followed_from_its_state_on(app: &TestApp) {
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        let mut socket = shop.buyer.socket().await;
        socket.subscribe("1", ORDER, json!({ "id": order })).await;
        let first = &socket.data("1").await["orderUpdates"];
        assert_eq!((&first["kind"], &first["event"]), (&json!("SNAPSHOT"), &Value::Null));
        assert_eq!(first["order"], json!({ "id": order, "status": "PLACED", "version": 1 }));
        shop.step("orderAccept", &order).await;
        let next = &socket.data("1").await["orderUpdates"];
        assert_eq!(next["kind"], "EVENT");
        assert_eq!(next["order"]["status"], "ACCEPTED");
        let event = json!({ "kind": "ACCEPTED", "version": 2, "note": null, "actor": { "handle": "carlos" } });
        assert_eq!(next["event"], event);
        assert_ne!(next["cursor"], first["cursor"]);
    }
}

on_both! {
    async fn a_stream_goes_on_after_its_cursor_with_everything_since(app: &TestApp) {
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        let mut socket = shop.buyer.socket().await;
        socket.subscribe("1", ORDER, json!({ "id": order })).await;
        let cursor = socket.data("1").await["orderUpdates"]["cursor"].clone();
        drop(socket);
        for step in ["orderAccept", "orderPrepare", "orderReady"] {
            shop.step(step, &order).await;
        }
        let mut socket = shop.buyer.socket().await;
        socket.subscribe("1", ORDER, json!({ "id": order, "after": cursor })).await;
        let mut seen = Vec::new();
        for _ in 0..3 {
            let update = socket.data("1").await["orderUpdates"].clone();
            assert_eq!(update["kind"], "EVENT");
            seen.push(update["event"]["kind"].clone());
        }
        assert_eq!(seen, ["ACCEPTED", "PREPARING", "READY"]);
        socket.is_silent().await;
        shop.step("orderComplete", &order).await;
        assert_eq!(socket.data("1").await["orderUpdates"]["event"]["kind"], "COMPLETED");
    }
}

on_both! {
    async fn a_store_is_followed_with_its_figures(app: &TestApp) {
        let shop = Shop::open(app).await;
        let mut socket = shop.clerk.socket().await;
        socket.subscribe("s", STORE, json!({ "id": shop.store })).await;
        let first = &socket.data("s").await["storeOrderUpdates"];
        assert_eq!((&first["kind"], &first["order"]), (&json!("SNAPSHOT"), &Value::Null));
        assert_eq!(first["dashboard"], json!({ "orderCount": 0, "revenue": { "amount": "0.00" } }));
        let order = shop.place().await;
        let next = &socket.data("s").await["storeOrderUpdates"];
        assert_eq!(next["order"], json!({ "id": order, "status": "PLACED" }));
        assert_eq!(next["dashboard"], json!({ "orderCount": 1, "revenue": { "amount": "25.00" } }));
        shop.step("orderReject", &order).await;
        let next = &socket.data("s").await["storeOrderUpdates"];
        assert_eq!(next["event"], json!({ "kind": "REJECTED", "version": 2 }));
        assert_eq!(next["dashboard"]["orderCount"], 0);
    }
}

on_both! {
    async fn strangers_follow_nothing(app: &TestApp) {
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        let mut stranger = app.member("zoila").await.socket().await;
        stranger.subscribe("1", ORDER, json!({ "id": order })).await;
        assert_eq!(stranger.error("1").await["extensions"]["code"], "NOT_FOUND");
        stranger.subscribe("2", STORE, json!({ "id": shop.store })).await;
        assert_eq!(stranger.error("2").await["extensions"]["code"], "FORBIDDEN");
        let mut buyer = shop.buyer.socket().await;
        buyer.subscribe("2", STORE, json!({ "id": shop.store })).await;
        assert_eq!(buyer.error("2").await["extensions"]["code"], "FORBIDDEN");
        let mut guest = app.guest().socket().await;
        guest.subscribe("1", ORDER, json!({ "id": order })).await;
        assert_eq!(guest.error("1").await["extensions"]["code"], "UNAUTHENTICATED");
    }
}

on_both! {
    async fn cursors_that_mean_nothing_here_are_refused(app: &TestApp) {
        let shop = Shop::open(app).await;
        let (order, other) = (shop.place().await, shop.place().await);
        let mut socket = shop.buyer.socket().await;
        socket.subscribe("1", ORDER, json!({ "id": other })).await;
        let foreign = socket.data("1").await["orderUpdates"]["cursor"].clone();
        for (at, cursor) in [foreign, json!("made up"), json!("")].into_iter().enumerate() {
            let id = format!("c{at}");
            socket.subscribe(&id, ORDER, json!({ "id": order, "after": cursor })).await;
            let error = socket.error(&id).await;
            assert_eq!(error["extensions"]["code"], "INVALID", "{error:#}");
        }
    }
}

on_both! {
    async fn whoever_loses_their_role_hears_nothing_more(app: &TestApp) {
        let shop = Shop::open(app).await;
        let mut socket = shop.clerk.socket().await;
        socket.subscribe("s", STORE, json!({ "id": shop.store })).await;
        socket.data("s").await;
        let gone = json!({ "storeId": shop.store, "userId": shop.clerk.id, "role": null });
        shop.owner.mutate("storeMemberSet", gone, "store { id }").await;
        shop.place().await;
        assert_eq!(socket.error("s").await["extensions"]["code"], "FORBIDDEN");
        shop.place().await;
        socket.is_silent().await;
    }
}
