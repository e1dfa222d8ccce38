//! Messages found by their words.

use super::{change, direct, group, say};
use crate::support::{Client, TestApp, done, id, on_both, row};
use serde_json::{Value, json};

const FIND: &str = "query($text: String!, $talk: ID, $first: Int, $after: String) { viewer { \
    messageSearch(text: $text, conversationId: $talk, first: $first, after: $after) { \
    nodes { rank excerpt message { body } } pageInfo { hasNextPage endCursor } } } }";

/// What somebody finds: rank and excerpt
async fn hits(client: &Client, text: &str) -> Vec<(f64, String)> {
    let found = client.ask(FIND, json!({ "text": text })).await;
    let nodes = found["viewer"]["messageSearch"]["nodes"].as_array().expect("hits").clone();
    let hit = |node: &Value| {
        (node["rank"].as_f64().expect("a rank"), node["excerpt"].as_str().expect("one").to_owned())
    };
    nodes.iter().map(hit).collect()
}

/// Only the excerpts
async fn found(client: &Client, text: &str) -> Vec<String> {
    hits(client, text).await.into_iter().map(|(_, excerpt)| excerpt).collect()
}

/// Two people who write to each other
async fn pair(app: &TestApp) -> (Client, Client, String) {
    let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
    let talk = direct(&ana, &bruno).await;
    (ana, bruno, talk)
}

on_both! {
    async fn words_are_found_by_their_spanish_and_english_forms(app: &TestApp) {
        let (ana, bruno, talk) = pair(app).await;
        for body in ["Su pedido está listo", "Your order is ready", "Dos CAFÉS y un camión"] {
            say(&ana, &talk, body).await;
        }
        for (text, excerpt) in [
            ("pedidos", "Su «pedido» está listo"),
            ("pedido LISTO", "Su «pedido» está «listo»"),
            ("orders", "Your «order» is ready"),
            ("the orders of you are ready", ""),
            ("ready orders", "Your «order» is «ready»"),
            ("cafe", "Dos «CAFÉS» y un camión"),
            ("camiones, cafés", "Dos «CAFÉS» y un «camión»"),
            ("pedido order", ""),
            ("perdido", ""),
        ] {
            let expected: &[&str] = if excerpt.is_empty() { &[] } else { &[excerpt] };
            assert_eq!(found(&bruno, text).await, expected, "{text}");
        }
    }
}

on_both! {
    async fn more_words_as_written_come_first_and_then_what_is_newer(app: &TestApp) {
        let (ana, bruno, talk) = pair(app).await;
        for body in [
            "pedidos listos", "Pedído listo", "pedido listos", "otro pedido listo", "un pedido", "listo el pedidos",
        ] {
            app.pass_seconds(1);
            say(&ana, &talk, body).await;
        }
        assert_eq!(
            hits(&bruno, "pedido listo").await,
            [
                (1.0, "otro «pedido» «listo»".to_owned()),
                (1.0, "«Pedído» «listo»".to_owned()),
                (0.5, "«listo» el «pedidos»".to_owned()),
                (0.5, "«pedido» «listos»".to_owned()),
                (0.0, "«pedidos» «listos»".to_owned()),
            ]
        );
        let ranks: Vec<f64> = hits(&bruno, "listos").await.into_iter().map(|hit| hit.0).collect();
        assert_eq!(ranks, [1.0, 1.0, 0.0, 0.0, 0.0]);
    }
}

