//! Operations on one stream: side by side, before it is open, stopped, and how many there may be.

use super::super::{ORDER, STORE};
use super::{SERVICE, completes, data, opening, reserve, start, started, stop, stream};
use crate::door::Answer;
use crate::support::{Events, Shop, on_both, on_one};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    async fn operations_share_the_stream_and_one_is_stopped(app: &TestApp) {
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        let (token, mut events) = stream(&shop.clerk).await;
        started(&shop.clerk, &token, "store", STORE, json!({ "id": shop.store })).await;
        assert_eq!(data(&mut events, "store").await["storeOrderUpdates"]["kind"], "SNAPSHOT");
        started(&shop.clerk, &token, "order", ORDER, json!({ "id": order })).await;
        assert_eq!(data(&mut events, "order").await["orderUpdates"]["kind"], "SNAPSHOT");
        started(&shop.clerk, &token, "me", "{ viewer { user { handle } } }", json!({})).await;
        assert_eq!(data(&mut events, "me").await["viewer"]["user"]["handle"], "carlos");
        completes(&mut events, "me").await;

        shop.step("orderAccept", &order).await;
        let heard = [events.result().await, events.result().await];
        for (id, field) in [("order", "orderUpdates"), ("store", "storeOrderUpdates")] {
            let result = heard.iter().find(|result| result["id"] == id).expect("both are told");
            assert_eq!(result["payload"]["data"][field]["event"]["kind"], "ACCEPTED");
        }

        assert_eq!(stop(&shop.clerk, &token, "store").await, 200);
        assert_eq!(stop(&shop.clerk, &token, "unknown").await, 200);
        shop.step("orderPrepare", &order).await;
        let last = data(&mut events, "order").await["orderUpdates"].take();
        assert_eq!(last["event"]["kind"], "PREPARING");
        events.is_silent().await;
        // Its id is free again, and it goes on by cursor.
        let variables = json!({ "id": order, "after": last["cursor"] });
        started(&shop.clerk, &token, "store", ORDER, variables).await;
        shop.step("orderReady", &order).await;
        let heard = [events.result().await, events.result().await];
        let told = heard.iter().map(|result| &result["payload"]["data"]["orderUpdates"]["event"]["kind"]);
        assert_eq!(told.collect::<Vec<_>>(), ["READY", "READY"]);
    }
}

#[tokio::test]
async fn operations_wait_for_the_stream() {
    on_one(&[], async |app| {
        let rosa = app.member("rosa").await;
        let token = reserve(&rosa).await;
        started(&rosa, &token, "a", SERVICE, json!({})).await;
        let rename =
            "mutation { viewerUpdate(input: { displayName: \"R\" }) { userErrors { code } } }";
        started(&rosa, &token, "b", rename, json!({})).await;
        started(&rosa, &token, "c", SERVICE, json!({})).await;
        assert_eq!(stop(&rosa, &token, "c").await, 200);
        let mut events = Events::open(opening(&rosa, &token)).await;
        let mut seen = Vec::new();
        for _ in 0..3 {
            let event = events.next().await.expect("an event");
            let heard: Value = serde_json::from_str(&event.data).expect("JSON");
            seen.push(format!("{} {}", event.kind, heard["id"].as_str().expect("an id")));
        }
        seen.sort();
        assert_eq!(seen, ["complete b", "next a", "next b"]);
        events.is_silent().await;
    })
    .await;
}

#[tokio::test]
async fn an_event_source_brings_the_token_alone_and_in_the_address() {
    on_one(&[], async |app| {
        let rosa = app.member("rosa").await;
        let token = reserve(&rosa).await;
        let path = format!("/graphql?token={token}");
        let mut events = Events::open(app.guest().request(Method::GET, &path)).await;
        let body = json!({ "query": "{ viewer { user { handle } } }", "extensions": { "operationId": "1" } });
        let request = rosa.request(Method::POST, &path).header("content-type", "application/json");
        assert_eq!(Answer::of(request.body(body.to_string())).await.status, 202);
        assert_eq!(data(&mut events, "1").await["viewer"]["user"]["handle"], "rosa");
    })
    .await;
}

#[tokio::test]
async fn a_stream_has_at_most_100_operations() {
    on_one(&[], async |app| {
        let guest = app.guest();
        let (token, mut events) = stream(&guest).await;
        for at in 0..100 {
            let id = at.to_string();
            started(&guest, &token, &id, SERVICE, json!({})).await;
            data(&mut events, &id).await;
        }
        let refused = start(&guest, &token, "x", SERVICE, json!({})).await;
        assert_eq!((refused.status, refused.code().as_str()), (429, "LIMIT"));
        assert_eq!(stop(&guest, &token, "7").await, 200);
        started(&guest, &token, "x", SERVICE, json!({})).await;
        data(&mut events, "x").await;
        // Without a reader, what was started and stopped still takes its place.
        let unread = reserve(&guest).await;
        for _ in 0..100 {
            started(&guest, &unread, "1", SERVICE, json!({})).await;
            assert_eq!(stop(&guest, &unread, "1").await, 200);
        }
        assert_eq!(start(&guest, &unread, "1", SERVICE, json!({})).await.status, 429);
    })
    .await;
}
