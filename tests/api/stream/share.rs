//! Run once, written once: what many streams cost.

use super::STORE;
use crate::support::{Shop, Socket, on_both};
use serde_json::{Value, json};

const PERSONAL: &str =
    "subscription($id: ID!) { storeOrderUpdates(storeId: $id) { kind order { id nextStatuses } } }";

on_both! {
    async fn an_event_costs_as_many_statements_for_forty_streams_as_for_one(app: &TestApp) {
        let shop = Shop::open(app).await;
        let follow = async |sockets: &mut Vec<Socket>, up_to: usize| {
            while sockets.len() < up_to {
                let client = if sockets.len().is_multiple_of(2) { &shop.clerk } else { &shop.owner };
                let mut socket = client.socket().await;
                socket.subscribe("s", STORE, json!({ "id": shop.store })).await;
                socket.data("s").await;
                sockets.push(socket);
            }
        };
        let mut sockets = Vec::new();
        let mut costs = Vec::new();
        for streams in [1, 40] {
            follow(&mut sockets, streams).await;
            let (cost, heard) = app.statements(async {
                shop.place().await;
                let mut heard: Vec<Value> = Vec::new();
                for socket in &mut sockets {
                    heard.push(socket.data("s").await);
                }
                heard
            }).await;
            assert!(heard.iter().all(|one| *one == heard[0]), "everybody hears the same");
            costs.push(cost);
        }
        // Rights are asked in one statement a stream at most, and mostly in few. Made for each, the
        // payloads would take some 200.
        assert!(costs[1] <= costs[0] + 45, "{costs:?}");
    }
}

on_both! {
    async fn what_depends_on_the_viewer_is_made_for_each(app: &TestApp) {
        let shop = Shop::open(app).await;
        let courier = app.member("dora").await;
        let role = json!({ "storeId": shop.store, "userId": courier.id, "role": "COURIER" });
        crate::support::done(shop.owner.mutate("storeMemberSet", role, "store { id }").await);
        let mut sockets = Vec::new();
        for client in [&shop.clerk, &courier] {
            let mut socket = client.socket().await;
            socket.subscribe("s", PERSONAL, json!({ "id": shop.store })).await;
            socket.data("s").await;
            sockets.push(socket);
        }
        shop.place().await;
        let mut next = Vec::new();
        for socket in &mut sockets {
            next.push(socket.data("s").await["storeOrderUpdates"]["order"]["nextStatuses"].clone());
        }
        assert_eq!(next, [json!(["ACCEPTED", "REJECTED", "CANCELLED"]), json!([])]);
    }
}
