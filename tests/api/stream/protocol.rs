//! `graphql-transport-ws`, case by case: what its protocol document says of each message, and the
//! code by which each breach closes the socket.

use super::ORDER;
use crate::support::{Client, Shop, Socket, on_one};
use serde_json::json;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

const SPOKEN: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");
const SERVICE: &str = "subscription { service { name } }";

async fn fresh(client: &Client) -> Socket {
    client.raw_socket(&[SPOKEN]).await
}

#[tokio::test]
async fn rubbish_closes_with_4400() {
    on_one(&[], async |app| {
        for text in ["", "{", "[]", "{}", r#"{"type":"start"}"#, r#"{"type":"subscribe","id":"1"}"#]
        {
            let mut socket = fresh(&app.guest()).await;
            socket.say_text(text).await;
            let (code, reason) = socket.closes().await;
            assert_eq!(code, 4400, "{text}: {reason}");
        }
        let mut socket = fresh(&app.guest()).await;
        socket.send(Message::binary(vec![1, 2, 3])).await;
        assert_eq!(socket.closes().await.0, 4400);
    })
    .await;
}

#[tokio::test]
async fn a_message_of_more_than_64_kb_closes_with_4400() {
    on_one(&[], async |app| {
        let mut socket = fresh(&app.guest()).await;
        socket
            .say_text(&format!(r#"{{"type":"ping","payload":{{"a":"{}"}}}}"#, "x".repeat(70_000)))
            .await;
        assert_eq!(socket.closes().await.0, 4400);
    })
    .await;
}

#[tokio::test]
async fn subscribing_before_the_acknowledgement_closes_with_4401() {
    on_one(&[], async |app| {
        let mut socket = fresh(&app.guest()).await;
        socket.subscribe("1", SERVICE, json!({})).await;
        assert_eq!(socket.closes().await.0, 4401);
    })
    .await;
}

#[tokio::test]
async fn a_bad_token_closes_with_4403() {
    on_one(&[], async |app| {
        for payload in [
            json!({ "Authorization": "Bearer nonsense" }),
            json!({ "Authorization": 7 }),
            json!({ "authorization": "Basic abc" }),
        ] {
            let mut socket = fresh(&app.guest()).await;
            socket.say(json!({ "type": "connection_init", "payload": payload })).await;
            assert_eq!(socket.closes().await.0, 4403, "{payload}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_socket_closes_with_4403_when_its_token_ends() {
    on_one(&[], async |app| {
        let rosa = app.member("rosa").await;
        // The token has 15 minutes; all but one second have passed.
        app.pass_seconds(15 * 60 - 1);
        let mut socket = rosa.socket().await;
        assert_eq!(socket.closes().await.0, 4403);
    })
    .await;
}

#[tokio::test]
async fn another_subprotocol_closes_with_4406() {
    on_one(&[], async |app| {
        let mut socket = app.guest().raw_socket(&[]).await;
        assert_eq!(socket.closes().await.0, 4406);
    })
    .await;
}

#[tokio::test]
async fn saying_nothing_for_ten_seconds_closes_with_4408() {
    on_one(&[], async |app| {
        let mut socket = fresh(&app.guest()).await;
        let begun = std::time::Instant::now();
        assert_eq!(socket.closes().await.0, 4408);
        assert!(begun.elapsed() > Duration::from_secs(9));
    })
    .await;
}

#[tokio::test]
async fn an_id_that_is_taken_closes_with_4409() {
    on_one(&[], async |app| {
        let mut socket = app.guest().socket().await;
        socket.subscribe("1", SERVICE, json!({})).await;
        socket.data("1").await;
        socket.subscribe("1", SERVICE, json!({})).await;
        let closed = socket.closes().await;
        assert_eq!(closed, (4409, "Subscriber for 1 already exists".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_second_init_closes_with_4429() {
    on_one(&[], async |app| {
        let mut socket = app.guest().socket().await;
        socket.say(json!({ "type": "connection_init" })).await;
        assert_eq!(socket.closes().await.0, 4429);
    })
    .await;
}

#[tokio::test]
async fn a_ping_is_answered_with_its_payload_even_before_the_init() {
    on_one(&[], async |app| {
        let mut socket = fresh(&app.guest()).await;
        socket.say(json!({ "type": "ping" })).await;
        assert_eq!(socket.hear().await, json!({ "type": "pong" }));
        socket.say(json!({ "type": "ping", "payload": { "a": 1 } })).await;
        assert_eq!(socket.hear().await, json!({ "type": "pong", "payload": { "a": 1 } }));
        socket.say(json!({ "type": "pong" })).await;
        socket.init(None).await;
    })
    .await;
}

#[tokio::test]
async fn queries_and_mutations_have_one_result_and_complete() {
    on_one(&[], async |app| {
        let mut socket = app.member("rosa").await.socket().await;
        socket.subscribe("q", "{ viewer { user { handle } } }", json!({})).await;
        assert_eq!(socket.data("q").await["viewer"]["user"]["handle"], "rosa");
        assert_eq!(socket.hear().await, json!({ "id": "q", "type": "complete" }));
        let rename =
            "mutation { viewerUpdate(input: { displayName: \"R\" }) { userErrors { code } } }";
        socket.subscribe("q", rename, json!({})).await;
        socket.data("q").await;
        assert_eq!(socket.hear().await["type"], "complete");
    })
    .await;
}

#[tokio::test]
async fn a_document_that_is_not_valid_is_an_error_and_the_socket_lives() {
    on_one(&[], async |app| {
        let mut socket = app.guest().socket().await;
        for (at, query) in
            ["subscription { nonsense }", "{", "{ a: __typename a: viewer { role } }"]
                .iter()
                .enumerate()
        {
            let id = format!("e{at}");
            socket.subscribe(&id, query, json!({})).await;
            assert!(socket.error(&id).await["message"].is_string());
        }
        socket.subscribe("1", SERVICE, json!({})).await;
        assert_eq!(socket.data("1").await["service"]["name"], "Plaza");
    })
    .await;
}

#[tokio::test]
async fn what_was_completed_by_the_client_says_nothing_more_and_its_id_is_free() {
    on_one(&[], async |app| {
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        let mut socket = shop.buyer.socket().await;
        socket.subscribe("1", ORDER, json!({ "id": order })).await;
        socket.data("1").await;
        socket.say(json!({ "id": "1", "type": "complete" })).await;
        socket.say(json!({ "id": "unknown", "type": "complete" })).await;
        // What comes first now was said after: completing was heard.
        socket.say(json!({ "type": "ping" })).await;
        assert_eq!(socket.hear().await["type"], "pong");
        shop.step("orderAccept", &order).await;
        socket.is_silent().await;
        socket.subscribe("1", ORDER, json!({ "id": order })).await;
        assert_eq!(socket.data("1").await["orderUpdates"]["order"]["status"], "ACCEPTED");
    })
    .await;
}

#[tokio::test]
async fn a_socket_has_at_most_100_operations() {
    on_one(&[], async |app| {
        let mut socket = app.guest().socket().await;
        for at in 0..100 {
            let id = at.to_string();
            socket.subscribe(&id, SERVICE, json!({})).await;
            socket.data(&id).await;
        }
        socket.subscribe("x", SERVICE, json!({})).await;
        assert_eq!(socket.error("x").await["extensions"]["code"], "LIMIT");
        socket.say(json!({ "id": "7", "type": "complete" })).await;
        socket.subscribe("x", SERVICE, json!({})).await;
        socket.data("x").await;
    })
    .await;
}

#[tokio::test]
async fn pages_of_other_origins_may_not_connect_unless_listed() {
    on_one(&[("PLAZA_CORS_ORIGINS", "https://app.example")], async |app| {
        let guest = app.guest();
        let refused = guest.refused_handshake(&[SPOKEN, ("origin", "https://evil.example")]).await;
        assert_eq!(refused, 403);
        assert_eq!(guest.refused_handshake(&[SPOKEN, ("origin", "null")]).await, 403);
        for origin in ["https://app.example", guest.url()] {
            guest.raw_socket(&[SPOKEN, ("origin", origin)]).await.init(None).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_server_that_stops_closes_with_1012() {
    let app = crate::support::TestApp::start(crate::support::Backend::Sqlite).await;
    let mut socket = app.guest().socket().await;
    socket.subscribe("1", SERVICE, json!({})).await;
    socket.data("1").await;
    let heard = tokio::spawn(async move { socket.closes().await.0 });
    app.finish().await;
    assert_eq!(heard.await.expect("hears"), 1012);
}
