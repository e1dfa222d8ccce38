//! Changing listings: by version, field by field, and what a new stock makes of their state.

use crate::support::{
    Client, MakeListing, MakeStore, TestApp, done, global, message, of_input, on_both, refusals,
    refused,
};
use serde_json::{Value, json};
use uuid::Uuid;

const WHOLE: &str = "listing { id title description price { amount currency } stock status locationName \
     location { latitude longitude } version category { slug } createdAt updatedAt }";

struct Shop {
    owner: Client,
    store: String,
    category: String,
}

impl Shop {
    async fn open(app: &TestApp) -> Self {
        let owner = app.member("elena").await;
        let store = MakeStore::new("central").by(&owner).await;
        Self { owner, store, category: app.category("comida", None).await }
    }

    fn listing(&self) -> MakeListing {
        MakeListing::new(&self.store, &self.category, "Queso seco")
    }
}

async fn update(person: &Client, input: Value) -> Value {
    person.mutate("listingUpdate", input, WHOLE).await
}

on_both! {
    async fn an_omitted_field_stays_and_null_clears_it(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop
            .listing()
            .with("description", json!("De vaca"))
            .with("stock", json!(5))
            .with("locationName", json!("El parque"))
            .with("location", json!({ "latitude": 12.1, "longitude": -85.3 }))
            .by(&shop.owner)
            .await;
        let mut expected =
            done(update(&shop.owner, json!({ "id": listing })).await)["listing"].clone();
        assert_eq!(
            (&expected["version"], &expected["updatedAt"]),
            (&json!(1), &json!("2026-11-18T15:00:00.000000Z")),
            "nothing changed"
        );
        let mut version = 1;
        for (field, value, shown) in [
            ("title", json!(" Cuajada "), json!("Cuajada")),
            ("description", json!("Fresca"), json!("Fresca")),
            (
                "price",
                json!({ "amount": "1.5", "currency": "USD" }),
                json!({ "amount": "1.50", "currency": "USD" }),
            ),
            ("stock", json!(7), json!(7)),
            ("locationName", json!("Otro lado"), json!("Otro lado")),
            (
                "location",
                json!({ "latitude": 1.0, "longitude": 2.0 }),
                json!({ "latitude": 1.0, "longitude": 2.0 }),
            ),
            ("description", json!(null), json!("")),
            ("stock", json!(null), json!(null)),
            ("locationName", json!(null), json!(null)),
            ("location", json!(null), json!(null)),
        ] {
            app.pass_seconds(60);
            version += 1;
            expected[field] = shown;
            expected["version"] = json!(version);
            let changed =
                done(update(&shop.owner, json!({ "id": listing, field: value })).await)["listing"]
                    .clone();
            expected["updatedAt"] = changed["updatedAt"].clone();
            assert_eq!(changed, expected, "{field}: {value}");
        }
        assert_eq!(expected["updatedAt"], "2026-11-18T15:10:00.000000Z");
        assert_eq!(expected["createdAt"], "2026-11-18T15:00:00.000000Z");
    }
}

on_both! {
    async fn a_category_is_changed_and_what_must_be_there_is_not_cleared(app: &TestApp) {
        let shop = Shop::open(app).await;
        let other = app.category("otros", None).await;
        let listing = shop.listing().by(&shop.owner).await;
        let moved = update(&shop.owner, json!({ "id": listing, "categoryId": other })).await;
        assert_eq!(done(moved)["listing"]["category"]["slug"], "otros");
        let nulls = json!({ "id": listing, "title": null, "price": null, "categoryId": null });
        let payload = update(&shop.owner, nulls).await;
        let mut told = refusals(&payload);
        told.sort_unstable();
        assert_eq!(told, ["REQUIRED categoryId", "REQUIRED price", "REQUIRED title"]);
        assert!(message(&payload, "price").contains("leave it out"));
    }
}

on_both! {
    async fn who_read_an_older_version_is_told_so(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing().by(&shop.owner).await;
        let change = |version: i32, title: &str| json!({ "id": listing, "version": version, "title": title });
        assert_eq!(done(update(&shop.owner, change(1, "Uno")).await)["listing"]["version"], 2);
        for stale in [1, 0, 3, -1] {
            let (refusal, told) = refused(&update(&shop.owner, change(stale, "Dos")).await);
            assert_eq!(refusal, "CONFLICT version");
            assert!(
                told.contains(&format!("since version {stale}")) && told.contains("it is at 2"),
                "{told}"
            );
        }
        let (one, two) = futures_util::future::join(
            update(&shop.owner, change(2, "Tres")),
            update(&shop.owner, change(2, "Cuatro")),
        )
        .await;
        assert_eq!(
            [refusals(&one), refusals(&two)].concat(),
            ["CONFLICT version"],
            "one of two at once is too late"
        );
        // A step moves the version too.
        done(shop.owner.mutate_id("listingPause", &listing, "listing { id }").await);
        assert_eq!(refusals(&update(&shop.owner, change(3, "Cinco")).await), ["CONFLICT version"]);
        assert_eq!(
            done(update(&shop.owner, json!({ "id": listing, "title": "Sin versión" })).await)["listing"]
                ["version"],
            5
        );
    }
}

