//! Whoever shares nothing with a conversation sees nothing of it.

use super::{change, direct, say, send};
use crate::support::{on_both, refusals};
use serde_json::{Value, json};

on_both! {
    async fn strangers_see_and_do_nothing(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let (zoila, admin) = (app.member("zoila").await, app.admin().await);
        let talk = direct(&ana, &bruno).await;
        let message = say(&ana, &talk, "secreto").await;
        let node = "query($id: ID!) { node(id: $id) { id } }";
        for client in [&zoila, &admin, &app.guest()] {
            for id in [&json!(talk), &message["id"]] {
                assert_eq!(client.ask(node, json!({ "id": id })).await["node"], Value::Null);
            }
        }
        for client in [&zoila, &admin] {
            assert_eq!(refusals(&send(client, &talk, "hola", "1").await), ["NOT_FOUND conversationId"]);
            for (mutation, more) in [
                ("conversationLeave", ""),
                ("conversationRename", ", title: \"X\""),
                ("conversationInvite", ", userIds: []"),
                ("conversationMute", ", muted: true"),
                ("conversationMarkRead", ", position: 0"),
            ] {
                assert_eq!(refusals(&change(client, mutation, &talk, more).await), ["NOT_FOUND id"], "{mutation}");
            }
            let typing = "mutation($id: ID!) { typingSignal(conversationId: $id) { userErrors { code } } }";
            let told = client.ask(typing, json!({ "id": talk })).await;
            assert_eq!(told["typingSignal"]["userErrors"][0]["code"], "NOT_FOUND");
            let edit = json!({ "id": message["id"], "body": "x" });
            assert_eq!(refusals(&client.mutate("messageEdit", edit, "message { id }").await), ["NOT_FOUND id"]);
            let mut socket = client.socket().await;
            let updates = "subscription($id: ID!) { conversationUpdates(id: $id) { cursor } }";
            socket.subscribe("1", updates, json!({ "id": talk })).await;
            assert_eq!(socket.error("1").await["extensions"]["code"], "NOT_FOUND");
        }
    }
}
