//! Placing: what an order shows, its number, its prices, and what it takes from stock.

use super::{Shop, look, stock, take};
use crate::support::{MakeListing, MakeOrder, MakeStore, done, on_both, row};
use plaza::db::Reads;
use serde_json::{Value, json};

const WHOLE: &str = "number status fulfilment note itemCount version placedAt scheduledFor updatedAt \
     total { amount currency } store { id } buyer { id } nextStatuses \
     items { title quantity unitPrice { amount currency } total { amount currency } listing { id } } \
     history { nodes { kind version note occurredAt actor { id } } totalCount }";

fn money(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "NIO" })
}

on_both! {
    async fn an_order_shows_what_was_bought(app: &TestApp) {
        let shop = Shop::open(app).await;
        let cheese =
            shop.listing("Queso").with("stock", json!(5)).price("45.50").by(&shop.owner).await;
        let coffee = shop.listing("Café").price("12.25").by(&shop.owner).await;
        app.pass_seconds(90);
        let order = MakeOrder::new(&shop.store)
            .item(&coffee, 3)
            .item(&cheese, 2)
            .with("note", json!("  Sin bolsa,\r\npor favor  "))
            .place(&shop.buyer, &format!("id {WHOLE}"))
            .await;
        let now = "2026-11-18T15:01:30.000000Z";
        let line = |listing: &str, title: &str, quantity: i32, price: &str, total: &str| {
            json!({
                "title": title, "quantity": quantity, "unitPrice": money(price),
                "total": money(total), "listing": { "id": listing },
            })
        };
        let first = json!({
            "kind": "PLACED", "version": 1, "note": null, "occurredAt": now, "actor": { "id": shop.buyer.id },
        });
        let expected = json!({
            "id": order["id"], "number": "A-0001", "status": "PLACED", "fulfilment": "PICKUP",
            "note": "Sin bolsa,\npor favor", "itemCount": 5, "version": 1,
            "placedAt": now, "updatedAt": now, "scheduledFor": null, "total": money("127.75"),
            "store": { "id": shop.store }, "buyer": { "id": shop.buyer.id },
            "nextStatuses": ["CANCELLED"],
            "items": [
                line(&coffee, "Café", 3, "12.25", "36.75"), line(&cheese, "Queso", 2, "45.50", "91.00"),
            ],
            "history": { "nodes": [first], "totalCount": 1 },
        });
        assert_eq!(order, expected, "as it was placed");
        let id = order["id"].as_str().expect("an id");
        assert_eq!(look(&shop.buyer, id, &format!("id {WHOLE}")).await, expected, "as it is read");
        assert_eq!(stock(&shop.owner, &cheese).await, ("ACTIVE".to_owned(), json!(3)));
        assert_eq!(stock(&shop.owner, &coffee).await, ("ACTIVE".to_owned(), json!(null)));
    }
}

on_both! {
    async fn numbers_grow_by_one_in_each_store(app: &TestApp) {
        let shop = Shop::open(app).await;
        let other = MakeStore::new("otra").by(&shop.owner).await;
        let here = shop.listing("Queso").by(&shop.owner).await;
        let there = MakeListing::new(&other, &shop.category, "Pan").by(&shop.owner).await;
        let mut numbers = Vec::new();
        for (store, listing) in
            [(&shop.store, &here), (&shop.store, &here), (&other, &there), (&shop.store, &here)]
        {
            let order = MakeOrder::new(store).item(listing, 1).place(&shop.buyer, "number").await;
            numbers.push(order["number"].as_str().expect("a number").to_owned());
        }
        assert_eq!(numbers, ["A-0001", "A-0002", "A-0001", "A-0003"]);
    }
}

on_both! {
    async fn prices_and_titles_stay_as_they_were(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        let order = shop.order(&listing, 3).by(&shop.buyer).await;
        let dearer = json!({
            "id": listing, "title": "Queso fino", "price": { "amount": "99.99", "currency": "USD" },
        });
        done(shop.owner.mutate("listingUpdate", dearer, "").await);
        let bought = "total { amount currency } \
             items { title unitPrice { amount } total { amount } listing { title } }";
        let expected = json!({
            "total": money("30.00"),
            "items": [{
                "title": "Queso", "unitPrice": { "amount": "10.00" }, "total": { "amount": "30.00" },
                "listing": { "title": "Queso fino" },
            }],
        });
        assert_eq!(look(&shop.buyer, &order, bought).await, expected);
        let next = shop.order(&listing, 1).place(&shop.buyer, "total { amount currency }").await;
        assert_eq!(next["total"], json!({ "amount": "99.99", "currency": "USD" }));
        // A listing that is gone leaves its line behind, and the order can still be called off.
        let tx = app.app.db.write().await.expect("begins");
        let mut sql = tx.sql("DELETE FROM listing WHERE id = ");
        sql.bind(row(&listing));
        assert_eq!(tx.run(sql).await.expect("deletes"), 1);
        tx.commit().await.expect("commits");
        let kept = look(&shop.buyer, &order, "items { title quantity listing { id } }").await;
        assert_eq!(kept["items"], json!([{ "title": "Queso", "quantity": 3, "listing": null }]));
        done(take(&shop.buyer, "Cancel", &order).await);
    }
}

on_both! {
    async fn stock_is_taken_and_what_is_empty_is_sold_out(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.counted("Queso", 3).await;
        shop.order(&listing, 2).by(&shop.buyer).await;
        assert_eq!(stock(&shop.owner, &listing).await, ("ACTIVE".to_owned(), json!(1)));
        shop.order(&listing, 1).by(&shop.buyer).await;
        assert_eq!(stock(&shop.owner, &listing).await, ("SOLD_OUT".to_owned(), json!(0)));
        let market = app.guest().ask("{ listings { totalCount } }", json!({})).await;
        assert_eq!(market["listings"]["totalCount"], 0);
    }
}

on_both! {
    async fn what_is_left_out_has_a_default(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").price("0").by(&shop.owner).await;
        let select = "fulfilment note scheduledFor total { amount }";
        for (field, value, expected) in [
            ("fulfilment", json!(null), ("PICKUP", json!(null))),
            ("fulfilment", json!("DELIVERY"), ("DELIVERY", json!(null))),
            ("fulfilment", json!("PICKUP"), ("PICKUP", json!(null))),
            ("note", json!(null), ("PICKUP", json!(null))),
            ("note", json!(" \n\t "), ("PICKUP", json!(null))),
            ("note", json!("ñ".repeat(500)), ("PICKUP", json!("ñ".repeat(500)))),
            ("scheduledFor", json!(null), ("PICKUP", json!(null))),
        ] {
            let order = shop.order(&listing, 1).with(field, value).place(&shop.buyer, select).await;
            let (fulfilment, note) = expected;
            let expected = json!({
                "fulfilment": fulfilment, "note": note, "scheduledFor": null, "total": { "amount": "0.00" },
            });
            assert_eq!(order, expected, "{field}");
        }
        // The store's own people may buy of it, and the most there can be of lines and of one thing.
        let mut most = MakeOrder::new(&shop.store).item(&listing, 1000);
        for at in 1..100 {
            most = most.item(&shop.listing(&format!("Cosa {at}")).by(&shop.owner).await, 1000);
        }
        let order = most.place(&shop.owner, "itemCount total { amount } items { title }").await;
        assert_eq!(order["itemCount"], 100_000);
        assert_eq!(order["total"]["amount"], "990000.00");
        assert_eq!(order["items"].as_array().map(Vec::len), Some(100));
        assert_eq!(order["items"][99]["title"], "Cosa 99");
    }
}