on_both! {
    async fn pages_of_any_size_show_every_hit_once_in_the_same_order(app: &TestApp) {
        let ana = app.member("ana").await;
        let mut talks = Vec::new();
        for at in 0..3 {
            talks.push(direct(&ana, &app.member(&format!("vecino-{at}")).await).await);
        }
        for at in 0..24 {
            app.pass_seconds(1);
            let body = ["queso fresco", "quesos frescos", "queso frescos", "fresco quesos y queso"][at % 4];
            let input = json!({ "conversationId": talks[at % 3], "body": format!("{body} {at}"), "idempotencyKey": format!("{at}") });
            done(ana.mutate("messageSend", input, "message { id }").await);
        }
        for text in ["queso", "quesos", "queso fresco"] {
            let all = found(&ana, text).await;
            let whole = ana.ask(FIND, json!({ "text": text, "first": 100 })).await;
            let whole = &whole["viewer"]["messageSearch"];
            assert_eq!(whole["pageInfo"]["hasNextPage"], false);
            assert_eq!((all.len(), whole["nodes"].as_array().map(Vec::len)), (20, Some(24)), "{text}");
            for first in [1, 5, 23, 24] {
                let (mut nodes, mut after) = (Vec::new(), Value::Null);
                loop {
                    let page = ana.ask(FIND, json!({ "text": text, "first": first, "after": after })).await;
                    let page = &page["viewer"]["messageSearch"];
                    nodes.extend(page["nodes"].as_array().expect("hits").clone());
                    if page["pageInfo"]["hasNextPage"] == false {
                        break;
                    }
                    after = page["pageInfo"]["endCursor"].clone();
                }
                assert_eq!(json!(nodes), whole["nodes"], "{text} by {first}");
            }
        }
    }
}

on_both! {
    async fn words_that_are_both_common_are_found_together(app: &TestApp) {
        let (ana, _, talk) = pair(app).await;
        // Enough that neither is looked for by the other, and few as they are written.
        for at in 0..1010 {
            let body = ["quesos frescos", "queso fresco"][usize::from(at % 400 == 7)];
            say(&ana, &talk, &format!("{body} {at}")).await;
        }
        let page = ana.ask(FIND, json!({ "text": "queso fresco", "first": 5 })).await;
        let found = page["viewer"]["messageSearch"]["nodes"].as_array().expect("hits").clone();
        let bodies: Vec<&Value> = found.iter().map(|hit| &hit["message"]["body"]).collect();
        let expected = ["queso fresco 807", "queso fresco 407", "queso fresco 7", "quesos frescos 1009", "quesos frescos 1008"];
        assert_eq!(bodies, expected);
        // All as written: the newest fill the page.
        let page = ana.ask(FIND, json!({ "text": "frescos quesos", "first": 2 })).await;
        let found = page["viewer"]["messageSearch"]["nodes"].as_array().expect("hits").clone();
        let bodies: Vec<&Value> = found.iter().map(|hit| &hit["message"]["body"]).collect();
        assert_eq!(bodies, ["quesos frescos 1009", "quesos frescos 1008"]);
    }
}

on_both! {
    async fn what_is_edited_or_deleted_is_found_by_what_it_says_now(app: &TestApp) {
        let (ana, bruno, talk) = pair(app).await;
        let message = say(&ana, &talk, "Hay queso fresco").await;
        let edit = json!({ "id": message["id"], "body": "Hay cuajada fresca" });
        done(ana.mutate("messageEdit", edit, "message { id }").await);
        assert_eq!(found(&bruno, "queso").await, [""; 0]);
        assert_eq!(found(&bruno, "cuajadas frescas").await, ["Hay «cuajada» «fresca»"]);
        assert_eq!(hits(&bruno, "fresco").await, [(0.0, "Hay cuajada «fresca»".to_owned())]);
        done(ana.mutate_id("messageDelete", &id(&message), "message { id }").await);
        for text in ["cuajada", "fresca", "hay"] {
            assert_eq!(found(&ana, text).await, [""; 0], "{text}");
        }
        let tx = app.app.db.reader();
        let left = plaza::db::Reads::one(tx, plaza::db::Reads::sql(tx, "SELECT 1 FROM message_term"));
        assert!(left.await.expect("reads").is_none(), "no word is left of it");
    }
}

