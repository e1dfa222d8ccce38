//! The same key, the same order: sent twice, it is placed once.

use super::{Shop, look, step, stock, take};
use crate::support::{Client, MakeListing, MakeOrder, done, id, on_both, refusals, refused};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const HOUR: i64 = 3600;

fn keyed(shop: &Shop, listing: &str, quantity: i32) -> MakeOrder {
    shop.order(listing, quantity).with("idempotencyKey", json!("una-clave"))
}

async fn orders(client: &Client) -> Value {
    let found = client.ask("{ viewer { orders { totalCount } } }", json!({})).await;
    found["viewer"]["orders"]["totalCount"].clone()
}

on_both! {
    async fn the_second_order_with_the_same_key_is_the_first(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.counted("Queso", 5).await;
        let first =
            keyed(&shop, &listing, 2).place(&shop.buyer, "id number version status placedAt").await;
        app.pass_seconds(600);
        let again =
            keyed(&shop, &listing, 2).place(&shop.buyer, "id number version status placedAt").await;
        assert_eq!(again, first);
        assert_eq!(stock(&shop.owner, &listing).await.1, 3, "taken once");
        assert_eq!(orders(&shop.buyer).await, 1);
        let figures = shop.dashboard(&shop.owner, "orderCount").await;
        assert_eq!(figures["orderCount"], 1, "counted once");
        // Also where it could not be placed any more, and as it stands now.
        done(shop.owner.mutate_id("listingPause", &listing, "listing { id }").await);
        done(take(&shop.clerk, "Accept", &id(&first)).await);
        let again = keyed(&shop, &listing, 2).place(&shop.buyer, "id status").await;
        assert_eq!(again, json!({ "id": first["id"], "status": "ACCEPTED" }));
        let history = look(&shop.buyer, &id(&first), "history { totalCount }").await;
        assert_eq!(history["history"]["totalCount"], 2);
    }
}

on_both! {
    async fn a_key_with_other_input_is_refused(app: &TestApp) {
        let shop = Shop::open(app).await;
        let (listing, other) = (shop.counted("Queso", 9).await, shop.counted("Pan", 9).await);
        keyed(&shop, &listing, 2).by(&shop.buyer).await;
        for make in [
            keyed(&shop, &listing, 3),
            keyed(&shop, &other, 2),
            keyed(&shop, &listing, 2).item(&other, 1),
            keyed(&shop, &listing, 2).with("note", json!("Rápido")),
            keyed(&shop, &listing, 2).with("fulfilment", json!("DELIVERY")),
            keyed(&shop, &listing, 2).with("scheduledFor", json!("2026-11-19T15:00:00Z")),
        ] {
            let payload = make.send(&shop.buyer, "id").await;
            let (refusal, told) = refused(&payload);
            assert_eq!(refusal, "IDEMPOTENCY_MISMATCH idempotencyKey");
            assert!(told.contains("make a new key"), "{told}");
            assert_eq!(payload["order"], json!(null));
        }
        // What has a default is the same left out and written out.
        let same =
            keyed(&shop, &listing, 2).with("fulfilment", json!("PICKUP")).with("note", json!(null));
        same.by(&shop.buyer).await;
        assert_eq!(orders(&shop.buyer).await, 1);
        assert_eq!(stock(&shop.owner, &listing).await.1, 7);
        assert_eq!(stock(&shop.owner, &other).await.1, 9);
    }
}

on_both! {
    async fn keys_of_two_people_and_of_two_mutations_do_not_meet(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.counted("Queso", 9).await;
        let mine = keyed(&shop, &listing, 2).by(&shop.buyer).await;
        let theirs = keyed(&shop, &listing, 2).by(&shop.owner).await;
        assert_ne!(mine, theirs);
        assert_eq!(stock(&shop.owner, &listing).await.1, 5);
        // The owner's key again, for a listing and for every step of an order.
        let made = MakeListing::new(&shop.store, &shop.category, "Pan")
            .with("idempotencyKey", json!("una-clave"));
        made.by(&shop.owner).await;
        for name in ["Accept", "Prepare", "Ready", "Complete"] {
            let input = json!({ "id": mine, "idempotencyKey": "una-clave" });
            done(step(&shop.owner, name, input, "id").await);
        }
        let left = look(&shop.owner, &mine, "status version").await;
        assert_eq!(left, json!({ "status": "COMPLETED", "version": 5 }));
    }
}

on_both! {
    async fn a_key_is_free_again_after_a_day(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.counted("Queso", 9).await;
        let first = keyed(&shop, &listing, 2).by(&shop.buyer).await;
        app.pass_seconds(24 * HOUR);
        assert_eq!(keyed(&shop, &listing, 2).by(&shop.buyer).await, first, "a day is not over yet");
        app.pass_seconds(1);
        let second = keyed(&shop, &listing, 2).by(&shop.buyer).await;
        assert_ne!(second, first);
        assert_eq!(stock(&shop.owner, &listing).await.1, 5);
        // And is taken again, for the second.
        app.pass_seconds(HOUR);
        assert_eq!(keyed(&shop, &listing, 2).by(&shop.buyer).await, second);
        let other = keyed(&shop, &listing, 1).send(&shop.buyer, "id").await;
        assert_eq!(refusals(&other), ["IDEMPOTENCY_MISMATCH idempotencyKey"]);
        app.pass_seconds(24 * HOUR);
        keyed(&shop, &listing, 1).by(&shop.buyer).await;
        assert_eq!(orders(&shop.buyer).await, 3);
    }
}

