//! Who sees an order, by its id and in lists: its buyer, its store's staff, the platform's staff.

use super::{Shop, stock, support, suspend, take};
use crate::support::{Client, done, on_both};
use serde_json::{Value, json};

/// Which of these somebody sees by `nodes`, after checking that `node` agrees
async fn seen(client: &Client, orders: &[String]) -> Vec<bool> {
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
    let all = client.ask(query, json!({ "ids": orders })).await;
    let all: Vec<bool> =
        all["nodes"].as_array().expect("nodes").iter().map(|node| !node.is_null()).collect();
    for (order, seen) in orders.iter().zip(&all) {
        let query = "query($id: ID!) { node(id: $id) { __typename id } }";
        let one = client.ask(query, json!({ "id": order })).await["node"].take();
        let expected =
            if *seen { json!({ "__typename": "Order", "id": order }) } else { json!(null) };
        assert_eq!(one, expected);
    }
    all
}

/// Numbers that somebody is shown in the store's list, and null where they are shown none
async fn listed(client: &Client) -> Value {
    let query = "{ store(handle: \"central\") { orders(sort: OLDEST) { nodes { number } } } }";
    client.ask(query, json!({})).await["store"]["orders"]["nodes"].take()
}

on_both! {
    async fn buyers_and_staff_see_an_order_and_nobody_else_does(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        let other = app.member("otilia").await;
        let orders = [
            shop.order(&listing, 1).by(&shop.buyer).await,
            shop.order(&listing, 1).by(&other).await,
        ];
        let (admin, helper) = (app.admin().await, support(app).await);
        for person in [&shop.owner, &shop.clerk, &shop.courier, &admin, &helper] {
            assert_eq!(seen(person, &orders).await, [true, true]);
        }
        assert_eq!(seen(&shop.buyer, &orders).await, [true, false]);
        assert_eq!(seen(&other, &orders).await, [false, true]);
        for person in [&app.guest(), &app.member("nadie").await] {
            assert_eq!(seen(person, &orders).await, [false, false]);
            assert_eq!(listed(person).await, json!(null));
        }
        let both = json!([{ "number": "A-0001" }, { "number": "A-0002" }]);
        for person in [&shop.owner, &shop.clerk, &shop.courier, &admin] {
            assert_eq!(listed(person).await, both);
        }
        for person in [&shop.buyer, &other, &helper] {
            assert_eq!(listed(person).await, json!(null));
        }
        // Whoever left the store sees no more of it.
        shop.hire(&shop.clerk, json!(null)).await;
        assert_eq!(seen(&shop.clerk, &orders).await, [false, false]);
        assert_eq!(listed(&shop.clerk).await, json!(null));
    }
}

on_both! {
    async fn everybody_sees_their_own_next_steps(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        let make = shop.order(&listing, 1).with("fulfilment", json!("DELIVERY"));
        let order = make.by(&shop.buyer).await;
        let (admin, helper) = (app.admin().await, support(app).await);
        let next = async |client: &Client| {
            let query = "query($id: ID!) { node(id: $id) { ... on Order { nextStatuses } } }";
            client.ask(query, json!({ "id": order })).await["node"]["nextStatuses"].take()
        };
        let counter = [
            json!(["ACCEPTED", "REJECTED", "CANCELLED"]),
            json!(["PREPARING", "CANCELLED"]),
            json!(["READY", "CANCELLED"]),
            json!(["COMPLETED", "CANCELLED"]),
            json!([]),
        ];
        for (at, name) in ["Accept", "Prepare", "Ready", "Complete", ""].into_iter().enumerate() {
            for person in [&shop.clerk, &shop.owner, &admin] {
                assert_eq!(next(person).await, counter[at], "before {name}");
            }
            let buyer = if at < 2 { json!(["CANCELLED"]) } else { json!([]) };
            assert_eq!(next(&shop.buyer).await, buyer, "before {name}");
            let courier = if at == 3 { json!(["COMPLETED"]) } else { json!([]) };
            assert_eq!(next(&shop.courier).await, courier, "before {name}");
            assert_eq!(next(&helper).await, json!([]), "support looks on");
            assert_eq!(next(&app.guest()).await, json!(null));
            if !name.is_empty() {
                done(take(&shop.owner, name, &order).await);
            }
        }
    }
}

on_both! {
    async fn an_order_stays_with_its_buyer_when_the_store_is_hidden(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        let order = shop.order(&listing, 1).by(&shop.buyer).await;
        let admin = app.admin().await;
        suspend(&admin, &shop.owner.id).await;
        assert_eq!(seen(&shop.buyer, std::slice::from_ref(&order)).await, [true]);
        let query = "{ viewer { orders { nodes { id store { name } items { title } } } } }";
        let found = shop.buyer.ask(query, json!({})).await;
        let expected = json!([{ "id": order, "store": { "name": "Tienda central" }, "items": [{ "title": "Queso" }] }]);
        assert_eq!(found["viewer"]["orders"]["nodes"], expected);
        done(take(&shop.buyer, "Cancel", &order).await);
    }
}

on_both! {
    async fn an_order_stays_with_the_store_when_its_buyer_is_suspended(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.counted("Queso", 5).await;
        let order = shop.order(&listing, 2).by(&shop.buyer).await;
        let admin = app.admin().await;
        suspend(&admin, &shop.buyer.id).await;
        let query = "{ store(handle: \"central\") { orders { nodes { id buyer { handle } \
             history { nodes { actor { handle } } } } } } }";
        let found = shop.clerk.ask(query, json!({})).await;
        let buyer = json!({ "handle": "bruno" });
        let expected =
            json!([{ "id": order, "buyer": buyer, "history": { "nodes": [{ "actor": buyer }] } }]);
        assert_eq!(found["store"]["orders"]["nodes"], expected);
        done(take(&shop.clerk, "Reject", &order).await);
        assert_eq!(stock(&shop.owner, &listing).await.1, 5);
    }
}
