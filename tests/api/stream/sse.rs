//! Event streams of a topic: each payload has an id, and a browser's `Last-Event-ID` goes on from it.

use super::ORDER;
use crate::support::{Client, Shop, on_one};
use reqwest::{Method, Response};
use serde_json::{Value, json};

async fn open(client: &Client, variables: Value, last: Option<&str>) -> Response {
    let body = json!({ "query": ORDER, "variables": variables }).to_string();
    let request = client.request(Method::POST, "/graphql").header("accept", "text/event-stream");
    let request = request.header("content-type", "application/json").body(body);
    let request = match last {
        Some(last) => request.header("last-event-id", last),
        None => request,
    };
    request.send().await.expect("answers")
}

/// Id and data of the next event
async fn next(response: &mut Response, received: &mut String) -> (String, Value) {
    loop {
        if let Some((event, rest)) = received.clone().split_once("\n\n") {
            *received = rest.to_owned();
            let field = |name: &str| {
                let line = event.lines().find_map(|line| line.strip_prefix(name));
                line.unwrap_or_default().trim_start_matches(':').trim().to_owned()
            };
            if event.contains("data") {
                return (field("id"), serde_json::from_str(&field("data")).expect("JSON"));
            }
            continue;
        }
        let chunk = response.chunk().await.expect("whole").expect("more");
        *received += std::str::from_utf8(&chunk).expect("UTF-8");
    }
}

#[tokio::test]
async fn a_browser_that_comes_back_hears_what_it_missed() {
    on_one(&[], async |app| {
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        let (mut first, mut received) =
            (open(&shop.buyer, json!({ "id": order }), None).await, String::new());
        let (id, state) = next(&mut first, &mut received).await;
        assert_eq!(state["data"]["orderUpdates"]["cursor"], json!(id));
        drop(first);
        shop.step("orderAccept", &order).await;
        // The document's own cursor is the older one: the browser sends it again as it was.
        let variables = json!({ "id": order, "after": "older and no cursor at all" });
        let (mut second, mut received) =
            (open(&shop.buyer, variables, Some(&id)).await, String::new());
        let (next_id, event) = next(&mut second, &mut received).await;
        assert_eq!(event["data"]["orderUpdates"]["event"]["kind"], "ACCEPTED");
        assert_ne!(next_id, id);
    })
    .await;
}
