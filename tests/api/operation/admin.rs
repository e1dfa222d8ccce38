//! The platform as administrators see it: for them alone, and true.

use crate::support::{MakeListing, MakeStore, Shop, on_both};
use serde_json::{Value, json};

const ALL: &str = "{ admin {
    caches { name entries hits misses hitRate evictions invalidations }
    databases { role connectionsOpen connectionsIdle connectionsMax lagSeconds sizeBytes }
    streams { sockets subscriptions eventsDelivered gaps slowClosed }
    slowOperations { operation }
    trustedDocuments { id }
    auditLog { nodes { id } }
    jobs { nodes { id } }
    settings { key }
} }";

on_both! {
    async fn nobody_else_sees_any_of_it(app: &TestApp) {
        let shop = Shop::open(app).await;
        for client in [&app.guest(), &shop.owner, &shop.clerk] {
            assert_eq!(client.ask(ALL, json!({})).await, json!({ "admin": null }));
        }
        let seen = app.admin().await.ask(ALL, json!({})).await;
        assert!(seen["admin"]["databases"][0]["sizeBytes"].as_i64().is_some_and(|bytes| bytes > 10_000), "{seen:#}");
        let roles: Vec<_> = seen["admin"]["databases"].as_array().expect("a list").iter().map(|one| one["role"].clone()).collect();
        assert_eq!(roles, ["primary", "reader"]);
        for pool in seen["admin"]["databases"].as_array().expect("a list") {
            let number = |field: &str| pool[field].as_i64().expect("a number");
            assert!(number("connectionsIdle") <= number("connectionsOpen"), "{pool}");
            assert!(number("connectionsOpen") <= number("connectionsMax"), "{pool}");
        }
    }
}

on_both! {
    async fn the_audit_log_is_paged_newest_first(app: &TestApp) {
        let admin = app.admin().await;
        let mut person = Value::Null;
        for handle in ["olga", "ana"] {
            app.pass_seconds(1);
            let input = json!({
                "handle": handle, "displayName": "Alguien", "password": "una-clave-larga-27",
                "email": format!("{handle}@example.com"),
            });
            let made = app.guest().mutate("signUp", input, "viewer { user { id } }").await;
            person = crate::support::done(made)["viewer"]["user"]["id"].clone();
        }
        let page = "query($after: String) { admin { auditLog(first: 1, after: $after) {
            edges { cursor node { action actor { handle } subjectId detail address occurredAt } }
            pageInfo { hasNextPage endCursor } } } }";
        let (mut after, mut found) = (Value::Null, Vec::new());
        loop {
            let seen = admin.ask(page, json!({ "after": after })).await;
            let list = &seen["admin"]["auditLog"];
            found.extend(list["edges"].as_array().expect("a list").iter().map(|edge| edge["node"].clone()));
            after = list["pageInfo"]["endCursor"].clone();
            if list["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        let latest = &found[0];
        assert_eq!(
            (&latest["action"], &latest["actor"]["handle"], &latest["subjectId"], &latest["address"]),
            (&json!("SIGN_UP"), &json!("ana"), &person, &json!("127.0.0.1"))
        );
        assert!(found.len() >= 2, "{found:#?}");
        let times: Vec<_> = found.iter().map(|entry| entry["occurredAt"].as_str().unwrap_or_default()).collect();
        assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    }
}

on_both! {
    async fn jobs_are_listed_by_state_and_kind(app: &TestApp) {
        let (owner, store) = crate::job::market(app).await;
        let admin = app.admin().await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(crate::job::order(&owner, &store, "menu.csv", crate::job::lines(1).as_bytes()).await["id"].clone());
            app.pass_seconds(1);
        }
        admin.mutate_id("jobCancel", ids[1].as_str().expect("an id"), "job { id }").await;
        let list = async |arguments: &str| {
            let seen = admin.ask(&format!("{{ admin {{ jobs({arguments}) {{ nodes {{ id }} totalCount }} }} }}"), json!({})).await;
            seen["admin"]["jobs"]["nodes"].as_array().expect("a list").iter().map(|job| job["id"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(list("first: 2").await, [ids[2].clone(), ids[1].clone()]);
        assert_eq!(list("status: QUEUED").await, [ids[2].clone(), ids[0].clone()]);
        assert_eq!(list("status: CANCELLED, kind: \"listings.import\"").await, [ids[1].clone()]);
        assert_eq!(list("kind: \"log.trim\"").await, Vec::<Value>::new());
        for bad in ["jobs { totalCount(limit: 0) }", "auditLog { totalCount(limit: -1) }", "slowOperations(first: 0) { calls }", "trustedDocuments(first: 1001) { id }"] {
            let told = admin.fail(&format!("{{ admin {{ {bad} }} }}"), json!({})).await;
            assert_eq!(told["extensions"]["code"], "OUT_OF_RANGE", "{bad}: {told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cache_tells_hits_misses_and_what_got_old() {
    crate::support::on_one(&[], async |app| {
        let admin = app.admin().await;
        let owner = app.member("noel").await;
        let category = app.category("lacteos", None).await;
        let store = MakeStore::new("queseria").by(&owner).await;
        MakeListing::new(&store, &category, "Queso").with("publish", json!(true)).by(&owner).await;
        let figures = async || {
            let seen = admin
                .ask(
                    "{ admin { caches { name hits misses hitRate invalidations entries } } }",
                    json!({}),
                )
                .await;
            seen["admin"]["caches"]
                .as_array()
                .expect("a list")
                .iter()
                .find(|cache| cache["name"] == "row")
                .expect("rows are kept")
                .clone()
        };
        let read = async || {
            app.guest()
                .ask(
                    "query($s: ID!) { viewer { role } node(id: $s) { ... on Store { name } } }",
                    json!({ "s": store }),
                )
                .await
        };
        let number = |figures: &Value, field: &str| figures[field].as_i64().expect("a number");
        app.member("zoe")
            .await
            .ask(
                "query($s: ID!) { viewer { role } node(id: $s) { ... on Store { name } } }",
                json!({ "s": store }),
            )
            .await;
        let before = figures().await;
        app.member("ximena")
            .await
            .ask(
                "query($s: ID!) { viewer { role } node(id: $s) { ... on Store { name } } }",
                json!({ "s": store }),
            )
            .await;
        let hit = figures().await;
        assert!(number(&hit, "hits") > number(&before, "hits"), "{before} {hit}");
        let input = json!({ "id": store, "name": "Quesería nueva" });
        owner.mutate("storeUpdate", input, "store { id }").await;
        read().await;
        let old = figures().await;
        assert!(number(&old, "invalidations") > number(&hit, "invalidations"), "{hit} {old}");
        assert!(old["hitRate"].as_f64().is_some_and(|rate| (0.0..=1.0).contains(&rate)), "{old}");
    })
    .await;
}
