//! One's own profile: made at its first change, patched afterwards.

use super::sign_up;
use crate::support::{Client, TestApp, global, message, on_both, refusals};
use futures_util::future::join_all;
use plaza::db::Dialect;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

const NONE: [&str; 0] = [];
const UPDATE: &str = "mutation($i: ProfileUpdateInput!) { profileUpdate(input: $i) {
    profile { kind headline bio category { slug } locationName location { latitude longitude } verified createdAt
        user { handle } }
    userErrors { code message field } } }";

async fn update(client: &Client, input: Value) -> Value {
    client.ask(UPDATE, json!({ "i": input })).await["profileUpdate"].take()
}

on_both! {
    async fn the_first_change_makes_the_profile(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await.client;
        let before = rosa.ask("{ viewer { user { profile { id } } } }", json!({})).await;
        assert_eq!(before["viewer"]["user"]["profile"], Value::Null);
        let made = update(&rosa, json!({})).await;
        assert_eq!(made["profile"], json!({
            "kind": "CONSUMER", "headline": "", "bio": "", "category": null, "locationName": null,
            "location": null, "verified": false, "createdAt": "2026-11-18T15:00:00.000000Z", "user": { "handle": "rosa" },
        }));
        let seen = app.guest().ask("{ profiles { nodes { user { handle } } } }", json!({})).await;
        assert_eq!(seen["profiles"]["nodes"], json!([{ "user": { "handle": "rosa" } }]));
    }
}

on_both! {
    async fn what_is_omitted_stays_and_null_clears(app: &TestApp) {
        let category = app.category("veterinaria", None).await;
        let rosa = sign_up(app, "rosa").await.client;
        let full = json!({
            "kind": "SPECIALIST", "headline": " Veterinaria de ganado ", "bio": "Treinta años.\r\nAtiendo a domicilio.",
            "categoryId": category, "locationName": "Juigalpa", "location": { "latitude": 12.1, "longitude": -85.4 },
        });
        let made = update(&rosa, full).await;
        assert_eq!(refusals(&made), NONE);
        assert_eq!(made["profile"]["bio"], "Treinta años.\nAtiendo a domicilio.");
        assert_eq!(made["profile"]["headline"], "Veterinaria de ganado");
        app.pass_seconds(60);
        let same = update(&rosa, json!({})).await;
        assert_eq!(same["profile"], made["profile"]);
        let changed = update(&rosa, json!({ "headline": "Veterinaria" })).await;
        let mut expected = made["profile"].clone();
        expected["headline"] = json!("Veterinaria");
        assert_eq!(changed["profile"], expected);
        let cleared = update(&rosa, json!({
            "headline": null, "bio": null, "categoryId": null, "locationName": null, "location": null,
        })).await;
        assert_eq!(cleared["profile"], json!({
            "kind": "SPECIALIST", "headline": "", "bio": "", "category": null, "locationName": null,
            "location": null, "verified": false, "createdAt": "2026-11-18T15:00:00.000000Z", "user": { "handle": "rosa" },
        }));
        let refused = update(&rosa, json!({ "kind": null })).await;
        assert_eq!(refusals(&refused), ["REQUIRED kind"]);
    }
}

on_both! {
    async fn what_is_wrong_is_named_at_its_field(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await.client;
        for (input, expected, told) in [
            (json!({ "location": { "latitude": 91, "longitude": 0 } }), "OUT_OF_RANGE location", "-90 to 90"),
            (json!({ "location": { "latitude": 0, "longitude": -180.5 } }), "OUT_OF_RANGE location", "-180 to 180"),
            (json!({ "categoryId": global(4, uuid::Uuid::nil()) }), "NOT_FOUND categoryId", "no such category"),
            (json!({ "categoryId": rosa.id }), "INVALID categoryId", "a Category"),
            (json!({ "categoryId": global(1, uuid::Uuid::nil()) }), "INVALID categoryId", "This is the id of a User; a Category is expected"),
            (json!({ "headline": "a".repeat(121) }), "TOO_LONG headline", "at most 120 characters; these are 121"),
            (json!({ "headline": "dos\nlíneas" }), "INVALID headline", "place 4"),
            (json!({ "bio": "a".repeat(10_001) }), "TOO_LONG bio", "at most 10000"),
            (json!({ "bio": "nada\u{0}" }), "INVALID bio", "place 5"),
            (json!({ "locationName": " " }), "REQUIRED locationName", "can't be empty"),
            (json!({ "workImageIds": ["x"] }), "NOT_FOUND workImageIds.0", "no such upload"),
        ] {
            let refused = update(&rosa, input).await;
            assert_eq!(refusals(&refused), [expected]);
            let field = expected.split_once(' ').expect("a field").1;
            assert!(message(&refused, field).contains(told), "{refused:#}");
        }
        let seen = rosa.ask("{ viewer { user { profile { id } } } }", json!({})).await;
        assert_eq!(seen["viewer"]["user"]["profile"], Value::Null, "nothing was made by what was refused");
    }
}

