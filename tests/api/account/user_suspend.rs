//! Suspending somebody: who may, and that nothing of theirs is left on show.

use super::{refresh, sign_up};
use crate::support::{Client, MakeListing, MakeStore, TestApp, global, message, on_both, refusals};
use plaza::entities::UserRole;
use serde_json::{Value, json};

const NONE: [&str; 0] = [];
const SUSPEND: &str = "mutation($id: ID!, $why: String!) { userSuspend(userId: $id, reason: $why) {
    user { handle } userErrors { code message field } } }";
const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";

async fn suspend(by: &Client, id: &str) -> Value {
    by.ask(SUSPEND, json!({ "id": id, "why": "Vende lo que no tiene" })).await["userSuspend"].take()
}

async fn kind_of(client: &Client, id: &str) -> Value {
    client.ask(NODE, json!({ "id": id })).await["node"]["__typename"].take()
}

/// Everything public that there is, by name
async fn on_show(app: &TestApp) -> Value {
    let query = r#"{ listings { nodes { title } totalCount } stores { nodes { handle } } profiles { nodes { headline } }
        found: listings(filter: { text: "queso" }) { nodes { title } }
        store(handle: "la-vaca") { id } user(handle: "rosa") { id } }"#;
    app.guest().ask(query, json!({})).await
}

on_both! {
    async fn nobody_below_support_may_and_nobody_suspends_their_like(app: &TestApp) {
        let (member, other) = (app.member("rosa").await, app.member("bruno").await);
        let support = app.person("helper", UserRole::Support).await;
        let colleague = app.person("helper2", UserRole::Support).await;
        let (admin, second) = (app.admin().await, app.person("boss", UserRole::Admin).await);
        for (by, whom, field) in [
            (&member, &other.id, ""), (&member, &member.id, ""), (&support, &support.id, "userId"),
            (&support, &colleague.id, "userId"), (&support, &admin.id, "userId"),
            (&admin, &admin.id, "userId"), (&admin, &second.id, "userId"),
        ] {
            let refused = suspend(by, whom).await;
            assert_eq!(refusals(&refused), [format!("FORBIDDEN {field}").trim_end()]);
            assert_eq!(refused["user"], Value::Null);
            assert_eq!(kind_of(&app.guest(), whom).await, "User", "nothing happened");
        }
        assert_eq!(refusals(&suspend(&admin, &support.id).await), NONE, "an administrator may suspend support");
    }
}

on_both! {
    async fn wrong_ids_and_reasons_are_named(app: &TestApp) {
        let (rosa, support) = (app.member("rosa").await, app.person("helper", UserRole::Support).await);
        for (id, why, expected, told) in [
            ("rubbish", "Vende humo", "INVALID userId", "the id of a User"),
            (&global(5, uuid::Uuid::nil()), "Vende humo", "INVALID userId", "a User is expected"),
            (&global(1, uuid::Uuid::nil()), "Vende humo", "NOT_FOUND userId", "no such user"),
            (&rosa.id, "", "REQUIRED reason", "can't be empty"),
            (&rosa.id, "ya", "TOO_SHORT reason", "at least 3"),
            (&rosa.id, &"a".repeat(501), "TOO_LONG reason", "at most 500"),
            (&rosa.id, "no\u{0}no", "INVALID reason", "place 3"),
        ] {
            let refused = support.ask(SUSPEND, json!({ "id": id, "why": why })).await;
            assert_eq!(refusals(&refused["userSuspend"]), [expected]);
            let field = expected.split_once(' ').expect("a field").1;
            assert!(message(&refused["userSuspend"], field).contains(told), "{refused:#}");
        }
    }
}

on_both! {
    async fn every_session_ends_at_once(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await;
        let id = rosa.client.ask("{ viewer { user { id } } }", json!({})).await;
        let id = id["viewer"]["user"]["id"].as_str().expect("an id").to_owned();
        let support = app.person("helper", UserRole::Support).await;
        let done = suspend(&support, &id).await;
        assert_eq!(done, json!({ "user": { "handle": "rosa" }, "userErrors": [] }));
        assert!(!rosa.is_live().await);
        assert_eq!(refusals(&refresh(app, &rosa.refresh).await), ["EXPIRED refreshToken"]);
        assert_eq!(refusals(&suspend(&support, &id).await), NONE, "once more changes nothing");
    }
}

