//! Anything by its id, with the same rights as elsewhere.

use crate::support::{MakeListing, MakeOrder, MakeStore, TestApp, done, global, id, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

/// Names of all types that `node` can find
async fn kinds(app: &TestApp) -> Vec<Value> {
    let schema =
        app.guest().ask("{ __type(name: \"Node\") { possibleTypes { name } } }", json!({})).await;
    let kinds = schema["__type"]["possibleTypes"].as_array().expect("kinds").iter();
    kinds.map(|kind| kind["name"].clone()).collect()
}

on_both! {
    async fn every_kind_is_found_in_the_order_asked_for(app: &TestApp) {
        let owner = app.member("elena").await;
        let store = MakeStore::new("central").by(&owner).await;
        let category = app.category("comida", None).await;
        let listing = MakeListing::new(&store, &category, "Queso").by(&owner).await;
        let profile = done(
            owner.mutate("profileUpdate", json!({ "headline": "Quesera" }), "profile { id }").await,
        );
        let profile = id(&profile["profile"]);
        let session = owner.ask("{ viewer { sessions { id } } }", json!({})).await;
        let session = id(&session["viewer"]["sessions"][0]);
        let order = MakeOrder::new(&store).item(&listing, 1).by(&owner).await;
        let (talk, message) = owner.talk_about(&order).await;
        crate::partner::publish(&app.app, "erp", "own", "query Own { service { name } }").await;
        let (key, _) = crate::partner::key(&owner, "erp", &["CHAT"]).await;
        let job = crate::job::steps::queue(app, &owner, "counting").await;
        let kinds = kinds(app).await;
        let found = [
            (&listing, "Listing"),
            (&owner.id, "User"),
            (&session, "Session"),
            (&category, "Category"),
            (&store, "Store"),
            (&profile, "Profile"),
            (&order, "Order"),
            (&talk, "Conversation"),
            (&message, "Message"),
            (&key, "ApiKey"),
            (&job, "Job"),
        ];
        for kind in kinds {
            assert!(found.iter().any(|(_, name)| kind == *name), "the test knows no {kind}");
        }
        let nothing = json!(null);
        let expected: Vec<Value> =
            found.iter().map(|(id, name)| json!({ "__typename": name, "id": id })).collect();
        let mut ids: Vec<String> = found.iter().map(|(id, _)| (*id).clone()).collect();
        assert_eq!(owner.ask(NODES, json!({ "ids": ids })).await["nodes"], json!(expected));
        ids.reverse();
        let mut reversed = expected.clone();
        reversed.reverse();
        assert_eq!(owner.ask(NODES, json!({ "ids": ids })).await["nodes"], json!(reversed));
        for (id, name) in found {
            let one = owner
                .ask("query($id: ID!) { node(id: $id) { __typename id } }", json!({ "id": id }))
                .await;
            assert_eq!(one["node"], json!({ "__typename": name, "id": id }));
        }
        // A session is its owner's alone.
        let others = app.guest().ask(NODES, json!({ "ids": [session, store] })).await;
        assert_eq!(others["nodes"][0], nothing);
        assert_eq!(
            app.admin().await.ask(NODES, json!({ "ids": [session] })).await["nodes"],
            json!([null])
        );
    }
}

on_both! {
    async fn nothing_is_null_in_its_place(app: &TestApp) {
        let owner = app.member("elena").await;
        let unknown = |kind| global(kind, Uuid::from_u128(7));
        let ids = json!([
            owner.id,
            unknown(1),
            unknown(2),
            unknown(3),
            owner.id,
            unknown(4),
            unknown(5),
            unknown(6),
            unknown(7),
            unknown(8),
            unknown(9),
            unknown(0),
            unknown(99),
            "",
            "x",
            "🙂",
            "AAAA",
            "'; --",
            "A".repeat(3000),
            owner.id,
            owner.id.to_lowercase(),
            format!("{}=", owner.id),
        ]);
        let found = app.guest().ask(NODES, json!({ "ids": ids })).await;
        let person = json!({ "__typename": "User", "id": owner.id });
        let places: Vec<usize> = found["nodes"]
            .as_array()
            .expect("nodes")
            .iter()
            .enumerate()
            .filter(|(_, node)| **node == person)
            .map(|(at, _)| at)
            .collect();
        assert_eq!(places, [0, 4, 19]);
        let nulls =
            found["nodes"].as_array().expect("nodes").iter().filter(|node| node.is_null()).count();
        assert_eq!(nulls, 19);
        assert_eq!(app.guest().ask(NODES, json!({ "ids": [] })).await["nodes"], json!([]));
    }
}

on_both! {
    async fn a_hundred_ids_are_answered_and_one_more_is_refused(app: &TestApp) {
        let owner = app.member("elena").await;
        let hundred = app.guest().ask(NODES, json!({ "ids": vec![&owner.id; 100] })).await;
        assert_eq!(hundred["nodes"].as_array().map(Vec::len), Some(100));
        let error = app.guest().fail(NODES, json!({ "ids": vec![&owner.id; 101] })).await;
        assert_eq!(
            (&error["extensions"]["code"], &error["extensions"]["field"]),
            (&json!("OUT_OF_RANGE"), &json!(["ids"]))
        );
        assert!(
            error["message"].as_str().is_some_and(|told| told.contains("at most 100")),
            "{error}"
        );
    }
}

on_both! {
    async fn an_ended_session_is_no_node_any_more(app: &TestApp) {
        let owner = app.member("elena").await;
        let query = "{ viewer { sessions { id current } } }";
        let session = id(&owner.ask(query, json!({})).await["viewer"]["sessions"][0]);
        assert_eq!(
            owner.ask(NODES, json!({ "ids": [session] })).await["nodes"][0]["id"],
            json!(session)
        );
        owner.ask("mutation { signOut { userErrors { message } } }", json!({})).await;
        assert_eq!(
            app.guest().ask(NODES, json!({ "ids": [session] })).await["nodes"],
            json!([null])
        );
    }
}
