//! The figures of a day: by the store's clock, of its own orders, and for its staff alone.

use super::{Shop, support, take};
use crate::support::{Client, MakeListing, MakeOrder, MakeStore, done, on_both};
use serde_json::{Value, json};

const HOUR: i64 = 3600;
const SUMS: &str = "day orderCount revenue { amount currency } averageOrder { amount } \
     otherRevenue { amount currency }";

fn sums(day: &str, count: i32, revenue: &str, average: &str) -> Value {
    json!({
        "day": day, "orderCount": count, "revenue": { "amount": revenue, "currency": "NIO" },
        "averageOrder": { "amount": average }, "otherRevenue": [],
    })
}

/// Counts of the states in which orders stand
async fn by_status(shop: &Shop) -> Vec<(String, i64)> {
    let found = shop.dashboard(&shop.owner, "byStatus { status count }").await;
    let rows = found["byStatus"].as_array().expect("rows").iter();
    rows.map(|row| {
        (
            row["status"].as_str().expect("a status").to_owned(),
            row["count"].as_i64().expect("a count"),
        )
    })
    .collect()
}

on_both! {
    async fn a_day_ends_at_midnight_by_the_stores_clock(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        assert_eq!(shop.dashboard(&shop.owner, SUMS).await, sums("2026-11-18", 0, "0.00", "0.00"));
        // 23:30 in Managua, when it is the next day in London already.
        app.pass_seconds(14 * HOUR + HOUR / 2);
        shop.order(&listing, 2).by(&shop.buyer).await;
        assert_eq!(
            shop.dashboard(&shop.owner, SUMS).await,
            sums("2026-11-18", 1, "20.00", "20.00")
        );
        let hours = shop
            .dashboard(&shop.owner, "hourly { hour orderCount revenue { amount currency } }")
            .await;
        let hours = hours["hourly"].as_array().expect("hours").clone();
        assert_eq!(hours.len(), 24);
        for (at, hour) in hours.iter().enumerate() {
            let (count, amount) = if at == 23 { (1, "20.00") } else { (0, "0.00") };
            let expected = json!({ "hour": at, "orderCount": count, "revenue": { "amount": amount, "currency": "NIO" } });
            assert_eq!(*hour, expected);
        }
        // 00:30.
        app.pass_seconds(HOUR);
        assert_eq!(shop.dashboard(&shop.owner, SUMS).await, sums("2026-11-19", 0, "0.00", "0.00"));
        shop.order(&listing, 3).by(&shop.buyer).await;
        assert_eq!(
            shop.dashboard(&shop.owner, SUMS).await,
            sums("2026-11-19", 1, "30.00", "30.00")
        );
        let hours = shop
            .dashboard(&shop.owner, "hourly { hour orderCount } topListings { quantity }")
            .await;
        assert_eq!(hours["hourly"], json!([{ "hour": 0, "orderCount": 1 }]));
        assert_eq!(hours["topListings"], json!([{ "quantity": 3 }]));
    }
}

on_both! {
    async fn the_day_is_the_one_of_the_place_whatever_the_zone(app: &TestApp) {
        let owner = app.member("elena").await;
        let category = app.category("comida", None).await;
        // 15:00 UTC on Wednesday is early on Thursday on Kiritimati; Kathmandu is 5:45 ahead.
        for (handle, zone, day, hours) in [
            ("isla", "Pacific/Kiritimati", "2026-11-19", 6),
            ("cerro", "Asia/Kathmandu", "2026-11-18", 21),
            ("norte", "America/New_York", "2026-11-18", 11),
        ] {
            let store = MakeStore::new(handle).with("timeZone", json!(zone)).by(&owner).await;
            let listing = MakeListing::new(&store, &category, "Queso").by(&owner).await;
            MakeOrder::new(&store).item(&listing, 1).by(&owner).await;
            let query = format!(
                "{{ store(handle: \"{handle}\") {{ dashboard {{ day orderCount hourly {{ orderCount }} }} }} }}"
            );
            let found = owner.ask(&query, json!({})).await["store"]["dashboard"].take();
            assert_eq!(found["day"], day, "{zone}");
            assert_eq!(found["orderCount"], 1);
            let told = found["hourly"].as_array().expect("hours");
            assert_eq!(told.len(), hours, "{zone}");
            assert_eq!(told.last(), Some(&json!({ "orderCount": 1 })), "{zone}");
        }
    }
}

