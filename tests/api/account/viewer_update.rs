//! Changing one's own account: what is omitted stays, null clears.

use super::{PASSWORD, newcomer, sign_up, try_sign_in, try_sign_up};
use crate::support::{Client, id, message, on_both, refusals};
use futures_util::future::join_all;
use serde_json::{Value, json};

const NONE: [&str; 0] = [];
const UPDATE: &str = "mutation($i: ViewerUpdateInput!) { viewerUpdate(input: $i) {
    viewer { user { handle displayName } email phone locale } userErrors { code message field } } }";
const NAMES: &str = "query($text: String) { profiles(sort: NAME, filter: { text: $text }) { nodes { user { displayName } } } }";

async fn update(client: &Client, input: Value) -> Value {
    client.ask(UPDATE, json!({ "i": input })).await["viewerUpdate"].take()
}

/// Names on the list of profiles, in its order
async fn names(client: &Client, text: Option<&str>) -> Vec<String> {
    let found = client.ask(NAMES, json!({ "text": text })).await;
    let nodes = found["profiles"]["nodes"].as_array().expect("a list");
    nodes
        .iter()
        .map(|node| node["user"]["displayName"].as_str().expect("a name").to_owned())
        .collect()
}

async fn offer(client: &Client, headline: &str) {
    let query = "mutation($h: String) { profileUpdate(input: { headline: $h }) { profile { id } userErrors { message } } }";
    id(&client.ask(query, json!({ "h": headline })).await["profileUpdate"]["profile"]);
}

on_both! {
    async fn what_is_omitted_stays(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await.client;
        let before = rosa.ask("{ viewer { user { handle displayName } email phone locale } }", json!({})).await;
        assert_eq!(update(&rosa, json!({})).await["viewer"], before["viewer"]);
        let after = update(&rosa, json!({ "displayName": " Rosa  María ", "handle": "Rosa.M", "locale": "en_us" })).await;
        assert_eq!(refusals(&after), NONE);
        assert_eq!(after["viewer"], json!({
            "user": { "handle": "rosa.m", "displayName": "Rosa María" },
            "email": "rosa@correo.ni", "phone": null, "locale": "en-US",
        }));
        let optional = "mutation($n: String, $e: EmailAddress) { viewerUpdate(input: { displayName: $n, email: $e }) { viewer { email user { displayName } } userErrors { code field } } }";
        let after = rosa.ask(optional, json!({})).await;
        assert_eq!(after["viewerUpdate"]["viewer"], json!({
            "email": "rosa@correo.ni", "user": { "displayName": "Rosa María" },
        }), "a variable left out is a field left out");
    }
}

on_both! {
    async fn null_clears_a_phone_or_an_email_but_not_both(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await.client;
        let both = update(&rosa, json!({ "phone": "+505 8888 4321" })).await;
        assert_eq!(both["viewer"]["phone"], "+50588884321");
        for input in [json!({ "phone": null, "email": null }), json!({ "email": null, "phone": null, "displayName": "X" })] {
            let refused = update(&rosa, input).await;
            assert_eq!(refusals(&refused), ["REQUIRED phone"]);
            assert!(message(&refused, "phone").contains("nobody could sign in"));
        }
        let cleared = update(&rosa, json!({ "email": null })).await;
        assert_eq!((&cleared["viewer"]["email"], &cleared["viewer"]["phone"]), (&Value::Null, &json!("+50588884321")));
        assert_eq!(cleared["viewer"]["user"]["displayName"], "Rosa Martínez", "what was refused changed nothing");
        let refused = update(&rosa, json!({ "phone": null })).await;
        assert_eq!(refusals(&refused), ["REQUIRED phone"]);
        assert_eq!(refusals(&try_sign_in(&app.guest(), "rosa@correo.ni", PASSWORD).await), ["BAD_CREDENTIALS"]);
        assert_eq!(refusals(&try_sign_in(&app.guest(), "+50588884321", PASSWORD).await), NONE);
        let free = try_sign_up(app, newcomer("rosa2")).await;
        assert_eq!(refusals(&free), NONE);
        let swapped = update(&rosa, json!({ "phone": null, "email": "rosa3@correo.ni" })).await;
        assert_eq!(refusals(&swapped), NONE, "one for the other");
    }
}

