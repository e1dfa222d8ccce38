//! Cursors that the log no longer reaches back to: a fresh state, and it is said.

use super::ORDER;
use crate::support::{Shop, TestApp, done, id, on_both, step_by};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use plaza::db::Reads;
use plaza::entities::OrderId;
use plaza::events::{Cursors, Topic};
use sea_orm::TryGetable;
use serde_json::{Value, json};
use uuid::Uuid;

/// The topic of an order by its global id
fn topic(order: &str) -> Topic {
    let bytes = URL_SAFE_NO_PAD.decode(order).expect("base64");
    Topic::Order(OrderId(Uuid::from_slice(&bytes[2..]).expect("an id")))
}

async fn resumed(shop: &Shop, order: &str, after: &str) -> Value {
    let mut socket = shop.buyer.socket().await;
    socket.subscribe("1", ORDER, json!({ "id": order, "after": after })).await;
    let update = socket.data("1").await["orderUpdates"].clone();
    // What comes next follows on it.
    shop.step("orderReject", order).await;
    let next = socket.data("1").await["orderUpdates"].clone();
    assert_eq!((&next["kind"], &next["event"]["kind"]), (&json!("EVENT"), &json!("REJECTED")));
    update
}

on_both! {
    async fn a_trimmed_log_a_restored_database_and_a_number_to_come_are_gaps(app: &TestApp) {
        let shop = Shop::open(app).await;
        let epoch = app.app.log.epoch().await.expect("reads");
        let trimmed = shop.place().await;
        let seen = Cursors::of(epoch, topic(&trimmed)).after(0);
        let tx = app.app.db.write().await.expect("begins");
        tx.run(tx.sql("DELETE FROM event")).await.expect("deletes");
        tx.commit().await.expect("commits");
        for (order, cursor) in [
            (trimmed, seen),
            {
                let order = shop.place().await;
                let cursor = Cursors::of(Uuid::nil(), topic(&order)).after(1);
                (order, cursor)
            },
            {
                let order = shop.place().await;
                let cursor = Cursors::of(epoch, topic(&order)).after(99);
                (order, cursor)
            },
        ] {
            let update = resumed(&shop, &order, &cursor).await;
            assert_eq!((&update["kind"], &update["event"]), (&json!("GAP"), &Value::Null));
            assert_eq!(update["order"]["status"], "PLACED", "with the state");
        }
    }
}

async fn count(app: &TestApp, table: &str) -> i64 {
    let sql = app.app.db.reader().sql(&format!("SELECT count(*) FROM {table}"));
    let row = app.app.db.reader().one(sql).await.expect("reads").expect("a row");
    i64::try_get_by_index(&row, 0).expect("a number")
}

on_both! {
    async fn events_are_kept_for_seven_days_and_keys_for_one(app: &TestApp) {
        let shop = Shop::open(app).await;
        let patient = app.patient("paula").await;
        let placed = patient.mutate("orderPlace", shop.order(1), "order { id }").await;
        let order = id(&placed["order"]);
        for (days, events, keys) in [(0, 2, 1), (1, 2, 0), (5, 2, 0), (1, 0, 0)] {
            app.pass_seconds(days * 24 * 3600 + 1);
            plaza::services::trim(&app.app).await.expect("trims");
            assert_eq!((count(app, "event").await, count(app, "idempotency").await), (events, keys));
        }
        // Numbers go on all the same.
        let mut socket = patient.socket().await;
        socket.subscribe("1", ORDER, json!({ "id": order })).await;
        assert_eq!(socket.data("1").await["orderUpdates"]["kind"], "SNAPSHOT");
        done(step_by(&patient, "orderCancel", json!({ "id": order })).await);
        assert_eq!(socket.data("1").await["orderUpdates"]["event"]["version"], 2);
    }
}
