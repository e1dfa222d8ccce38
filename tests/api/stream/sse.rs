//! Event streams of a topic: each payload has an id, and a browser's `Last-Event-ID` goes on from it.

use super::ORDER;
use crate::support::{Client, Events, Shop, on_one};
use reqwest::Method;
use serde_json::{Value, json};

async fn open(client: &Client, variables: Value, last: Option<&str>) -> Events {
    let body = json!({ "query": ORDER, "variables": variables }).to_string();
    let request = client.request(Method::POST, "/graphql");
    let request = request.header("content-type", "application/json").body(body);
    Events::open(match last {
        Some(last) => request.header("last-event-id", last),
        None => request,
    })
    .await
}

#[tokio::test]
async fn a_browser_that_comes_back_hears_what_it_missed() {
    on_one(&[], async |app| {
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        let mut first = open(&shop.buyer, json!({ "id": order }), None).await;
        let (id, state) = first.result_with_id().await;
        assert_eq!(state["data"]["orderUpdates"]["cursor"], json!(id));
        drop(first);
        shop.step("orderAccept", &order).await;
        // The document's own cursor is the older one: the browser sends it again as it was.
        let variables = json!({ "id": order, "after": "older and no cursor at all" });
        let mut second = open(&shop.buyer, variables, Some(&id)).await;
        let (next_id, event) = second.result_with_id().await;
        assert_eq!(event["data"]["orderUpdates"]["event"]["kind"], "ACCEPTED");
        assert_ne!(next_id, id);
    })
    .await;
}
