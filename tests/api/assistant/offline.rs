//! Without an endpoint: listings, opening hours and one's own orders, and it is said.

use super::{alone, ask, last, put};
use crate::support::{MakeListing, MakeStore, Shop, done, on_both, refusals};
use serde_json::{Value, json};

fn body(reply: &Value) -> &str {
    assert_eq!(reply["status"], "SENT", "{reply:#}");
    assert_eq!(reply["usage"]["model"], "offline");
    assert_eq!(reply["usage"]["promptTokens"], 0);
    reply["body"].as_str().expect("a body")
}

on_both! {
    async fn it_answers_from_the_market_and_says_that_it_is_automatic(app: &TestApp) {
        let shop = Shop::open(app).await;
        let category = app.category("ropa", None).await;
        let draft = MakeListing::new(&shop.store, &category, "Queso secreto").with("publish", json!(false));
        draft.by(&shop.owner).await;
        let talk = alone(&shop.buyer).await;
        let reply = ask(&shop.buyer, &talk, "Hola, ¿tienen queso?").await;
        let said = body(&reply);
        assert!(said.starts_with("Respondo de forma automática"), "{said}");
        assert!(said.contains("Queso seco: 25.00 NIO"), "{said}");
        assert!(!said.contains("secreto"), "a draft is nobody's to see: {said}");
        assert_eq!(reply["replyTo"]["body"], "Hola, ¿tienen queso?");
        assert_eq!((&reply["position"], &reply["sender"]), (&json!(2), &Value::Null));
        assert_eq!(last(&shop.buyer, &talk).await["unreadCount"], 1);
        let reply = ask(&shop.buyer, &talk, "Do you have any saddles?").await;
        assert!(body(&reply).starts_with("This is an automatic answer"), "{reply:#}");
        assert!(body(&reply).contains("found nothing"), "{reply:#}");
        let reply = ask(&shop.buyer, &talk, "Gracias").await;
        assert!(body(&reply).contains("Preguntame por un producto"), "{reply:#}");
        // Words that nobody has together are looked for one by one.
        let reply = ask(&shop.buyer, &talk, "queso de oveja").await;
        assert!(body(&reply).contains("Queso seco"), "{reply:#}");
    }
}

on_both! {
    async fn it_knows_when_stores_are_open(app: &TestApp) {
        let owner = app.patient("berta").await;
        // It is Wednesday, 09:00 in Managua.
        let hours = json!([{ "weekday": "WEDNESDAY", "opensAt": "08:00", "closesAt": "12:00" }]);
        MakeStore::new("panaderia").with("openingHours", hours).by(&owner).await;
        let talk = alone(&owner).await;
        let reply = ask(&owner, &talk, "¿A qué hora abre la Tienda Panadería los miércoles?").await;
        assert!(body(&reply).contains("Tienda panaderia: abierto ahora · miércoles 08:00-12:00"), "{reply:#}");
        app.pass_seconds(4 * 3600);
        let reply = ask(&owner, &talk, "Is Tienda Panaderia open now?").await;
        assert!(body(&reply).contains("closed now · Wednesday 08:00-12:00"), "{reply:#}");
    }
}

on_both! {
    async fn it_tells_of_ones_own_orders_alone(app: &TestApp) {
        let shop = Shop::open(app).await;
        shop.place().await;
        let other = app.member("ana").await;
        let talk = alone(&shop.buyer).await;
        let reply = ask(&shop.buyer, &talk, "¿Dónde está mi pedido?").await;
        assert!(body(&reply).contains("#1 Tienda pulperia: recibido, 25.00 NIO"), "{reply:#}");
        // The owner of the store sees it elsewhere: here only what they bought is told.
        for client in [&other, &shop.owner] {
            let talk = alone(client).await;
            let reply = ask(client, &talk, "Show me order 1").await;
            assert!(body(&reply).contains("found no orders"), "{reply:#}");
        }
    }
}

on_both! {
    async fn a_conversation_with_it_is_its_persons_alone(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let input = json!({ "kind": "ASSISTANT", "participantIds": [bruno.id] });
        let refused = ana.mutate("conversationStart", input, "conversation { id }").await;
        assert_eq!(refusals(&refused), ["INVALID participantIds"]);
        let talk = alone(&ana).await;
        assert_eq!(refusals(&put(&bruno, &talk, "hola").await), ["NOT_FOUND conversationId"]);
        let rename = "mutation($id: ID!) { conversationRename(id: $id, title: \"Recetas\") { \
            conversation { title } userErrors { code } } }";
        let renamed = ana.ask(rename, json!({ "id": talk })).await;
        assert_eq!(done(renamed["conversationRename"].clone())["conversation"]["title"], "Recetas");
        ask(&ana, &talk, "hola").await;
        let leave = "mutation($id: ID!) { conversationLeave(id: $id) { userErrors { code } } }";
        ana.ask(leave, json!({ "id": talk })).await;
        assert_eq!(last(&ana, &talk).await, Value::Null);
    }
}