on_both! {
    async fn a_refused_attempt_leaves_the_key_unused(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.counted("Queso", 2).await;
        for quantity in [0, 3, 1001] {
            let payload = keyed(&shop, &listing, quantity).send(&shop.buyer, "id").await;
            assert_eq!(refusals(&payload).len(), 1);
        }
        let order = keyed(&shop, &listing, 2).by(&shop.buyer).await;
        // Refused where it is empty, and good once there is some again: the same input.
        let more = shop.order(&listing, 1).with("idempotencyKey", json!("otra"));
        assert_eq!(
            refusals(&more.send(&shop.buyer, "id").await),
            ["OUT_OF_STOCK items.0.quantity"]
        );
        done(take(&shop.buyer, "Cancel", &order).await);
        more.by(&shop.buyer).await;
        // The same of steps.
        let order = shop.order(&listing, 1).by(&shop.buyer).await;
        let ready = json!({ "id": order, "idempotencyKey": "paso" });
        assert_eq!(
            refusals(&step(&shop.clerk, "Ready", ready.clone(), "id").await),
            ["CONFLICT id"]
        );
        done(take(&shop.clerk, "Accept", &order).await);
        done(take(&shop.clerk, "Prepare", &order).await);
        done(step(&shop.clerk, "Ready", ready, "id").await);
    }
}

on_both! {
    async fn a_hundred_at_once_with_one_key_are_one_order(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.counted("Queso", 500).await;
        let make = keyed(&shop, &listing, 2);
        let sent =
            (0..100).map(|_| make.place(&shop.buyer, "id number version status items { id }"));
        let answers: BTreeSet<String> =
            join_all(sent).await.iter().map(ToString::to_string).collect();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(stock(&shop.owner, &listing).await.1, 498);
        assert_eq!(orders(&shop.buyer).await, 1);
        // And one step.
        let order = id(&shop.buyer.ask("{ viewer { orders { nodes { id } } } }", json!({})).await
            ["viewer"]["orders"]["nodes"][0]);
        let input =
            json!({ "id": order, "version": 1, "note": "Con gusto", "idempotencyKey": "paso" });
        let sent = (0..50).map(|_| step(&shop.clerk, "Accept", input.clone(), "id status version"));
        for payload in join_all(sent).await {
            let moved = json!({ "id": order, "status": "ACCEPTED", "version": 2 });
            assert_eq!(done(payload)["order"], moved);
        }
        let history = look(&shop.clerk, &order, "history { totalCount }").await;
        assert_eq!(history["history"]["totalCount"], 2);
    }
}

on_both! {
    async fn the_second_step_with_the_same_key_is_the_first(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.counted("Queso", 5).await;
        let order = shop.order(&listing, 2).by(&shop.buyer).await;
        let cancel =
            json!({ "id": order, "version": 1, "note": "Ya no", "idempotencyKey": "paso" });
        for _ in 0..3 {
            let moved = done(step(&shop.buyer, "Cancel", cancel.clone(), "status version").await);
            assert_eq!(moved["order"], json!({ "status": "CANCELLED", "version": 2 }));
            assert_eq!(stock(&shop.owner, &listing).await.1, 5, "put back once");
        }
        for other in [
            json!({ "id": order, "version": 2, "note": "Ya no", "idempotencyKey": "paso" }),
            json!({ "id": order, "version": 1, "note": "No", "idempotencyKey": "paso" }),
            json!({ "id": order, "idempotencyKey": "paso" }),
        ] {
            let payload = step(&shop.buyer, "Cancel", other, "id").await;
            assert_eq!(refusals(&payload), ["IDEMPOTENCY_MISMATCH idempotencyKey"]);
        }
        // The store's key is another.
        let payload = step(&shop.clerk, "Cancel", cancel, "id").await;
        assert_eq!(refusals(&payload), ["CONFLICT version"]);
        let history = look(&shop.buyer, &order, "history { totalCount }").await;
        assert_eq!(history["history"]["totalCount"], 2);
    }
}

on_both! {
    async fn a_key_shows_no_order_to_whoever_left_the_store(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.counted("Queso", 5).await;
        let order = shop.order(&listing, 2).by(&shop.buyer).await;
        let accept = json!({ "id": order, "idempotencyKey": "paso" });
        done(step(&shop.clerk, "Accept", accept.clone(), "id").await);
        shop.hire(&shop.clerk, json!(null)).await;
        assert_eq!(refusals(&step(&shop.clerk, "Accept", accept, "id").await), ["NOT_FOUND id"]);
    }
}

on_both! {
    async fn the_same_order_is_found_once_its_time_has_come(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.counted("Queso", 5).await;
        let soon = keyed(&shop, &listing, 2).with("scheduledFor", json!("2026-11-18T15:10:00Z"));
        let first = soon.clone().by(&shop.buyer).await;
        app.pass_seconds(HOUR);
        assert_eq!(soon.clone().by(&shop.buyer).await, first);
        assert_eq!(stock(&shop.owner, &listing).await.1, 3);
        // A new order for that time is too late.
        let late = soon.with("idempotencyKey", json!("otra")).send(&shop.buyer, "id").await;
        assert_eq!(refusals(&late), ["OUT_OF_RANGE scheduledFor"]);
        // Nor does it matter whether the store is open by now.
        let hours = json!([{ "weekday": "MONDAY", "opensAt": "08:00", "closesAt": "09:00" }]);
        let closed = json!({ "id": shop.store, "openingHours": hours });
        let now = shop.order(&listing, 1).with("idempotencyKey", json!("ahora"));
        let placed = now.clone().by(&shop.buyer).await;
        done(shop.owner.mutate("storeUpdate", closed, "").await);
        assert_eq!(now.by(&shop.buyer).await, placed);
        let other = shop.order(&listing, 1).send(&shop.buyer, "id").await;
        assert_eq!(refusals(&other), ["STORE_CLOSED"]);
    }
}
