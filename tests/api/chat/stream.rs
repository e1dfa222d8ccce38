//! Conversations and inboxes, followed.

use super::{change, direct, group, say};
use crate::support::{Socket, id, on_both};
use serde_json::{Value, json};

const TALK: &str = "subscription($id: ID!, $after: String) { conversationUpdates(id: $id, after: $after) { \
    kind cursor conversation { id } change { __typename \
    ... on MessageSent { message { position body } } ... on MessageChanged { message { position body status } } \
    ... on ReadMoved { user { handle } readUpTo } ... on ParticipantsChanged { conversation { title } } } } }";
const INBOX: &str = "subscription($after: String) { inboxUpdates(after: $after) { \
    kind cursor unreadCount conversation { id unreadCount } message { body } } }";

/// What happens next, apart from what has come to somebody without being read: a machine that is
/// slow tells of that as well
async fn next(socket: &mut Socket) -> Value {
    loop {
        let update = socket.data("1").await["conversationUpdates"].clone();
        assert_eq!(update["kind"], "EVENT");
        if update["change"]["readUpTo"] != 0 {
            return update["change"]["__typename"].clone();
        }
    }
}

on_both! {
    async fn a_conversation_is_followed_with_all_that_happens_in_it(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let talk = group(&ana, &[&bruno]).await;
        let mut socket = bruno.socket().await;
        socket.subscribe("1", TALK, json!({ "id": talk })).await;
        let first = socket.data("1").await["conversationUpdates"].clone();
        assert_eq!((&first["kind"], &first["change"]), (&json!("SNAPSHOT"), &Value::Null));
        let sent = say(&ana, &talk, "Buenas").await;
        ana.mutate("messageEdit", json!({ "id": sent["id"], "body": "Buenos días" }), "message { id }").await;
        change(&bruno, "conversationMarkRead", &talk, ", position: 1").await;
        change(&ana, "conversationRename", &talk, ", title: \"Vecinos\"").await;
        ana.mutate_id("messageDelete", &id(&sent), "message { id }").await;
        let mut seen = Vec::new();
        for _ in 0..5 {
            seen.push(next(&mut socket).await);
        }
        let expected = ["MessageSent", "MessageChanged", "ReadMoved", "ParticipantsChanged", "MessageChanged"];
        assert_eq!(seen, expected);
        // The same once more, by cursor
        let mut again = bruno.socket().await;
        again.subscribe("1", TALK, json!({ "id": talk, "after": first["cursor"] })).await;
        for change in expected {
            assert_eq!(next(&mut again).await, change);
        }
    }
}

on_both! {
    async fn an_inbox_tells_of_all_conversations(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let carla = app.member("carla").await;
        let (one, other) = (direct(&ana, &bruno).await, direct(&carla, &bruno).await);
        let mut socket = bruno.socket().await;
        socket.subscribe("1", INBOX, json!({})).await;
        let first = socket.data("1").await["inboxUpdates"].clone();
        assert_eq!((&first["kind"], &first["unreadCount"]), (&json!("SNAPSHOT"), &json!(0)));
        say(&ana, &one, "de Ana").await;
        let update = socket.data("1").await["inboxUpdates"].clone();
        assert_eq!(update["message"], json!({ "body": "de Ana" }));
        assert_eq!(update["conversation"], json!({ "id": one, "unreadCount": 1 }));
        say(&carla, &other, "de Carla").await;
        let update = socket.data("1").await["inboxUpdates"].clone();
        assert_eq!((&update["unreadCount"], &update["conversation"]["id"]), (&json!(2), &json!(other)));
        change(&bruno, "conversationMarkRead", &one, ", position: 1").await;
        let update = socket.data("1").await["inboxUpdates"].clone();
        assert_eq!((&update["unreadCount"], &update["message"]), (&json!(1), &Value::Null));
    }
}

on_both! {
    async fn whoever_leaves_hears_nothing_more(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let talk = group(&ana, &[&bruno]).await;
        let mut socket = bruno.socket().await;
        socket.subscribe("1", TALK, json!({ "id": talk })).await;
        socket.subscribe("2", INBOX, json!({})).await;
        let (mut heard, mut last) = (0, Value::Null);
        while heard < 2 {
            last = socket.hear().await;
            heard += 1;
        }
        assert_eq!(last["type"], "next");
        change(&bruno, "conversationLeave", &talk, "").await;
        say(&ana, &talk, "ya no oye").await;
        let mut told = Vec::new();
        for _ in 0..2 {
            told.push(socket.hear().await);
        }
        assert!(told.iter().all(|message| !message.to_string().contains("ya no oye")), "{told:?}");
        let ended = told.iter().find(|message| message["id"] == "1").expect("the stream ends");
        assert_eq!(ended["type"], "error");
        let inbox = told.iter().find(|message| message["id"] == "2").expect("the inbox says that something changed");
        assert_eq!(inbox["payload"]["data"]["inboxUpdates"]["conversation"], Value::Null);
        socket.is_silent().await;
    }
}
