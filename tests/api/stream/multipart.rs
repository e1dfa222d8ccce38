//! Subscriptions in parts, as Apollo's clients follow them.

use super::ORDER;
use crate::support::{Shop, on_one};
use reqwest::{Method, Response};
use serde_json::{Value, json};

const ACCEPT: &str = "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0,application/json";

/// The next part, which is whole once the boundary behind it has come
async fn part(response: &mut Response, received: &mut String) -> Value {
    loop {
        if let Some((before, rest)) = received.clone().split_once("\r\n--graphql") {
            *received = rest.to_owned();
            if let Some((_, body)) = before.split_once("\r\n\r\n") {
                return serde_json::from_str(body).expect("JSON");
            }
            continue;
        }
        let chunk = response.chunk().await.expect("whole").expect("more");
        *received += std::str::from_utf8(&chunk).expect("UTF-8");
    }
}

#[tokio::test]
async fn each_result_is_a_part() {
    on_one(&[], async |app| {
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        let body = json!({ "query": ORDER, "variables": { "id": order } }).to_string();
        let request = shop.buyer.request(Method::POST, "/graphql").header("accept", ACCEPT);
        let request = request.header("content-type", "application/json").body(body);
        let mut response = request.send().await.expect("answers");
        let kind = response.headers()["content-type"].to_str().expect("ASCII").to_owned();
        assert_eq!(kind, "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0");
        let mut received = String::new();
        let first = part(&mut response, &mut received).await;
        assert_eq!(first["payload"]["data"]["orderUpdates"]["kind"], "SNAPSHOT");
        shop.step("orderAccept", &order).await;
        let next = part(&mut response, &mut received).await;
        assert_eq!(next["payload"]["data"]["orderUpdates"]["event"]["kind"], "ACCEPTED");
    })
    .await;
}

#[tokio::test]
async fn what_may_not_be_followed_is_one_part_with_errors_and_the_end() {
    on_one(&[], async |app| {
        let shop = Shop::open(app).await;
        let body = json!({ "query": ORDER, "variables": { "id": shop.place().await } }).to_string();
        let request = app.guest().request(Method::POST, "/graphql").header("accept", ACCEPT);
        let request = request.header("content-type", "application/json").body(body);
        let text = request.send().await.expect("answers").text().await.expect("whole");
        assert!(
            text.contains("UNAUTHENTICATED") && text.ends_with("\r\n--graphql--\r\n"),
            "{text}"
        );
    })
    .await;
}
