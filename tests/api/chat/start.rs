//! Starting conversations.

use super::{direct, group, say, send};
use crate::support::{Shop, done, id, on_both, refusals};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both! {
    async fn two_people_have_one_direct_conversation(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let both = [(&ana, &bruno), (&bruno, &ana)];
        let started = join_all((0..20).map(|at| direct(both[at % 2].0, both[at % 2].1))).await;
        assert_eq!(BTreeSet::from_iter(started).len(), 1);
        let seen = "{ viewer { conversations { totalCount nodes { kind title participants { user { handle } } } } } }";
        let expected = json!({
            "totalCount": 1,
            "nodes": [{ "kind": "DIRECT", "title": null,
                "participants": [{ "user": { "handle": "ana" } }, { "user": { "handle": "bruno" } }] }],
        });
        for client in [&ana, &bruno] {
            let mut found = client.ask(seen, json!({})).await["viewer"]["conversations"].clone();
            let people = found["nodes"][0]["participants"].as_array_mut().expect("people");
            people.sort_by_key(|one| one["user"]["handle"].to_string());
            assert_eq!(found, expected);
        }
    }
}

on_both! {
    async fn nobody_starts_what_makes_no_sense(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let nobody = crate::support::global(1, uuid::Uuid::from_u128(7));
        for (input, refusal) in [
            (json!({ "kind": "DIRECT" }), "OUT_OF_RANGE participantIds"),
            (json!({ "kind": "DIRECT", "participantIds": [ana.id] }), "INVALID participantIds"),
            (json!({ "kind": "DIRECT", "participantIds": [nobody] }), "NOT_FOUND participantIds.0"),
            (json!({ "kind": "DIRECT", "participantIds": ["x"] }), "INVALID participantIds.0"),
            (json!({ "kind": "GROUP", "participantIds": [] }), "OUT_OF_RANGE participantIds"),
            (json!({ "kind": "GROUP", "participantIds": [bruno.id], "title": "x".repeat(101) }), "TOO_LONG title"),
            (json!({ "kind": "GROUP", "participantIds": [bruno.id, nobody] }), "NOT_FOUND participantIds"),
            (json!({ "kind": "ORDER" }), "REQUIRED orderId"),
        ] {
            let payload = ana.mutate("conversationStart", input.clone(), "conversation { id }").await;
            let found = refusals(&payload);
            assert_eq!(found.len(), 1, "{input}");
            assert!(found[0].starts_with(refusal), "{input}: {found:?}");
            assert_eq!(payload["conversation"], Value::Null);
        }
    }
}

on_both! {
    async fn a_group_has_at_most_200_people(app: &TestApp) {
        let ana = app.member("ana").await;
        let many = join_all((0..200).map(|at| {
            let app = &app;
            async move { app.member(&format!("vecino-{at}")).await.id }
        }))
        .await;
        let start = async |people: &[String]| {
            let input = json!({ "kind": "GROUP", "participantIds": people });
            ana.mutate("conversationStart", input, "conversation { id }").await
        };
        assert_eq!(refusals(&start(&many).await), ["OUT_OF_RANGE participantIds"]);
        let full = id(&done(start(&many[..199]).await)["conversation"]);
        let query = "mutation($id: ID!, $who: [ID!]!) { conversationInvite(id: $id, userIds: $who) { userErrors { code field } } }";
        let invited = ana.ask(query, json!({ "id": full, "who": [many[199]] })).await;
        assert_eq!(invited["conversationInvite"]["userErrors"][0]["code"], "OUT_OF_RANGE");
        // Somebody who is in it already makes it no larger.
        let invited = ana.ask(query, json!({ "id": full, "who": [many[0]] })).await;
        assert_eq!(invited["conversationInvite"]["userErrors"], json!([]));
    }
}

on_both! {
    async fn an_order_has_one_conversation_of_buyer_and_staff(app: &TestApp) {
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        let start = async |client: &crate::support::Client| {
            let input = json!({ "kind": "ORDER", "orderId": order });
            let select = "conversation { id order { id } participants { user { handle } } }";
            done(client.mutate("conversationStart", input, select).await)["conversation"].clone()
        };
        let started = start(&shop.buyer).await;
        let mut handles: Vec<_> = started["participants"]
            .as_array()
            .expect("people")
            .iter()
            .map(|one| one["user"]["handle"].to_string())
            .collect();
        handles.sort();
        assert_eq!(handles, ["\"berta\"", "\"carlos\"", "\"rosa\""]);
        assert_eq!(started["order"], json!({ "id": order }));
        assert_eq!(start(&shop.clerk).await["id"], started["id"]);
        let stranger = app.member("zoila").await;
        let input = json!({ "kind": "ORDER", "orderId": order });
        let refused = stranger.mutate("conversationStart", input, "conversation { id }").await;
        assert_eq!(refusals(&refused), ["NOT_FOUND orderId"]);
    }
}

on_both! {
    async fn staff_that_came_later_hear_the_next_message_and_those_that_left_none(app: &TestApp) {
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        let input = json!({ "kind": "ORDER", "orderId": order });
        let started = done(shop.buyer.mutate("conversationStart", input, "conversation { id }").await);
        let talk = id(&started["conversation"]);
        let dora = app.member("dora").await;
        let role = json!({ "storeId": shop.store, "userId": dora.id, "role": "CLERK" });
        done(shop.owner.mutate("storeMemberSet", role, "store { id }").await);
        say(&shop.buyer, &talk, "¿A qué hora?").await;
        let unread = "{ viewer { unreadCount } }";
        assert_eq!(dora.ask(unread, json!({})).await["viewer"]["unreadCount"], 1);
        let gone = json!({ "storeId": shop.store, "userId": dora.id, "role": null });
        done(shop.owner.mutate("storeMemberSet", gone, "store { id }").await);
        assert_eq!(dora.ask(unread, json!({})).await["viewer"]["unreadCount"], 0);
        let payload = send(&dora, &talk, "hola", "1").await;
        assert_eq!(refusals(&payload), ["NOT_FOUND conversationId"]);
    }
}

on_both! {
    async fn a_group_is_new_each_time(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        assert_ne!(group(&ana, &[&bruno]).await, group(&ana, &[&bruno]).await);
    }
}