on_both! {
    async fn nothing_of_theirs_is_left_on_show(app: &TestApp) {
        let category = app.category("lacteos", None).await;
        let (rosa, bruno) = (app.member("rosa").await, app.member("bruno").await);
        let own = MakeStore::new("la-vaca").by(&rosa).await;
        let other = MakeStore::new("el-toro").by(&bruno).await;
        let set = "mutation($s: ID!, $u: ID!) { storeMemberSet(input: { storeId: $s, userId: $u, role: MANAGER }) { userErrors { code field } } }";
        for (store, owner, manager) in [(&own, &rosa, &bruno), (&other, &bruno, &rosa)] {
            let done = owner.ask(set, json!({ "s": store, "u": manager.id })).await;
            assert_eq!(refusals(&done["storeMemberSet"]), NONE);
        }
        let in_own = MakeListing::new(&own, &category, "Queso de Rosa").by(&rosa).await;
        let in_other = MakeListing::new(&other, &category, "Queso de Rosa en El Toro").by(&rosa).await;
        let by_manager = MakeListing::new(&own, &category, "Queso de Bruno en La Vaca").by(&bruno).await;
        let untouched = MakeListing::new(&other, &category, "Queso de Bruno").by(&bruno).await;
        let offer = "mutation { profileUpdate(input: { headline: \"Quesos\" }) { profile { id } userErrors { code } } }";
        let profile = rosa.ask(offer, json!({})).await["profileUpdate"]["profile"]["id"].take();
        let profile = profile.as_str().expect("an id").to_owned();
        assert_eq!(on_show(app).await["listings"]["totalCount"], 4);

        let support = app.person("helper", UserRole::Support).await;
        assert_eq!(refusals(&suspend(&support, &rosa.id).await), NONE);
        assert_eq!(on_show(app).await, json!({
            "listings": { "nodes": [{ "title": "Queso de Bruno" }], "totalCount": 1 },
            "stores": { "nodes": [{ "handle": "el-toro" }] },
            "profiles": { "nodes": [] },
            "found": { "nodes": [{ "title": "Queso de Bruno" }] },
            "store": null, "user": null,
        }));
        let stranger = app.member("carla").await;
        for id in [&rosa.id, &own, &in_own, &in_other, &by_manager, &profile] {
            assert_eq!(kind_of(&app.guest(), id).await, Value::Null, "{id}");
            assert_eq!(kind_of(&stranger, id).await, Value::Null, "{id}");
        }
        assert_eq!(kind_of(&bruno, &own).await, "Store", "who works there still does");
        assert_eq!(kind_of(&app.guest(), &untouched).await, "Listing");
        assert_eq!(kind_of(&support, &rosa.id).await, "User", "support still sees whom it suspended");
        assert_eq!(kind_of(&support, &own).await, "Store");
        let seen = support.ask("query($id: ID!) { node(id: $id) { ... on Listing { title store { handle } publisher { handle } } } }", json!({ "id": in_own })).await;
        assert_eq!(seen["node"]["store"]["handle"], "la-vaca");
    }
}

on_both! {
    async fn what_a_manager_puts_up_in_a_hidden_store_stays_hidden(app: &TestApp) {
        let category = app.category("lacteos", None).await;
        let (rosa, bruno) = (app.member("rosa").await, app.member("bruno").await);
        let store = MakeStore::new("la-vaca").by(&rosa).await;
        let set = "mutation($s: ID!, $u: ID!) { storeMemberSet(input: { storeId: $s, userId: $u, role: MANAGER }) { userErrors { code field } } }";
        rosa.ask(set, json!({ "s": store, "u": bruno.id })).await;
        let draft = MakeListing::new(&store, &category, "Cuajada").with("publish", json!(false)).by(&bruno).await;
        suspend(&app.person("helper", UserRole::Support).await, &rosa.id).await;
        let late = MakeListing::new(&store, &category, "Queso").by(&bruno).await;
        let publish = "mutation($id: ID!) { listingPublish(id: $id) { userErrors { code field } } }";
        bruno.ask(publish, json!({ "id": draft })).await;
        let seen = app.guest().ask("{ listings { nodes { title } } }", json!({})).await;
        assert_eq!(seen["listings"]["nodes"], json!([]));
        assert_eq!(kind_of(&app.guest(), &late).await, Value::Null);
    }
}
