//! Sending, editing, taking back.

use super::{direct, group, say, send};
use crate::support::{Client, done, id, on_both, refusals};
use futures_util::future::join_all;
use serde_json::{Value, json};

const ALL: &str = "query($id: ID!) { node(id: $id) { ... on Conversation { unreadCount lastMessage { body } \
    messages(first: 100) { nodes { position body status editedAt sender { handle } replyTo { position } } } } } }";

async fn all(client: &Client, conversation: &str) -> Value {
    client.ask(ALL, json!({ "id": conversation })).await["node"].clone()
}

on_both! {
    async fn positions_have_no_gap_however_many_write_at_once(app: &TestApp) {
        let people = join_all((0..10).map(|at| {
            let app = &app;
            async move { app.member(&format!("vecino-{at}")).await }
        }))
        .await;
        let talk = group(&people[0], &people[1..].iter().collect::<Vec<_>>()).await;
        let sent = (0..100).map(|at| {
            let (sender, talk) = (&people[at % 10], &talk);
            async move {
                let body = format!("mensaje {at}");
                // Sent twice, as by a client that has lost its answer
                let (one, two) = tokio::join!(send(sender, talk, &body, &body), send(sender, talk, &body, &body));
                assert_eq!(one, two);
                done(one)["message"]["position"].as_i64().expect("a position")
            }
        });
        let mut positions = join_all(sent).await;
        positions.sort_unstable();
        assert_eq!(positions, (1..=100).collect::<Vec<i64>>());
        let read = all(&people[3], &talk).await;
        let listed: Vec<i64> = read["messages"]["nodes"]
            .as_array()
            .expect("messages")
            .iter()
            .map(|message| message["position"].as_i64().expect("a position"))
            .collect();
        assert_eq!(listed, (1..=100).collect::<Vec<i64>>());
    }
}

on_both! {
    async fn whoever_writes_has_read_and_the_others_have_not(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let talk = direct(&ana, &bruno).await;
        say(&ana, &talk, "Buenas").await;
        say(&ana, &talk, "¿Hay queso?").await;
        assert_eq!(all(&ana, &talk).await["unreadCount"], 0);
        assert_eq!(all(&bruno, &talk).await["unreadCount"], 2);
        say(&bruno, &talk, "Sí hay").await;
        assert_eq!(all(&bruno, &talk).await["unreadCount"], 0);
        assert_eq!(all(&ana, &talk).await["unreadCount"], 1);
        assert_eq!(all(&ana, &talk).await["lastMessage"], json!({ "body": "Sí hay" }));
    }
}

on_both! {
    async fn a_message_is_edited_and_taken_back_by_its_sender_alone(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let talk = direct(&ana, &bruno).await;
        let first = say(&ana, &talk, "Buenas").await;
        let select = "message { position body status }";
        let edit = async |client: &Client, body: &str| {
            client.mutate("messageEdit", json!({ "id": first["id"], "body": body }), select).await
        };
        assert_eq!(refusals(&edit(&bruno, "Malas").await), ["FORBIDDEN id"]);
        let edited = done(edit(&ana, "Buenos días").await);
        assert_eq!(edited["message"], json!({ "position": 1, "body": "Buenos días", "status": "SENT" }));
        assert!(all(&bruno, &talk).await["messages"]["nodes"][0]["editedAt"].is_string());
        let delete = async |client: &Client| {
            client.mutate_id("messageDelete", &id(&first), select).await
        };
        assert_eq!(refusals(&delete(&bruno).await), ["FORBIDDEN id"]);
        for _ in 0..2 {
            let deleted = done(delete(&ana).await);
            assert_eq!(deleted["message"], json!({ "position": 1, "body": "", "status": "DELETED" }));
        }
        assert_eq!(refusals(&edit(&ana, "otra vez").await), ["CONFLICT id"]);
        assert_eq!(say(&ana, &talk, "Sigo").await["position"], 2);
    }
}

on_both! {
    async fn what_says_nothing_or_answers_elsewhere_is_refused(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let carla = app.member("carla").await;
        let (talk, other) = (direct(&ana, &bruno).await, direct(&ana, &carla).await);
        for (body, refusal) in [("", "REQUIRED body"), ("  \n ", "REQUIRED body"), (&"x".repeat(10_001), "TOO_LONG body")] {
            assert_eq!(refusals(&send(&ana, &talk, body, "k").await), [refusal]);
        }
        let elsewhere = say(&ana, &other, "allá").await;
        let reply = async |to: &Value, key: &str| {
            let input = json!({ "conversationId": talk, "body": "sí", "replyToId": to, "idempotencyKey": key });
            ana.mutate("messageSend", input, "message { replyTo { body } }").await
        };
        assert_eq!(refusals(&reply(&elsewhere["id"], "1").await), ["NOT_FOUND replyToId"]);
        let here = say(&bruno, &talk, "aquí").await;
        assert_eq!(done(reply(&here["id"], "2").await)["message"], json!({ "replyTo": { "body": "aquí" } }));
        say(&ana, &talk, "una").await;
        assert_eq!(refusals(&send(&ana, &talk, "otra", "una").await), ["IDEMPOTENCY_MISMATCH idempotencyKey"]);
    }
}
