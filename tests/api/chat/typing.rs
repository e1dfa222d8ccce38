//! Who is writing: told at once, everywhere, and gone by itself.

use super::{direct, say};
use crate::support::{Backend, Client, Process, Redis, Socket, TestApp, on_both, refusals};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const TALK: &str = "subscription($id: ID!) { conversationUpdates(id: $id) { kind cursor \
    change { __typename ... on TypingChanged { user { handle } typing } } } }";

async fn signal(client: &Client, conversation: &str) -> Value {
    let query = "mutation($id: ID!) { typingSignal(conversationId: $id) { userErrors { code message field } } }";
    client.ask(query, json!({ "id": conversation })).await["typingSignal"].clone()
}

/// A socket that follows a conversation, and the cursor of its state
async fn follow(client: &Client, conversation: &str) -> (Socket, Value) {
    let mut socket = client.socket().await;
    socket.subscribe("1", TALK, json!({ "id": conversation })).await;
    let state = socket.data("1").await["conversationUpdates"].clone();
    (socket, state["cursor"].clone())
}

fn writes(who: &str, typing: bool) -> Value {
    json!({ "__typename": "TypingChanged", "user": { "handle": who }, "typing": typing })
}

on_both! {
    async fn who_writes_is_told_once_and_gone_after_six_seconds(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let talk = direct(&ana, &bruno).await;
        say(&ana, &talk, "Buenas").await;
        let (mut socket, cursor) = follow(&bruno, &talk).await;
        let begun = Instant::now();
        for _ in 0..3 {
            assert_eq!(signal(&ana, &talk).await["userErrors"], json!([]));
        }
        let update = socket.data("1").await["conversationUpdates"].clone();
        assert_eq!(update["change"], writes("ana", true));
        assert_eq!((&update["kind"], &update["cursor"]), (&json!("EVENT"), &cursor));
        let update = socket.data("1").await["conversationUpdates"].clone();
        assert_eq!(update["change"], writes("ana", false), "said three times, told once");
        assert!(begun.elapsed() >= Duration::from_secs(6));
        // Nothing of it is in the log.
        say(&ana, &talk, "¿Hay queso?").await;
        let update = socket.data("1").await["conversationUpdates"].clone();
        assert_eq!(update["change"]["__typename"], "MessageSent");
    }
}

on_both! {
    async fn strangers_write_nowhere(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let talk = direct(&ana, &bruno).await;
        let (mut socket, _) = follow(&bruno, &talk).await;
        let payload = signal(&app.member("zoila").await, &talk).await;
        assert_eq!(refusals(&payload), ["NOT_FOUND conversationId"]);
        socket.is_silent().await;
    }
}

#[tokio::test]
async fn who_writes_at_one_server_is_told_at_the_other() {
    let redis = Redis::start(&[]).await;
    let app = TestApp::start(Backend::Postgres).await;
    app.come_to_the_present();
    let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
    let talk = direct(&ana, &bruno).await;
    let url = format!("redis://{}", redis.address());
    let settings = [("REDIS_URL", url.as_str())];
    let mut one = Process::start(&app, &settings).await;
    let other = Process::start(&app, &settings).await;
    let (mut socket, _) = follow(&other.client(&bruno), &talk).await;
    let writer = one.client(&ana);
    // The bell may not hang yet when the servers have just started.
    let begun = Instant::now();
    let update = loop {
        signal(&writer, &talk).await;
        let heard = tokio::time::timeout(Duration::from_millis(300), socket.data("1")).await;
        if let Ok(heard) = heard {
            break heard["conversationUpdates"].clone();
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing was heard");
    };
    assert_eq!(update["change"], writes("ana", true));
    // The server that told of it dies, and it is noticed all the same.
    one.kill();
    let update = socket.data("1").await["conversationUpdates"].clone();
    assert_eq!(update["change"], writes("ana", false));
    drop((one, other));
    app.finish().await;
}
