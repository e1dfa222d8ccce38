//! Opening hours: closed stores take no orders, unless for a time when they are open.

use super::{Shop, stock};
use crate::support::{TestApp, on_both, refused};
use serde_json::{Value, json};

fn span(day: &str, opens: &str, closes: &str) -> Value {
    json!({ "weekday": day, "opensAt": opens, "closesAt": closes })
}

/// It is Wednesday 09:00 in Managua, and the store opens at 10:00.
async fn open(app: &TestApp) -> Shop {
    let hours = [span("WEDNESDAY", "10:00", "12:00"), span("THURSDAY", "18:00", "01:00")];
    Shop::open_with(app, json!(hours)).await
}

on_both! {
    async fn a_closed_store_says_when_it_opens_next(app: &TestApp) {
        let shop = open(app).await;
        let listing = shop.counted("Queso", 5).await;
        for (minutes, next) in [
            (0, "2026-11-18 10:00"),
            (59, "2026-11-18 10:00"),
            (121, "2026-11-19 18:00"),
            (37 * 60, "2026-11-25 10:00"),
        ] {
            app.pass_seconds(minutes * 60);
            let payload = shop.order(&listing, 1).send(&shop.buyer, "id").await;
            let (refusal, told) = refused(&payload);
            assert_eq!(refusal, "STORE_CLOSED");
            assert!(told.contains(next), "after {minutes} minutes: {told}");
            assert!(told.contains("schedule the order"), "{told}");
        }
        assert_eq!(stock(&shop.owner, &listing).await.1, 5);
    }
}

on_both! {
    async fn an_open_store_takes_orders_to_the_minute(app: &TestApp) {
        let shop = open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        app.pass_seconds(3600);
        shop.order(&listing, 1).by(&shop.buyer).await;
        app.pass_seconds(7199);
        shop.order(&listing, 1).by(&shop.buyer).await;
        app.pass_seconds(1);
        let payload = shop.order(&listing, 1).send(&shop.buyer, "id").await;
        assert_eq!(refused(&payload).0, "STORE_CLOSED");
    }
}

on_both! {
    async fn an_order_can_be_for_a_time_when_the_store_is_open(app: &TestApp) {
        let shop = open(app).await;
        let listing = shop.counted("Queso", 50).await;
        for time in [
            "2026-11-18T16:00:00Z",
            "2026-11-18T11:59:59.999999-06:00",
            "2026-11-20T06:59:00Z",
            "2026-12-16T16:30:00Z",
        ] {
            let make = shop.order(&listing, 1).with("scheduledFor", json!(time));
            let order = make.place(&shop.buyer, "scheduledFor placedAt").await;
            assert_eq!(order["placedAt"], "2026-11-18T15:00:00.000000Z");
            let seconds = time.get(17..19).expect("seconds");
            assert!(
                order["scheduledFor"]
                    .as_str()
                    .is_some_and(|told| told.contains(seconds) && told.ends_with('Z')),
                "{order}"
            );
        }
        for (time, refusal, part) in [
            ("2026-11-18T18:00:00Z", "STORE_CLOSED scheduledFor", "opens at 2026-11-19 18:00"),
            ("2026-11-18T15:59:59Z", "STORE_CLOSED scheduledFor", "opens at 2026-11-18 10:00"),
            ("2026-11-20T07:00:00Z", "STORE_CLOSED scheduledFor", "opens at 2026-11-25 10:00"),
            ("2026-11-18T15:00:00Z", "OUT_OF_RANGE scheduledFor", "a time to come"),
            ("2020-01-01T16:00:00Z", "OUT_OF_RANGE scheduledFor", "a time to come"),
            ("2026-12-18T15:00:01Z", "OUT_OF_RANGE scheduledFor", "at most 30 days ahead"),
        ] {
            let make = shop.order(&listing, 1).with("scheduledFor", json!(time));
            let (code, told) = refused(&make.send(&shop.buyer, "id").await);
            assert_eq!(code, refusal, "{time}: {told}");
            assert!(told.contains(part), "{time}: {told}");
        }
        assert_eq!(stock(&shop.owner, &listing).await.1, 46);
    }
}

on_both! {
    async fn a_store_without_hours_takes_orders_at_any_time(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        for _ in 0..4 {
            app.pass_seconds(6 * 3600);
            shop.order(&listing, 1).by(&shop.buyer).await;
        }
        // A day has passed: thirty days from here.
        for (time, good) in [("2026-12-19T15:00:00Z", true), ("2026-12-19T15:00:00.000001Z", false)]
        {
            let make = shop.order(&listing, 1).with("scheduledFor", json!(time));
            assert_eq!(make.send(&shop.buyer, "id").await["order"].is_null(), !good, "{time}");
        }
    }
}