on_both! {
    async fn all_faults_come_in_one_answer(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await.client;
        let refused = update(&rosa, json!({
            "kind": null, "headline": "a".repeat(121), "bio": "\u{7}",
            "locationName": "", "location": { "latitude": 91, "longitude": 0 },
        })).await;
        let mut all = refusals(&refused);
        all.sort();
        assert_eq!(all, [
            "INVALID bio", "OUT_OF_RANGE location", "REQUIRED kind", "REQUIRED locationName", "TOO_LONG headline",
        ]);
    }
}

on_both! {
    async fn numbers_that_are_none_and_unknown_kinds_never_reach_the_service(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await.client;
        for (input, told) in [
            (json!({ "kind": "WIZARD" }), "one of CONSUMER, SPECIALIST, BUSINESS is expected"),
            (json!({ "location": { "latitude": "12" , "longitude": 1 } }), "$i.location.latitude"),
            (json!({ "location": { "latitude": 12 } }), "$i.location.longitude"),
            (json!({ "headline": 5 }), "$i.headline"),
        ] {
            let error = rosa.fail(UPDATE, json!({ "i": input })).await;
            assert_eq!(error["extensions"]["code"], "BAD_REQUEST");
            assert!(error["message"].as_str().is_some_and(|said| said.contains(told)), "{error:#}");
        }
    }
}

on_both! {
    async fn first_changes_at_once_make_one_profile(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await.client;
        let at_once = ["uno", "dos", "tres", "cuatro"].map(|headline| update(&rosa, json!({ "headline": headline })));
        for outcome in join_all(at_once).await {
            assert_eq!(refusals(&outcome), NONE);
        }
        let seen = app.guest().ask("{ profiles { totalCount } }", json!({})).await;
        assert_eq!(seen["profiles"]["totalCount"], 1);
    }
}

on_both! {
    async fn two_changes_in_one_request_each_show_what_they_did(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await.client;
        let query = r#"mutation {
            first: profileUpdate(input: { headline: "uno" }) { profile { user { profile { headline } } } }
            second: profileUpdate(input: { headline: "dos" }) { profile { user { profile { headline } } } } }"#;
        let done = rosa.ask(query, json!({})).await;
        assert_eq!(done["first"]["profile"]["user"]["profile"]["headline"], "uno");
        assert_eq!(done["second"]["profile"]["user"]["profile"]["headline"], "dos");
    }
}

on_both! {
    async fn bio_is_read_where_it_is_selected_and_nowhere_else(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await.client;
        update(&rosa, json!({ "headline": "Veterinaria", "bio": "Treinta años" })).await;
        let (with, seen) = app.statements(app.guest().ask("{ profiles { nodes { headline bio } } }", json!({}))).await;
        assert_eq!(seen["profiles"]["nodes"][0]["bio"], "Treinta años");
        let (without, _) = app.statements(app.guest().ask("{ profiles { nodes { headline } } }", json!({}))).await;
        assert_eq!((with, without), (1, 1), "a list reads it in its own statement");
        let apart = r#"{ user(handle: "rosa") { profile { headline bio } } }"#;
        let (statements, seen) = app.statements(app.guest().ask(apart, json!({}))).await;
        assert_eq!(seen["user"]["profile"]["bio"], "Treinta años");
        assert_eq!(statements, 3, "person, profile, and the long text apart");
        // Without the column, whatever does not show it must still work.
        app.app.db.raw_writer().execute_unprepared("ALTER TABLE profile DROP COLUMN bio").await.expect("drops");
        reopen_statements(app).await;
        let seen = app.guest().ask("{ profiles { nodes { headline user { profile { headline } } } } }", json!({})).await;
        assert_eq!(seen["profiles"]["nodes"][0]["headline"], "Veterinaria");
        let error = app.guest().fail("{ profiles { nodes { bio } } }", json!({})).await;
        assert_eq!(error["extensions"]["code"], "INTERNAL");
    }
}

/// PostgreSQL tells a prepared statement once that its table changed.
async fn reopen_statements(app: &TestApp) {
    if app.app.db.dialect() == Dialect::Postgres {
        for _ in 0..20 {
            app.guest().send("{ profiles { nodes { headline } } }", json!({})).await;
        }
    }
}
