//! A store with somebody behind the counter and somebody before it.

use super::{Client, MakeListing, MakeStore, TestApp, done, id};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

/// A store that is always open, with one listing at 25.00 NIO
pub struct Shop {
    pub store: String,
    pub listing: String,
    pub owner: Client,
    pub clerk: Client,
    pub buyer: Client,
    keys: AtomicU32,
}

impl Shop {
    pub async fn open(app: &TestApp) -> Self {
        let (owner, clerk, buyer) =
            (app.member("berta").await, app.member("carlos").await, app.member("rosa").await);
        let category = app.category("comida", None).await;
        let store = MakeStore::new("pulperia").by(&owner).await;
        let role = json!({ "storeId": store, "userId": clerk.id, "role": "CLERK" });
        done(owner.mutate("storeMemberSet", role, "store { id }").await);
        let listing = MakeListing::new(&store, &category, "Queso seco")
            .with("price", json!({ "amount": "25.00", "currency": "NIO" }))
            .with("publish", json!(true))
            .by(&owner)
            .await;
        Self { store, listing, owner, clerk, buyer, keys: AtomicU32::new(0) }
    }

    /// Input of an order of so many
    pub fn order(&self, quantity: i32) -> Value {
        let key = self.keys.fetch_add(1, Ordering::Relaxed);
        json!({
            "storeId": self.store,
            "items": [{ "listingId": self.listing, "quantity": quantity }],
            "idempotencyKey": format!("key-{key}"),
        })
    }

    /// Id of a new order of the buyer's
    pub async fn place(&self) -> String {
        let placed = self.buyer.mutate("orderPlace", self.order(1), "order { id }").await;
        id(&done(placed)["order"])
    }

    /// Takes a step, such as `orderAccept`, with an order.
    pub async fn step(&self, step: &str, order: &str) {
        done(step_by(&self.clerk, step, json!({ "id": order })).await);
    }
}

/// The payload of a step: steps share one type of input.
pub async fn step_by(client: &Client, step: &str, input: Value) -> Value {
    let query = format!(
        "mutation($i: OrderStepInput!) {{ {step}(input: $i) {{ order {{ id status version }} \
         userErrors {{ code message field }} }} }}"
    );
    client.ask(&query, json!({ "i": input })).await[step].clone()
}