on_both! {
    async fn what_must_be_there_can_not_be_cleared(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await.client;
        let refused = update(&rosa, json!({ "displayName": null, "handle": null, "locale": null })).await;
        assert_eq!(refusals(&refused), ["REQUIRED displayName", "REQUIRED handle", "REQUIRED locale"]);
        assert!(message(&refused, "displayName").contains("leave it out to keep it"));
        assert_eq!(refused["viewer"], Value::Null);
    }
}

on_both! {
    async fn malformed_values_are_refused_all_at_once(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await.client;
        let refused = update(&rosa, json!({
            "displayName": "a".repeat(81), "handle": "rosa!", "email": "rosa@", "phone": "8888", "locale": "nica",
        })).await;
        assert_eq!(refusals(&refused), [
            "TOO_LONG displayName", "INVALID handle", "INVALID locale", "INVALID email", "INVALID phone",
        ]);
        assert!(message(&refused, "handle").contains("not \"!\""));
        assert!(message(&refused, "displayName").contains("at most 80"));
    }
}

on_both! {
    async fn an_unknown_avatar_is_refused_and_none_may_be_cleared(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await.client;
        for avatar in ["rubbish", "AQEAAAAAAAAAAAAAAAAAAAAA"] {
            let refused = update(&rosa, json!({ "avatarId": avatar })).await;
            assert_eq!(refusals(&refused), ["NOT_FOUND avatarId"]);
        }
        assert_eq!(refusals(&update(&rosa, json!({ "avatarId": null })).await), NONE);
    }
}

on_both! {
    async fn what_somebody_else_has_is_taken(app: &TestApp) {
        sign_up(app, "bruno").await;
        let rosa = sign_up(app, "rosa").await.client;
        for (input, field) in [
            (json!({ "handle": "BRUNO" }), "handle"), (json!({ "email": "Bruno@Correo.ni" }), "email"),
        ] {
            let refused = update(&rosa, input).await;
            assert_eq!(refusals(&refused), [format!("TAKEN {field}")]);
        }
        let own = update(&rosa, json!({ "handle": "rosa", "email": "rosa@correo.ni" })).await;
        assert_eq!(refusals(&own), NONE, "one's own is not taken");
        let carla = sign_up(app, "carla").await.client;
        let wanted = [&rosa, &carla].map(|client| update(client, json!({ "handle": "the-one" })));
        let mut outcomes: Vec<_> = join_all(wanted).await.iter().map(refusals).collect();
        outcomes.sort();
        assert_eq!(outcomes, [vec![], vec!["TAKEN handle".to_owned()]], "at once, one wins");
    }
}

on_both! {
    async fn a_new_name_moves_the_profile_in_lists_and_in_search(app: &TestApp) {
        let (rosa, bruno) = (sign_up(app, "rosa").await.client, sign_up(app, "bruno").await.client);
        update(&rosa, json!({ "displayName": "Ana Pérez" })).await;
        update(&bruno, json!({ "displayName": "Bruno Díaz" })).await;
        offer(&rosa, "Repostería fina").await;
        offer(&bruno, "Herrero").await;
        assert_eq!(names(&app.guest(), None).await, ["Ana Pérez", "Bruno Díaz"]);
        assert_eq!(names(&app.guest(), Some("perez")).await, ["Ana Pérez"]);
        update(&rosa, json!({ "displayName": "Zoila Gómez" })).await;
        assert_eq!(names(&app.guest(), None).await, ["Bruno Díaz", "Zoila Gómez"]);
        assert_eq!(names(&app.guest(), Some("perez")).await, NONE);
        assert_eq!(names(&app.guest(), Some("gomez")).await, ["Zoila Gómez"]);
        assert_eq!(names(&app.guest(), Some("reposteria")).await, ["Zoila Gómez"], "the rest is still found");
    }
}

on_both! {
    async fn a_name_and_a_profile_changed_in_one_request_agree(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await.client;
        let query = r#"mutation { viewerUpdate(input: { displayName: "Zoila Gómez" }) { userErrors { message } }
            profileUpdate(input: { headline: "Repostería" }) { userErrors { message } } }"#;
        rosa.ask(query, json!({})).await;
        assert_eq!(names(&app.guest(), Some("zoila")).await, ["Zoila Gómez"]);
        assert_eq!(names(&app.guest(), Some("martinez")).await, NONE);
    }
}
