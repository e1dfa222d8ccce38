//! Orders that are refused: why, at which field, and that nothing is left of them.

use super::{Shop, stock, suspend};
use crate::support::{
    Client, MakeListing, MakeOrder, MakeStore, done, global, message, on_both, refusals, refused,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// Refusals of an order
async fn told(make: &MakeOrder, buyer: &Client) -> Vec<String> {
    let payload = make.send(buyer, "id").await;
    assert_eq!(payload["order"], json!(null), "{payload:#}");
    refusals(&payload)
}

/// The one refusal of an order, and that its sentence says this
async fn expect(make: MakeOrder, buyer: &Client, refusal: &str, part: &str) {
    let (code, sentence) = refused(&make.send(buyer, "id").await);
    assert_eq!(code, refusal, "{sentence}");
    assert!(sentence.contains(part), "{refusal}: {sentence}");
}

/// Nothing was placed: no order, no number.
async fn expect_nothing(shop: &Shop, good: &str) {
    let query = "{ store(handle: \"central\") { orders { totalCount } dashboard { orderCount } } }";
    let found = shop.owner.ask(query, json!({})).await;
    assert_eq!(found["store"]["orders"]["totalCount"], 0);
    assert_eq!(found["store"]["dashboard"]["orderCount"], 0);
    let order = shop.order(good, 1).place(&shop.buyer, "number").await;
    assert_eq!(order["number"], "A-0001", "no number was used");
}

on_both! {
    async fn items_that_can_not_be_had_are_named(app: &TestApp) {
        let shop = Shop::open(app).await;
        let good = shop.counted("Queso", 5).await;
        let other = MakeStore::new("otra").by(&shop.owner).await;
        let elsewhere = MakeListing::new(&other, &shop.category, "Pan").by(&shop.owner).await;
        let draft = shop.listing("Borrador").with("publish", json!(false)).by(&shop.owner).await;
        let (paused, archived) = (
            shop.listing("Pausado").by(&shop.owner).await,
            shop.listing("Viejo").by(&shop.owner).await,
        );
        done(shop.owner.mutate_id("listingPause", &paused, "listing { id }").await);
        done(shop.owner.mutate_id("listingArchive", &archived, "listing { id }").await);
        let sold_out = shop.counted("Agotado", 0).await;
        let dollars = json!({ "amount": "1.00", "currency": "USD" });
        let dollars = shop.listing("Aceite").with("price", dollars).by(&shop.owner).await;
        let unknown = global(6, Uuid::from_u128(7));
        let with = |listing: &str, quantity| shop.order(&good, 1).item(listing, quantity);
        for (make, refusal, part) in [
            (
                with(&elsewhere, 1),
                "INVALID items.1.listingId",
                "Pan is not offered by Tienda central",
            ),
            (with(&unknown, 1), "NOT_FOUND items.1.listingId", "no such listing"),
            (with(&shop.store, 1), "INVALID items.1.listingId", "a Listing is expected"),
            (with("queso", 1), "INVALID items.1.listingId", "not an id"),
            (with(&draft, 1), "NOT_FOUND items.1.listingId", "no such listing"),
            (with(&paused, 1), "CONFLICT items.1.listingId", "Pausado is not on the market"),
            (with(&archived, 1), "CONFLICT items.1.listingId", "Viejo is not on the market"),
            (with(&sold_out, 1), "OUT_OF_STOCK items.1.quantity", "Agotado is sold out"),
            (shop.order(&good, 6), "OUT_OF_STOCK items.0.quantity", "Of Queso there are 5 left"),
            (with(&dollars, 1), "INVALID items.1.listingId", "an order for each currency"),
            (
                with(&dollars, 1),
                "INVALID items.1.listingId",
                "priced in USD and the items before in NIO",
            ),
            (with(&good, 1), "INVALID items.1.listingId", "with the sum"),
            (shop.order(&good, 0), "OUT_OF_RANGE items.0.quantity", "1 to 1000"),
            (shop.order(&good, -3), "OUT_OF_RANGE items.0.quantity", "1 to 1000"),
            (shop.order(&good, 1001), "OUT_OF_RANGE items.0.quantity", "1 to 1000"),
            (shop.order(&good, 1_000_000), "OUT_OF_RANGE items.0.quantity", "1 to 1000"),
            (MakeOrder::new(&shop.store), "REQUIRED items", "at least one item"),
        ] {
            expect(make, &shop.buyer, refusal, part).await;
        }
        assert_eq!(stock(&shop.owner, &good).await, ("ACTIVE".to_owned(), json!(5)));
        expect_nothing(&shop, &good).await;
    }
}

on_both! {
    async fn all_wrong_items_are_told_at_once(app: &TestApp) {
        let shop = Shop::open(app).await;
        let good = shop.counted("Queso", 5).await;
        let sold_out = shop.counted("Agotado", 0).await;
        let paused = shop.listing("Pausado").by(&shop.owner).await;
        done(shop.owner.mutate_id("listingPause", &paused, "listing { id }").await);
        let unknown = global(6, Uuid::from_u128(7));
        let wrong = MakeOrder::new(&shop.store)
            .item(&sold_out, 1)
            .item(&good, 6)
            .item(&paused, 1)
            .item(&unknown, 1);
        assert_eq!(
            told(&wrong, &shop.buyer).await,
            [
                "OUT_OF_STOCK items.0.quantity",
                "OUT_OF_STOCK items.1.quantity",
                "CONFLICT items.2.listingId",
                "NOT_FOUND items.3.listingId",
            ]
        );
        let wrong = MakeOrder::new(&shop.store)
            .item(&good, 0)
            .item(&good, 1001)
            .with("note", json!("x".repeat(501)))
            .with("scheduledFor", json!("2026-11-18T15:00:00Z"));
        assert_eq!(
            told(&wrong, &shop.buyer).await,
            [
                "OUT_OF_RANGE items.0.quantity",
                "OUT_OF_RANGE items.1.quantity",
                "INVALID items.1.listingId",
                "TOO_LONG note",
                "OUT_OF_RANGE scheduledFor",
            ]
        );
        let wrong =
            MakeOrder::new(&shop.store).item("x", 1).item(&good, 0).item(&shop.store, 1_000_000);
        assert_eq!(
            told(&wrong, &shop.buyer).await,
            ["INVALID items.0.listingId", "INVALID items.2.listingId",]
        );
        expect_nothing(&shop, &good).await;
    }
}

on_both! {
    async fn an_order_has_at_most_a_hundred_items(app: &TestApp) {
        let shop = Shop::open(app).await;
        let good = shop.counted("Queso", 5).await;
        let mut many = MakeOrder::new(&shop.store);
        for at in 0..101 {
            many = many.item(&global(6, Uuid::from_u128(at)), 1);
        }
        expect(many, &shop.buyer, "OUT_OF_RANGE items", "at most 100 items").await;
        expect_nothing(&shop, &good).await;
    }
}

on_both! {
    async fn a_store_that_is_not_there_takes_no_order(app: &TestApp) {
        let shop = Shop::open(app).await;
        let good = shop.counted("Queso", 5).await;
        for (store, refusal, part) in [
            (global(5, Uuid::from_u128(7)), "NOT_FOUND storeId", "no such store"),
            (shop.buyer.id.clone(), "INVALID storeId", "a Store is expected"),
            ("central".to_owned(), "INVALID storeId", "not an id"),
        ] {
            expect(MakeOrder::new(&store).item(&good, 1), &shop.buyer, refusal, part).await;
        }
        let admin = app.admin().await;
        suspend(&admin, &shop.owner.id).await;
        expect(shop.order(&good, 1), &shop.buyer, "NOT_FOUND storeId", "no such store").await;
        let orders = shop.buyer.ask("{ viewer { orders { totalCount } } }", json!({})).await;
        assert_eq!(orders["viewer"]["orders"]["totalCount"], 0);
        assert_eq!(stock(&admin, &good).await.1, 5);
    }
}

on_both! {
    async fn what_a_suspended_person_put_up_is_not_to_be_had(app: &TestApp) {
        let shop = Shop::open(app).await;
        let manager = app.member("marta").await;
        shop.hire(&manager, json!("MANAGER")).await;
        let hidden = shop.listing("De Marta").by(&manager).await;
        let admin = app.admin().await;
        suspend(&admin, &manager.id).await;
        expect(
            shop.order(&hidden, 1),
            &shop.buyer,
            "NOT_FOUND items.0.listingId",
            "no such listing",
        )
        .await;
    }
}

on_both! {
    async fn guests_and_keys_that_are_none_are_refused(app: &TestApp) {
        let shop = Shop::open(app).await;
        let good = shop.counted("Queso", 5).await;
        let query = "mutation($i: OrderPlaceInput!) { orderPlace(input: $i) { order { id } userErrors { code } } }";
        let input = |key: Value| {
            json!({ "i": {
                "storeId": shop.store, "items": [{ "listingId": good, "quantity": 1 }], "idempotencyKey": key,
            } })
        };
        let error = app.guest().fail(query, input(json!("una"))).await;
        assert_eq!(error["extensions"]["code"], "UNAUTHENTICATED");
        assert!(error["message"].as_str().is_some_and(|told| told.contains("Sign in")), "{error}");
        // It has to be there.
        let error = shop.buyer.fail(query, input(json!(null))).await;
        assert_ne!(error["extensions"]["code"], "INTERNAL");
        for key in [String::new(), "k".repeat(129), "a\u{0}b".to_owned(), "a\nb".to_owned()] {
            let make = shop.order(&good, 1).with("idempotencyKey", json!(key));
            let payload = make.send(&shop.buyer, "id").await;
            assert_eq!(refusals(&payload), ["INVALID idempotencyKey"], "{key:.10}");
            assert!(message(&payload, "idempotencyKey").contains("1 to 128 visible characters"));
        }
        assert_eq!(stock(&shop.owner, &good).await, ("ACTIVE".to_owned(), json!(5)));
        expect_nothing(&shop, &good).await;
        // As long as a key may be, in characters.
        shop.order(&good, 1).with("idempotencyKey", json!("ñ".repeat(128))).by(&shop.buyer).await;
    }
}

on_both! {
    async fn an_order_costs_no_more_than_an_amount_can_be(app: &TestApp) {
        let shop = Shop::open(app).await;
        let (dear, too) =
            (shop.listing("Finca").price("1000000000"), shop.listing("Otra").price("0.01"));
        let (dear, too) = (dear.by(&shop.owner).await, too.by(&shop.owner).await);
        let most = shop.order(&dear, 1000);
        let over = most.clone().item(&too, 1);
        expect(over, &shop.buyer, "OUT_OF_RANGE items", "at most 1,000,000,000,000 in all").await;
        let order = most.place(&shop.buyer, "number total { amount }").await;
        assert_eq!(order, json!({ "number": "A-0001", "total": { "amount": "1000000000000.00" } }));
    }
}
