//! What is wrong with a new listing.

use super::Shop;
use crate::support::{done, global, message, on_both, refusals, refused};
use serde_json::json;
use uuid::Uuid;

on_both! {
    async fn everything_wrong_with_a_listing_is_told_at_once(app: &TestApp) {
        let shop = Shop::open(app).await;
        let mut input = shop.input();
        for (field, value) in [
            ("title", json!("ab")),
            ("description", json!("x".repeat(10_001))),
            ("stock", json!(-1)),
            ("locationName", json!(" ")),
            ("location", json!({ "latitude": 0, "longitude": -180.5 })),
            ("price", json!({ "amount": "-1", "currency": "NIO" })),
        ] {
            input[field] = value;
        }
        let payload = shop.create(input).await;
        assert_eq!(
            refusals(&payload),
            [
                "TOO_SHORT title",
                "TOO_LONG description",
                "OUT_OF_RANGE price.amount",
                "OUT_OF_RANGE stock",
                "REQUIRED locationName",
                "OUT_OF_RANGE location",
            ]
        );
        for (field, part) in
            [("title", "at least 3"), ("stock", "0 to 1000000"), ("location", "from -180 to 180")]
        {
            assert!(message(&payload, field).contains(part), "{}", message(&payload, field));
        }
        for (title, refusal, part) in [
            ("", "REQUIRED title", "can't be empty"),
            ("\u{200b}\u{200b}\u{200b}", "REQUIRED title", "can't be empty"),
            ("Que\u{0}so", "INVALID title", "place 4"),
            ("Queso\nseco", "INVALID title", "place 6"),
            ("Que\u{202e}so", "INVALID title", "place 4"),
            (&"ñ".repeat(121), "TOO_LONG title", "at most 120 characters; these are 121"),
        ] {
            let (told, sentence) = refused(&shop.create(shop.with("title", json!(title))).await);
            assert_eq!(told, refusal, "{title:?}");
            assert!(sentence.contains(part), "{sentence}");
        }
        assert_eq!(
            refusals(&shop.create(shop.with("description", json!("a\u{1b}b"))).await),
            ["INVALID description"]
        );
        assert_eq!(
            refusals(&shop.create(shop.with("imageIds", json!([shop.store]))).await),
            ["NOT_FOUND imageIds.0"]
        );
        done(shop.create(shop.with("title", json!("ñ".repeat(120)))).await);
    }
}

on_both! {
    async fn ids_of_nothing_and_of_other_kinds_are_told_apart(app: &TestApp) {
        let shop = Shop::open(app).await;
        for (field, value, refusal, part) in [
            ("storeId", global(5, Uuid::from_u128(7)), "NOT_FOUND storeId", "no such store"),
            (
                "storeId",
                shop.category.clone(),
                "INVALID storeId",
                "id of a Category; a Store is expected",
            ),
            (
                "categoryId",
                global(4, Uuid::from_u128(7)),
                "NOT_FOUND categoryId",
                "no such category",
            ),
            (
                "categoryId",
                shop.store.clone(),
                "INVALID categoryId",
                "id of a Store; a Category is expected",
            ),
            ("categoryId", "comida".to_owned(), "INVALID categoryId", "not an id"),
        ] {
            let (told, sentence) = refused(&shop.create(shop.with(field, json!(value))).await);
            assert_eq!(told, refusal);
            assert!(sentence.contains(part), "{sentence}");
        }
    }
}