on_both! {
    async fn orders_count_in_the_state_in_which_they_stand(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        for status in [
            "PLACED",
            "PLACED",
            "ACCEPTED",
            "PREPARING",
            "READY",
            "COMPLETED",
            "COMPLETED",
            "REJECTED",
            "CANCELLED",
        ] {
            shop.order_at(shop.order(&listing, 1), status).await;
        }
        let expected = [
            ("PLACED", 2),
            ("ACCEPTED", 1),
            ("PREPARING", 1),
            ("READY", 1),
            ("COMPLETED", 2),
            ("REJECTED", 1),
            ("CANCELLED", 1),
        ];
        assert_eq!(
            by_status(&shop).await,
            expected.map(|(status, count)| (status.to_owned(), count))
        );
        // What was called off is no revenue, and was not sold.
        assert_eq!(
            shop.dashboard(&shop.owner, SUMS).await,
            sums("2026-11-18", 7, "70.00", "10.00")
        );
        let top = "topListings { quantity revenue { amount currency } listing { id } }";
        let sold = json!([{ "quantity": 7, "revenue": { "amount": "70.00", "currency": "NIO" }, "listing": { "id": listing } }]);
        assert_eq!(shop.dashboard(&shop.owner, top).await["topListings"], sold);
        // A step on the next day counts on the day of the order.
        let order = shop.order(&listing, 5).by(&shop.buyer).await;
        app.pass_seconds(24 * HOUR);
        done(take(&shop.clerk, "Accept", &order).await);
        assert_eq!(shop.dashboard(&shop.owner, SUMS).await, sums("2026-11-19", 0, "0.00", "0.00"));
        assert_eq!(shop.dashboard(&shop.owner, top).await["topListings"], json!([]));
        assert!(by_status(&shop).await.iter().all(|(_, count)| *count == 0));
    }
}

on_both! {
    async fn averages_are_rounded_and_other_currencies_stand_apart(app: &TestApp) {
        let shop = Shop::open(app).await;
        let cent = shop.listing("Grano").price("0.01").by(&shop.owner).await;
        let average = async || {
            shop.dashboard(&shop.owner, "averageOrder { amount }").await["averageOrder"]["amount"]
                .take()
        };
        // 1, 1.5, 1.33, 1.75, 2 cents.
        for (quantity, expected) in
            [(1, "0.01"), (2, "0.02"), (1, "0.01"), (3, "0.02"), (3, "0.02")]
        {
            shop.order(&cent, quantity).by(&shop.buyer).await;
            assert_eq!(average().await, expected);
        }
        let dollars = json!({ "amount": "7.25", "currency": "USD" });
        let oil = shop.listing("Aceite").with("price", dollars).by(&shop.owner).await;
        let yen = shop
            .listing("Té verde")
            .with("price", json!({ "amount": "300", "currency": "JPY" }))
            .by(&shop.owner)
            .await;
        shop.order(&oil, 2).by(&shop.buyer).await;
        shop.order(&yen, 1).by(&shop.buyer).await;
        let called_off = shop.order(&oil, 1).by(&shop.buyer).await;
        done(take(&shop.buyer, "Cancel", &called_off).await);
        let expected = json!({
            "day": "2026-11-18", "orderCount": 7, "revenue": { "amount": "0.10", "currency": "NIO" },
            "averageOrder": { "amount": "0.02" },
            "otherRevenue": [{ "amount": "300", "currency": "JPY" }, { "amount": "14.50", "currency": "USD" }],
        });
        assert_eq!(shop.dashboard(&shop.owner, SUMS).await, expected);
        let hours = shop.dashboard(&shop.owner, "hourly { orderCount revenue { amount } }").await;
        assert_eq!(hours["hourly"][9], json!({ "orderCount": 7, "revenue": { "amount": "0.10" } }));
    }
}

on_both! {
    async fn the_ten_best_sellers_come_first(app: &TestApp) {
        let shop = Shop::open(app).await;
        let mut listings = Vec::new();
        for at in 0..12 {
            let price = format!("{}.00", 1 + at % 3);
            listings.push(shop.listing(&format!("Cosa {at}")).price(&price).by(&shop.owner).await);
        }
        for (at, quantity) in [3, 9, 9, 1, 4, 4, 12, 2, 5, 6, 7, 8].into_iter().enumerate() {
            shop.order(&listings[at], quantity).by(&shop.buyer).await;
        }
        let top = shop
            .dashboard(&shop.owner, "topListings { listing { title } quantity revenue { amount } }")
            .await;
        let told: Vec<_> = top["topListings"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| {
                (
                    row["listing"]["title"].as_str().expect("a title").to_owned(),
                    row["quantity"].as_i64().expect("a number"),
                )
            })
            .collect();
        // Of as many sold, first what brought more.
        let expected = [
            ("Cosa 6", 12),
            ("Cosa 2", 9),
            ("Cosa 1", 9),
            ("Cosa 11", 8),
            ("Cosa 10", 7),
            ("Cosa 9", 6),
            ("Cosa 8", 5),
            ("Cosa 5", 4),
            ("Cosa 4", 4),
            ("Cosa 0", 3),
        ];
        assert_eq!(told, expected.map(|(title, quantity)| (title.to_owned(), quantity)));
        assert_eq!(top["topListings"][1]["revenue"]["amount"], "27.00");
    }
}

on_both! {
    async fn figures_are_for_the_stores_people_alone(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        shop.order(&listing, 1).by(&shop.buyer).await;
        let shown = async |client: &Client| shop.dashboard(client, "orderCount").await;
        for person in [&shop.owner, &shop.clerk, &shop.courier, &app.admin().await] {
            assert_eq!(shown(person).await, json!({ "orderCount": 1 }));
        }
        let (stranger, helper) = (app.member("nadie").await, support(app).await);
        for person in [&app.guest(), &stranger, &shop.buyer, &helper] {
            assert_eq!(shown(person).await, json!(null));
        }
        // Another store's owner is a stranger here.
        MakeStore::new("otra").by(&stranger).await;
        assert_eq!(shown(&stranger).await, json!(null));
    }
}
