//! Putting listings up: drafts and sales, prices to the currency's decimals, once for each key.

use crate::support::{
    Client, MakeStore, TestApp, done, global, id, message, of_input, on_both, refusals, refused,
};
use serde_json::{Value, json};
use uuid::Uuid;

const WHOLE: &str = "listing { id title description price { amount currency } stock status locationName \
     location { latitude longitude } version promoted publisher { handle } store { id } category { slug } createdAt updatedAt }";

struct Shop {
    owner: Client,
    store: String,
    category: String,
}

impl Shop {
    async fn open(app: &TestApp) -> Self {
        let owner = app.member("elena").await;
        let store = MakeStore::new("central")
            .with("locationName", json!("El parque"))
            .with("location", json!({ "latitude": 12.1, "longitude": -85.36 }))
            .by(&owner)
            .await;
        Self { owner, store, category: app.category("comida", None).await }
    }

    fn input(&self) -> Value {
        json!({
            "storeId": self.store, "categoryId": self.category, "title": "Queso seco, por libra",
            "price": { "amount": "95.50", "currency": "NIO" },
        })
    }

    fn with(&self, field: &str, value: Value) -> Value {
        let mut input = self.input();
        input[field] = value;
        input
    }

    async fn create(&self, input: Value) -> Value {
        self.owner.mutate("listingCreate", input, WHOLE).await
    }

    async fn priced(&self, amount: &str, currency: &str) -> Value {
        self.create(self.with("price", json!({ "amount": amount, "currency": currency }))).await
    }
}

on_both! {
    async fn a_listing_is_a_draft_unless_published_and_stands_where_its_store_does(app: &TestApp) {
        let shop = Shop::open(app).await;
        let draft = done(shop.create(shop.input()).await)["listing"].clone();
        assert_eq!(
            draft,
            json!({
                "id": id(&draft), "title": "Queso seco, por libra", "description": "", "price": { "amount": "95.50", "currency": "NIO" },
                "stock": null, "status": "DRAFT", "locationName": "El parque", "location": { "latitude": 12.1, "longitude": -85.36 },
                "version": 1, "promoted": false, "publisher": { "handle": "elena" }, "store": { "id": shop.store },
                "category": { "slug": "comida" }, "createdAt": "2026-11-18T15:00:00Z", "updatedAt": "2026-11-18T15:00:00Z",
            })
        );
        for (publish, stock, status) in [
            (json!(true), json!(null), "ACTIVE"),
            (json!(true), json!(3), "ACTIVE"),
            (json!(true), json!(0), "SOLD_OUT"),
            (json!(false), json!(0), "DRAFT"),
            (json!(false), json!(3), "DRAFT"),
        ] {
            let mut input = shop.with("publish", publish);
            input["stock"] = stock.clone();
            let made = done(shop.create(input).await);
            assert_eq!(
                (&made["listing"]["status"], &made["listing"]["stock"]),
                (&json!(status), &stock)
            );
        }
        let own = done(
            shop.create(shop.with("location", json!({ "latitude": -1.5, "longitude": 180.0 })))
                .await,
        );
        assert_eq!(
            own["listing"]["location"],
            json!({ "latitude": -1.5, "longitude": -180.0 }),
            "one place has one spelling"
        );
        assert_eq!(
            own["listing"]["locationName"],
            json!(null),
            "a place of its own has no name of the store's"
        );
        let named = done(shop.create(shop.with("locationName", json!("En casa"))).await);
        assert_eq!(
            (&named["listing"]["locationName"], &named["listing"]["location"]),
            (&json!("En casa"), &json!(null))
        );
    }
}

on_both! {
    async fn prices_have_the_decimals_of_their_currency(app: &TestApp) {
        let shop = Shop::open(app).await;
        for (amount, currency, told) in [
            ("0", "NIO", "0.00"),
            ("0.05", "NIO", "0.05"),
            ("12.5", "NIO", "12.50"),
            ("12.500", "NIO", "12.50"),
            ("007", "USD", "7.00"),
            ("1200", "JPY", "1200"),
            ("1200.0", "JPY", "1200"),
            ("1.125", "KWD", "1.125"),
            ("1000000000", "NIO", "1000000000.00"),
            ("-0", "NIO", "0.00"),
        ] {
            let made = done(shop.priced(amount, currency).await);
            assert_eq!(made["listing"]["price"], json!({ "amount": told, "currency": currency }));
        }
        for (amount, currency, refusal, part) in [
            ("12.505", "NIO", "INVALID price.amount", "NIO has 2 decimals"),
            ("0.5", "JPY", "INVALID price.amount", "JPY has 0 decimals"),
            ("-0.01", "NIO", "OUT_OF_RANGE price.amount", "0 or more"),
            ("1000000000.01", "NIO", "OUT_OF_RANGE price.amount", "at most 1000000000"),
            ("79228162514264337593543950335", "NIO", "OUT_OF_RANGE price.amount", "at most"),
            ("10", "XYZ", "INVALID price.currency", "NIO"),
            ("10", "", "INVALID price.currency", "ISO 4217"),
            ("10", "XXX", "INVALID price.currency", "ISO 4217"),
        ] {
            let payload = shop.priced(amount, currency).await;
            let (told, sentence) = refused(&payload);
            assert_eq!(told, refusal, "{amount} {currency}");
            assert!(sentence.contains(part), "{sentence}");
        }
    }
}

on_both! {
    async fn what_is_no_number_is_no_price(app: &TestApp) {
        let shop = Shop::open(app).await;
        for amount in [
            json!("NaN"),
            json!("Infinity"),
            json!("1e3"),
            json!("12,50"),
            json!(""),
            json!("1_000"),
            json!(12.5),
            json!(true),
            json!("9".repeat(60)),
        ] {
            let input = shop.with("price", json!({ "amount": amount, "currency": "NIO" }));
            let (query, variables) = of_input("listingCreate", input, "listing { id }");
            let error = shop.owner.fail(&query, variables).await;
            assert!(
                error["message"]
                    .as_str()
                    .is_some_and(|told| told.contains("exact decimal") && told.contains("12.50")),
                "{amount}: {error}"
            );
            assert_ne!(error["extensions"]["code"], "INTERNAL");
        }
        let whole =
            done(shop.create(shop.with("price", json!({ "amount": 12, "currency": "NIO" }))).await);
        assert_eq!(whole["listing"]["price"]["amount"], "12.00", "a whole number is exact");
    }
}

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

on_both! {
    async fn only_owner_and_managers_put_up(app: &TestApp) {
        let shop = Shop::open(app).await;
        for (handle, role, may) in [
            ("marta", Some("MANAGER"), true),
            ("carlos", Some("CLERK"), false),
            ("raul", Some("COURIER"), false),
            ("nadie", None, false),
        ] {
            let person = app.member(handle).await;
            if role.is_some() {
                let set = json!({ "storeId": shop.store, "userId": person.id, "role": role });
                done(shop.owner.mutate("storeMemberSet", set, "").await);
            }
            let payload = person.mutate("listingCreate", shop.input(), WHOLE).await;
            if may {
                assert_eq!(done(payload)["listing"]["publisher"]["handle"], handle);
            } else {
                assert_eq!(
                    refused(&payload),
                    (
                        "FORBIDDEN".to_owned(),
                        "Only the store's owner and managers may do this".to_owned()
                    )
                );
                assert_eq!(payload["listing"], json!(null));
            }
        }
        let (query, variables) = of_input("listingCreate", shop.input(), "listing { id }");
        assert_eq!(
            app.guest().fail(&query, variables).await["extensions"]["code"],
            "UNAUTHENTICATED"
        );
    }
}

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
