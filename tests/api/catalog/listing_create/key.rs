//! The same key, the same listing.

use super::{Shop, WHOLE};
use crate::support::{done, global, id, on_both, refusals, refused};
use serde_json::json;
use uuid::Uuid;

on_both! {
    async fn the_same_key_and_input_is_the_same_listing(app: &TestApp) {
        let shop = Shop::open(app).await;
        let keyed = |title: &str| {
            let mut input = shop.with("idempotencyKey", json!("una-clave"));
            input["title"] = json!(title);
            input
        };
        let first = done(shop.create(keyed("Queso")).await)["listing"].clone();
        app.pass_seconds(600);
        assert_eq!(done(shop.create(keyed("Queso")).await)["listing"], first);
        let (refusal, told) = refused(&shop.create(keyed("Cuajada")).await);
        assert_eq!(refusal, "IDEMPOTENCY_MISMATCH idempotencyKey");
        assert!(told.contains("make a new key"), "{told}");
        // A refused attempt takes no key, and a key is its owner's alone.
        let mut refused_once = shop.with("idempotencyKey", json!("otra"));
        refused_once["categoryId"] = json!(global(4, Uuid::from_u128(7)));
        assert_eq!(refusals(&shop.create(refused_once).await), ["NOT_FOUND categoryId"]);
        done(shop.create(shop.with("idempotencyKey", json!("otra"))).await);
        let admin = app.admin().await;
        let other = done(admin.mutate("listingCreate", keyed("Queso"), WHOLE).await);
        assert_ne!(other["listing"]["id"], first["id"]);
        for key in ["", &"k".repeat(129), "a\u{0}b"] {
            let (refusal, told) =
                refused(&shop.create(shop.with("idempotencyKey", json!(key))).await);
            assert_eq!(refusal, "INVALID idempotencyKey", "{key:.10}");
            assert!(told.contains("1 to 128"), "{told}");
        }
    }
}

on_both! {
    async fn two_at_once_with_one_key_are_one_listing(app: &TestApp) {
        let shop = Shop::open(app).await;
        let input = shop.with("idempotencyKey", json!("una-clave"));
        let made = futures_util::future::join_all((0..6).map(|_| shop.create(input.clone()))).await;
        let ids: std::collections::BTreeSet<String> =
            made.into_iter().map(|payload| id(&done(payload)["listing"])).collect();
        assert_eq!(ids.len(), 1, "{ids:?}");
        let drafts = format!(
            "{{ listings(filter: {{ storeId: \"{}\", status: [DRAFT] }}) {{ totalCount }} }}",
            shop.store
        );
        assert_eq!(shop.owner.ask(&drafts, json!({})).await["listings"]["totalCount"], 1);
    }
}