on_both! {
    async fn the_last_one_sold_is_sold_out_and_a_new_one_is_back(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing().with("stock", json!(2)).by(&shop.owner).await;
        let stock = async |stock: Value| {
            done(update(&shop.owner, json!({ "id": listing, "stock": stock })).await)["listing"]["status"].clone()
        };
        let listed = async || {
            app.guest().ask("{ listings { totalCount } }", json!({})).await["listings"]["totalCount"].clone()
        };
        assert_eq!(stock(json!(0)).await, "SOLD_OUT");
        assert_eq!(listed().await, 0);
        assert_eq!(stock(json!(1)).await, "ACTIVE");
        assert_eq!(listed().await, 1);
        stock(json!(0)).await;
        assert_eq!(stock(json!(null)).await, "ACTIVE", "not counted is never sold out");
        // A new stock alone puts nothing on the market.
        let draft = shop
            .listing()
            .with("publish", json!(false))
            .with("stock", json!(0))
            .by(&shop.owner)
            .await;
        let changed = done(update(&shop.owner, json!({ "id": draft, "stock": 5 })).await);
        assert_eq!(changed["listing"]["status"], "DRAFT");
        for (stock, part) in [(-1, "0 to 1000000"), (1_000_001, "0 to 1000000")] {
            let (refusal, told) =
                refused(&update(&shop.owner, json!({ "id": listing, "stock": stock })).await);
            assert_eq!(refusal, "OUT_OF_RANGE stock");
            assert!(told.contains(part) && told.contains("null"), "{told}");
        }
    }
}

on_both! {
    async fn everything_wrong_with_a_change_is_told_at_once(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing().by(&shop.owner).await;
        let payload = update(&shop.owner, json!({
            "id": listing, "title": "a\u{0}b", "description": "x".repeat(10_001), "price": { "amount": "0.005", "currency": "NIO" }, "stock": -5,
            "locationName": "x".repeat(121), "location": { "latitude": -90.01, "longitude": 0 },
        })).await;
        assert_eq!(
            refusals(&payload),
            [
                "INVALID title",
                "TOO_LONG description",
                "INVALID price.amount",
                "OUT_OF_RANGE stock",
                "TOO_LONG locationName",
                "OUT_OF_RANGE location",
            ]
        );
        assert_eq!(message(&payload, "price.amount"), "NIO has 2 decimals");
        for (field, value, refusal) in [
            ("categoryId", json!(shop.store), "INVALID categoryId"),
            ("categoryId", json!(global(4, Uuid::from_u128(7))), "NOT_FOUND categoryId"),
            ("price", json!({ "amount": "5", "currency": "???" }), "INVALID price.currency"),
            ("imageIds", json!(["x"]), "NOT_FOUND imageIds.0"),
            ("id", json!(shop.store), "INVALID id"),
            ("id", json!(global(6, Uuid::from_u128(7))), "NOT_FOUND id"),
        ] {
            let mut input = json!({ "id": listing, "title": "Otro" });
            input[field] = value;
            assert_eq!(refusals(&update(&shop.owner, input).await), [refusal]);
        }
        let read = done(update(&shop.owner, json!({ "id": listing })).await);
        assert_eq!(
            (&read["listing"]["title"], &read["listing"]["version"]),
            (&json!("Queso seco"), &json!(1)),
            "nothing of it was done"
        );
    }
}

on_both! {
    async fn to_strangers_a_draft_is_not_there_and_a_public_listing_is_not_theirs(app: &TestApp) {
        let shop = Shop::open(app).await;
        let stranger = app.member("nadie").await;
        let draft = shop.listing().with("publish", json!(false)).by(&shop.owner).await;
        let sold_out = shop.listing().with("stock", json!(0)).by(&shop.owner).await;
        let active = shop.listing().by(&shop.owner).await;
        let paused = shop.listing().by(&shop.owner).await;
        done(shop.owner.mutate_id("listingPause", &paused, "listing { id }").await);
        for (listing, refusal) in [
            (&draft, "NOT_FOUND id"),
            (&paused, "NOT_FOUND id"),
            (&sold_out, "FORBIDDEN"),
            (&active, "FORBIDDEN"),
        ] {
            assert_eq!(
                refused(&update(&stranger, json!({ "id": listing, "title": "Mía" })).await).0,
                refusal
            );
            for step in ["listingPublish", "listingPause", "listingArchive"] {
                assert_eq!(
                    refused(&stranger.mutate_id(step, listing, "listing { id }").await).0,
                    refusal,
                    "{step}"
                );
            }
        }
        // A clerk knows of the draft, but may not change it.
        let clerk = app.member("carlos").await;
        let set = json!({ "storeId": shop.store, "userId": clerk.id, "role": "CLERK" });
        done(shop.owner.mutate("storeMemberSet", set, "").await);
        assert_eq!(
            refused(&update(&clerk, json!({ "id": draft, "title": "Otra" })).await).0,
            "FORBIDDEN"
        );
        done(update(&app.admin().await, json!({ "id": draft, "title": "Revisada" })).await);
        let (query, variables) =
            of_input("listingUpdate", json!({ "id": active }), "listing { id }");
        assert_eq!(
            app.guest().fail(&query, variables).await["extensions"]["code"],
            "UNAUTHENTICATED"
        );
    }
}
