//! `nodeChanges`: what tells the caches of clients which nodes to read again.

use crate::support::{Process, Shop, Socket, on_both};
use serde_json::{Value, json};
use std::time::Duration;

const CHANGES: &str = "subscription($ids: [ID!]!) { nodeChanges(ids: $ids) { id deleted node {
    __typename ... on Listing { title status stock } ... on Order { status } ... on Store { name } } } }";

async fn follow(client: &crate::support::Client, ids: &[&str]) -> Socket {
    let mut socket = client.socket().await;
    socket.subscribe("1", CHANGES, json!({ "ids": ids })).await;
    socket
}

async fn next(socket: &mut Socket) -> Value {
    let heard = socket.hear_within(Duration::from_secs(10)).await;
    heard["payload"]["data"]["nodeChanges"].clone()
}

on_both! {
    async fn each_is_told_at_first_and_then_when_it_is_another(app: &TestApp) {
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        let mut socket = follow(&shop.owner, &[&shop.listing, &order, &shop.store, &shop.listing]).await;
        for (id, kind) in [(&shop.listing, "Listing"), (&order, "Order"), (&shop.store, "Store")] {
            let told = next(&mut socket).await;
            assert_eq!((&told["id"], &told["node"]["__typename"], &told["deleted"]), (&json!(id), &json!(kind), &json!(false)));
        }
        shop.step("orderAccept", &order).await;
        assert_eq!(next(&mut socket).await["node"]["status"], "ACCEPTED");
        let input = json!({ "id": shop.listing, "version": 1, "title": "Queso duro" });
        shop.owner.mutate("listingUpdate", input, "listing { id }").await;
        assert_eq!(next(&mut socket).await["node"]["title"], "Queso duro");

        // What nobody selected is no news, nor is what happened to others.
        let input = json!({ "id": shop.listing, "version": 2, "description": "Otra descripción" });
        shop.owner.mutate("listingUpdate", input, "listing { id }").await;
        shop.place().await;
        let renamed = json!({ "id": shop.store, "name": "Pulpería nueva" });
        shop.owner.mutate("storeUpdate", renamed, "store { id }").await;
        let told = next(&mut socket).await;
        assert_eq!(told["node"]["name"], "Pulpería nueva", "{told}");
    }
}

on_both! {
    async fn what_may_not_be_seen_any_more_is_told_as_deleted(app: &TestApp) {
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        let mut theirs = follow(&shop.clerk, &[&order, &shop.listing]).await;
        assert_eq!(next(&mut theirs).await["deleted"], false);
        assert_eq!(next(&mut theirs).await["deleted"], false);
        let input = json!({ "storeId": shop.store, "userId": shop.clerk.id, "role": null });
        shop.owner.mutate("storeMemberSet", input, "store { id }").await;
        shop.owner.ask("mutation($i: OrderStepInput!) { orderAccept(input: $i) { order { id } } }", json!({ "i": { "id": order } })).await;
        let told = next(&mut theirs).await;
        assert_eq!((&told["id"], &told["deleted"], &told["node"]), (&json!(order), &json!(true), &json!(null)));

        // A stranger learns of an order no more than that there is nothing for them.
        let mut strangers = follow(&app.member("otra").await, &[&order]).await;
        assert_eq!(next(&mut strangers).await, json!({ "id": order, "deleted": true, "node": null }));
    }
}

on_both! {
    async fn another_server_s_changes_are_told(app: &TestApp) {
        app.come_to_the_present();
        let shop = Shop::open(app).await;
        let server = Process::start(app, &[]).await;
        let mut socket = follow(&server.client(&shop.owner), &[&shop.listing]).await;
        assert_eq!(next(&mut socket).await["node"]["title"], "Queso seco");
        let input = json!({ "id": shop.listing, "version": 1, "title": "Queso duro" });
        shop.owner.mutate("listingUpdate", input, "listing { id }").await;
        if app.app.config.is_scaled() {
            // Without Redis it is looked for every five seconds.
            assert_eq!(next(&mut socket).await["node"]["title"], "Queso duro");
        }
        drop(server);
    }
}

on_both! {
    async fn what_can_t_be_followed_is_refused_by_its_place(app: &TestApp) {
        let person = app.member("ana").await;
        let refusal = async |ids: Value| {
            let mut socket = person.socket().await;
            socket.subscribe("1", CHANGES, json!({ "ids": ids })).await;
            socket.error("1").await.to_string()
        };
        assert!(refusal(json!([])).await.contains("1 to 200 ids"));
        assert!(refusal(json!(vec!["x"; 201])).await.contains("1 to 200 ids"));
        assert!(refusal(json!([person.id, "rubbish"])).await.contains("This is not an id"));
        let sessions = person.ask("{ viewer { sessions { id } } }", json!({})).await;
        let session = sessions["viewer"]["sessions"][0]["id"].clone();
        assert!(refusal(json!([session])).await.contains("not followed"));
    }
}
