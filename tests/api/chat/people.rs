//! People who come and go, and how far each has read.

use super::{change, direct, group, say, send};
use crate::support::{id, on_both, refusals};
use serde_json::json;

on_both! {
    async fn a_read_position_moves_forward_and_never_back(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let talk = direct(&ana, &bruno).await;
        for body in ["uno", "dos", "tres"] {
            say(&ana, &talk, body).await;
        }
        let mark = async |position: i32| {
            change(&bruno, "conversationMarkRead", &talk, &format!(", position: {position}")).await
        };
        assert_eq!(mark(2).await["conversation"]["unreadCount"], 1);
        assert_eq!(mark(1).await["conversation"]["unreadCount"], 1);
        assert_eq!(mark(0).await["conversation"]["unreadCount"], 1);
        assert_eq!(refusals(&mark(4).await), ["OUT_OF_RANGE position"]);
        assert_eq!(refusals(&mark(-1).await), ["OUT_OF_RANGE position"]);
        let read = "query($id: ID!) { node(id: $id) { ... on Conversation { messages { nodes { position readBy { handle } } } } } }";
        let found = ana.ask(read, json!({ "id": talk })).await;
        let bruno_read = json!([{ "handle": "bruno" }]);
        assert_eq!(
            found["node"]["messages"]["nodes"],
            json!([
                { "position": 1, "readBy": bruno_read },
                { "position": 2, "readBy": bruno_read },
                { "position": 3, "readBy": [] },
            ])
        );
    }
}

on_both! {
    async fn only_a_group_is_renamed_left_and_joined(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let carla = app.member("carla").await;
        let talk = direct(&ana, &bruno).await;
        for (mutation, more) in [
            ("conversationLeave", String::new()),
            ("conversationRename", ", title: \"X\"".to_owned()),
            ("conversationInvite", format!(", userIds: [\"{}\"]", carla.id)),
        ] {
            assert_eq!(refusals(&change(&ana, mutation, &talk, &more).await), ["UNSUPPORTED id"], "{mutation}");
        }
        let barrio = group(&ana, &[&bruno]).await;
        say(&ana, &barrio, "Bienvenidos").await;
        let renamed = change(&bruno, "conversationRename", &barrio, ", title: \" Vecinos \"").await;
        assert_eq!(renamed["conversation"]["title"], "Vecinos");
        change(&bruno, "conversationInvite", &barrio, &format!(", userIds: [\"{}\"]", carla.id)).await;
        let seen = "{ viewer { unreadCount conversations { nodes { id title lastMessage { body } } } } }";
        let found = carla.ask(seen, json!({})).await;
        assert_eq!(found["viewer"]["unreadCount"], 0, "what was written before is no news");
        assert_eq!(found["viewer"]["conversations"]["nodes"][0]["lastMessage"]["body"], "Bienvenidos");
        assert_eq!(refusals(&change(&carla, "conversationLeave", &barrio, "").await), [""; 0]);
        let found = carla.ask(seen, json!({})).await;
        assert_eq!(found["viewer"]["conversations"]["nodes"], json!([]));
        assert_eq!(refusals(&send(&carla, &barrio, "adiós", "1").await), ["NOT_FOUND conversationId"]);
    }
}

on_both! {
    async fn whoever_is_suspended_is_not_written_to(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let admin = app.admin().await;
        let query = "mutation($id: ID!) { userSuspend(userId: $id, reason: \"spam\") { userErrors { code } } }";
        admin.ask(query, json!({ "id": bruno.id })).await;
        let input = json!({ "kind": "DIRECT", "participantIds": [bruno.id] });
        let payload = ana.mutate("conversationStart", input, "conversation { id }").await;
        assert_eq!(refusals(&payload), ["NOT_FOUND participantIds.0"]);
    }
}

on_both! {
    async fn muting_is_the_viewers_own(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let talk = direct(&ana, &bruno).await;
        change(&ana, "conversationMute", &talk, ", muted: true").await;
        let seen = "query($id: ID!) { node(id: $id) { ... on Conversation { participants { user { id } muted } } } }";
        for (client, muted) in [(&ana, true), (&bruno, false)] {
            let found = client.ask(seen, json!({ "id": talk })).await;
            let people = found["node"]["participants"].as_array().expect("people").clone();
            let anas = people.iter().find(|one| id(&one["user"]) == ana.id).expect("ana");
            assert_eq!(anas["muted"], json!(muted));
        }
    }
}