on_both! {
    async fn only_those_who_are_in_a_conversation_now_find_it(app: &TestApp) {
        let (ana, bruno, _) = pair(app).await;
        let (carla, zoila) = (app.member("carla").await, app.member("zoila").await);
        let barrio = group(&ana, &[&bruno]).await;
        say(&ana, &barrio, "Mañana hay feria").await;
        assert_eq!(found(&bruno, "feria").await, ["Mañana hay «feria»"]);
        assert_eq!(found(&carla, "feria").await, [""; 0]);
        change(&bruno, "conversationInvite", &barrio, &format!(", userIds: [\"{}\"]", carla.id)).await;
        assert_eq!(found(&carla, "feria").await, ["Mañana hay «feria»"], "who comes may read it all");
        change(&carla, "conversationLeave", &barrio, "").await;
        assert_eq!(found(&carla, "feria").await, [""; 0]);
        for stranger in [&carla, &zoila, &app.admin().await] {
            let error = stranger.fail(FIND, json!({ "text": "feria", "talk": barrio })).await;
            assert_eq!(error["extensions"]["code"], "NOT_FOUND");
            assert_eq!(error["extensions"]["field"], json!(["conversationId"]));
            assert_eq!(found(stranger, "feria").await, [""; 0]);
        }
        assert_eq!(app.guest().ask(FIND, json!({ "text": "feria" })).await["viewer"], Value::Null);
    }
}

on_both! {
    async fn a_search_in_one_conversation_stays_in_it(app: &TestApp) {
        let (ana, bruno, talk) = pair(app).await;
        let other = direct(&ana, &app.member("carla").await).await;
        say(&ana, &talk, "pan aquí").await;
        say(&ana, &other, "pan allá").await;
        let within = ana.ask(FIND, json!({ "text": "panes", "talk": talk })).await;
        let nodes = &within["viewer"]["messageSearch"]["nodes"];
        assert_eq!(*nodes, json!([{ "rank": 0.0, "excerpt": "«pan» aquí", "message": { "body": "pan aquí" } }]));
        assert_eq!(found(&ana, "pan").await, ["«pan» allá", "«pan» aquí"]);
        assert_eq!(found(&bruno, "pan").await, ["«pan» aquí"]);
        let page = ana.ask(FIND, json!({ "text": "pan", "first": 1 })).await;
        let after = &page["viewer"]["messageSearch"]["pageInfo"]["endCursor"];
        for elsewhere in [json!({ "text": "pan", "talk": talk, "after": after }), json!({ "text": "panes", "after": after })] {
            let error = ana.fail(FIND, elsewhere).await;
            assert_eq!(error["extensions"]["field"], json!(["after"]));
        }
    }
}

on_both! {
    async fn what_is_still_being_written_or_broke_off_is_not_found(app: &TestApp) {
        let (ana, _, talk) = pair(app).await;
        let message = say(&ana, &talk, "medio pan").await;
        for status in [1_i16, 2, 3, 0] {
            let tx = app.app.db.write().await.expect("begins");
            let columns = plaza::db::Columns::of("message").set("status", status);
            tx.update(row(&id(&message)), columns).await.expect("updates");
            tx.commit().await.expect("commits");
            assert_eq!(found(&ana, "pan").await.len(), usize::from(status == 0), "{status}");
        }
    }
}

on_both! {
    async fn a_hundred_hits_with_all_they_show_cost_what_one_does(app: &TestApp) {
        let ana = app.member("ana").await;
        for at in 0..20 {
            let other = app.member(&format!("vecino-{at}")).await;
            let talk = direct(&ana, &other).await;
            for body in ["pan", "panes", "un pan", "dos panes", "pan y pan"] {
                say(&other, &talk, body).await;
            }
        }
        const SHOWN: &str = "query($text: String!, $first: Int!) { viewer { messageSearch(text: $text, first: $first) { \
            edges { cursor node { rank excerpt message { body conversation { title unreadCount } sender { handle } } } } \
            pageInfo { hasNextPage endCursor } } } }";
        for text in ["pan", "dos panes", "un panes"] {
            let ask = async |first: i32| {
                app.statements(ana.ask(SHOWN, json!({ "text": text, "first": first }))).await
            };
            let (one, _) = ask(1).await;
            let (hundred, _) = ask(100).await;
            if text == "pan" {
                // Who asks, hits, conversations, the viewer's places in them, senders.
                assert_eq!((one, hundred), (5, 5));
            }
            assert_eq!(one, hundred, "{text}");
        }
        let all = ana.ask(SHOWN, json!({ "text": "pan", "first": 100 })).await;
        assert_eq!(all["viewer"]["messageSearch"]["edges"].as_array().map(Vec::len), Some(100));
    }
}
