//! Putting listings up: drafts and sales, prices to the currency's decimals, once for each key.

mod key;
mod price;
mod refusal;

use crate::support::{Client, MakeStore, TestApp, done, id, of_input, on_both, refused};
use serde_json::{Value, json};

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
                "category": { "slug": "comida" }, "createdAt": "2026-11-18T15:00:00.000000Z", "updatedAt": "2026-11-18T15:00:00.000000Z",
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
