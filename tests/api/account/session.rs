//! Sessions: access tokens, refresh tokens that rotate, the list of devices, signing out.

use super::{Device, PASSWORD, REFRESH, SESSIONS, SIGN_IN, refresh, sign_in, sign_up};
use crate::support::{global, message, on_both, refusals};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use serde_json::{Value, json};

const NONE: [&str; 0] = [];
const ENDED: [&str; 1] = ["EXPIRED refreshToken"];
const NOT_OURS: [&str; 1] = ["BAD_CREDENTIALS refreshToken"];
const DAY: i64 = 24 * 3600;
const REVOKE: &str =
    "mutation($id: ID!) { sessionRevoke(id: $id) { revokedId userErrors { code message field } } }";

fn successor(payload: &Value) -> String {
    assert_eq!(refusals(payload), NONE, "{payload:#}");
    payload["tokens"]["refreshToken"].as_str().expect("a token").to_owned()
}

/// The viewer's sessions: id and whether it is this one
async fn sessions(device: &Device) -> Vec<(String, bool)> {
    let seen = device.client.ask("{ viewer { sessions { id current } } }", json!({})).await;
    let sessions = seen["viewer"]["sessions"].as_array().expect("a list").iter();
    sessions
        .map(|session| {
            let id = session["id"].as_str().expect("an id").to_owned();
            (id, session["current"].as_bool().expect("a flag"))
        })
        .collect()
}

on_both! {
    async fn a_refresh_gives_new_tokens_and_keeps_the_session(app: &TestApp) {
        let device = sign_up(app, "rosa").await;
        app.pass_seconds(60);
        let next = refresh(app, &device.refresh).await;
        assert_ne!(successor(&next), device.refresh);
        let renewed = device.client.with_token(next["tokens"]["accessToken"].as_str().expect("a token"));
        let seen = renewed.ask(SESSIONS, json!({})).await;
        assert_eq!(seen["viewer"]["sessions"], json!([{
            "current": true, "userAgent": null, "createdAt": "2026-11-18T15:00:00.000000Z",
            "lastUsedAt": "2026-11-18T15:01:00.000000Z", "expiresAt": "2026-12-18T15:01:00.000000Z",
        }]));
        assert!(device.is_live().await, "the access token before it stays good for its 15 minutes");
    }
}

on_both! {
    async fn a_used_refresh_token_gives_the_same_successor_for_10_seconds(app: &TestApp) {
        let device = sign_up(app, "rosa").await;
        let first = successor(&refresh(app, &device.refresh).await);
        app.pass_seconds(10);
        assert_eq!(successor(&refresh(app, &device.refresh).await), first);
        app.pass_seconds(1);
        let next = successor(&refresh(app, &first).await);
        assert_ne!(next, first, "the successor itself was not used up by that");
    }
}

on_both! {
    async fn a_used_refresh_token_that_comes_back_later_ends_the_session(app: &TestApp) {
        let device = sign_up(app, "rosa").await;
        let other = sign_in(app, "rosa").await;
        let next = refresh(app, &device.refresh).await;
        app.pass_seconds(11);
        let thief = refresh(app, &device.refresh).await;
        assert_eq!(refusals(&thief), ENDED);
        assert!(message(&thief, "refreshToken").contains("sign in again"));
        let access = next["tokens"]["accessToken"].as_str().expect("a token");
        let reply = device.client.with_token(access).send(SESSIONS, json!({})).await;
        assert_eq!((reply.status, reply.code()), (401, "UNAUTHENTICATED"), "at once");
        assert_eq!(refusals(&refresh(app, &successor(&next)).await), ENDED);
        assert!(other.is_live().await, "other devices are not concerned");
    }
}

on_both! {
    async fn a_token_two_generations_old_ends_the_session_even_within_10_seconds(app: &TestApp) {
        let device = sign_up(app, "rosa").await;
        let second = successor(&refresh(app, &device.refresh).await);
        successor(&refresh(app, &second).await);
        assert_eq!(refusals(&refresh(app, &device.refresh).await), ENDED);
        assert!(!device.is_live().await);
    }
}

on_both! {
    async fn refreshes_of_one_token_at_once_get_the_same_successor(app: &TestApp) {
        let device = sign_up(app, "rosa").await;
        let at_once = join_all((0..6).map(|_| refresh(app, &device.refresh))).await;
        let mut successors: Vec<_> = at_once.iter().map(successor).collect();
        successors.dedup();
        assert_eq!(successors.len(), 1, "{successors:?}");
        app.pass_seconds(60);
        successor(&refresh(app, &successors[0]).await);
    }
}

on_both! {
    async fn forged_and_truncated_refresh_tokens_are_nobodys_and_end_nothing(app: &TestApp) {
        let device = sign_up(app, "rosa").await;
        let bytes = URL_SAFE_NO_PAD.decode(&device.refresh).expect("base64url");
        let mut forged: Vec<String> = [0, 15, 16, 23, 24, bytes.len() - 1]
            .into_iter()
            .map(|at| {
                let mut bytes = bytes.clone();
                bytes[at] ^= 1;
                URL_SAFE_NO_PAD.encode(bytes)
            })
            .collect();
        forged.extend((0..bytes.len()).step_by(7).map(|end| URL_SAFE_NO_PAD.encode(&bytes[..end])));
        forged.push(format!("{}AAAA", device.refresh));
        forged.extend([device.access.clone(), "\u{0}".to_owned(), "a".repeat(50_000)]);
        for token in forged {
            let refused = refresh(app, &token).await;
            assert_eq!(refusals(&refused), NOT_OURS, "{token:?}");
            assert_eq!(refused["tokens"], Value::Null);
        }
        successor(&refresh(app, &device.refresh).await);
    }
}

on_both! {
    async fn a_session_ends_after_30_days_without_use(app: &TestApp) {
        let device = sign_up(app, "rosa").await;
        app.pass_seconds(29 * DAY);
        let next = successor(&refresh(app, &device.refresh).await);
        app.pass_seconds(30 * DAY - 1);
        let next = successor(&refresh(app, &next).await);
        app.pass_seconds(30 * DAY);
        assert_eq!(refusals(&refresh(app, &next).await), ENDED);
        let again = sign_in(app, "rosa").await;
        assert_eq!(sessions(&again).await.len(), 1, "what has ended is not listed");
    }
}

on_both! {
    async fn an_access_token_is_good_for_15_minutes(app: &TestApp) {
        let device = sign_up(app, "rosa").await;
        app.pass_seconds(15 * 60 - 1);
        assert!(device.is_live().await);
        app.pass_seconds(1);
        let reply = device.client.send("{ viewer { role } }", json!({})).await;
        assert_eq!((reply.status, reply.code()), (401, "UNAUTHENTICATED"));
        assert!(reply.body["errors"][0]["message"].as_str().is_some_and(|said| said.contains("sessionRefresh")));
        let with_old_header = device.client.send(REFRESH, json!({ "t": device.refresh })).await;
        assert_eq!(with_old_header.status, 401, "as the message says: without this header");
        successor(&refresh(app, &device.refresh).await);
    }
}

on_both! {
    async fn headers_that_hold_no_access_token_of_ours_are_refused_with_401(app: &TestApp) {
        let device = sign_up(app, "rosa").await;
        let parts: Vec<_> = device.access.split('.').collect();
        let unsigned = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#), parts[1]);
        let longer = json!({ "sub": uuid::Uuid::nil(), "sid": uuid::Uuid::nil(), "exp": 9_999_999_999_i64 });
        let resigned = format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(longer.to_string()), parts[2]);
        for header in [
            "Bearer", "Bearer ", "Bearer x", "Basic cm9zYTpyb3Nh", "bearer a.b.c", &device.access,
            &format!("Bearer {unsigned}"), &format!("Bearer {resigned}"),
            &format!("Bearer {}", device.refresh), &format!("Bearer {}x", device.access), "",
        ] {
            let request = app.guest().request(reqwest::Method::POST, "/graphql");
            let request = request.header("authorization", header).header("content-type", "application/json");
            let response = request.body(r#"{"query":"{ __typename }"}"#).send().await.expect("answers");
            assert_eq!(response.status(), 401, "{header:?}");
            assert_eq!(response.headers()["www-authenticate"], "Bearer");
            let body: Value = serde_json::from_str(&response.text().await.expect("a body")).expect("JSON");
            assert_eq!(body["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
            assert_eq!(body.get("data"), None);
        }
        let lower_case = app.guest().request(reqwest::Method::POST, "/graphql")
            .header("authorization", format!("bearer {}", device.access));
        let response = lower_case.header("content-type", "application/json").body(r#"{"query":"{ __typename }"}"#).send().await;
        assert_eq!(response.expect("answers").status(), 200, "the scheme has no case");
    }
}

on_both! {
    async fn sessions_are_listed_last_used_first_and_know_this_one(app: &TestApp) {
        let phone = sign_up(app, "rosa").await;
        app.pass_seconds(5);
        let laptop = sign_in(app, "rosa").await;
        let stranger = sign_up(app, "bruno").await;
        let seen = sessions(&phone).await;
        assert_eq!(seen.iter().map(|session| session.1).collect::<Vec<_>>(), [false, true]);
        app.pass_seconds(5);
        successor(&refresh(app, &phone.refresh).await);
        let seen = sessions(&laptop).await;
        assert_eq!(seen.iter().map(|session| session.1).collect::<Vec<_>>(), [false, true]);
        assert_eq!(sessions(&stranger).await.len(), 1);
    }
}

on_both! {
    async fn a_session_keeps_what_the_device_calls_itself_up_to_200_characters(app: &TestApp) {
        sign_up(app, "rosa").await;
        for (agent, kept) in [
            (b"Plaza/2.1 (Android 15)".to_vec(), json!("Plaza/2.1 (Android 15)")),
            (vec![b'a'; 5000], json!("a".repeat(200))),
            (b"caf\xe9".to_vec(), Value::Null),
        ] {
            let body = json!({ "query": SIGN_IN, "variables": { "i": { "login": "rosa@correo.ni", "password": PASSWORD } } });
            let request = app.guest().request(reqwest::Method::POST, "/graphql").header("content-type", "application/json");
            let request = request.header("user-agent", reqwest::header::HeaderValue::from_bytes(&agent).expect("a header"));
            let text = request.body(body.to_string()).send().await.expect("answers").text().await.expect("a body");
            let answer: Value = serde_json::from_str(&text).expect("JSON");
            let device = Device::of(&answer["data"]["signIn"], &app.guest());
            let seen = device.client.ask(SESSIONS, json!({})).await;
            let sessions = seen["viewer"]["sessions"].as_array().expect("a list");
            let own = sessions.iter().find(|session| session["current"] == true).expect("this one");
            assert_eq!(own["userAgent"], kept);
        }
    }
}

on_both! {
    async fn a_revoked_session_ends_at_once(app: &TestApp) {
        let phone = sign_up(app, "rosa").await;
        let laptop = sign_in(app, "rosa").await;
        let lost = sessions(&laptop).await.into_iter().find(|session| !session.1).expect("the phone").0;
        let done = laptop.client.ask(REVOKE, json!({ "id": lost })).await;
        assert_eq!(done["sessionRevoke"], json!({ "revokedId": lost, "userErrors": [] }));
        assert!(!phone.is_live().await);
        assert_eq!(refusals(&refresh(app, &phone.refresh).await), ENDED);
        assert_eq!(sessions(&laptop).await.len(), 1);
        let again = laptop.client.ask(REVOKE, json!({ "id": lost })).await;
        assert_eq!(refusals(&again["sessionRevoke"]), ["NOT_FOUND id"]);
    }
}

on_both! {
    async fn nobody_sees_or_revokes_the_session_of_somebody_else(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await;
        let stranger = sign_up(app, "bruno").await;
        let admin = app.admin().await;
        let session = sessions(&rosa).await.remove(0).0;
        let node = "query($id: ID!) { node(id: $id) { id } }";
        for client in [&stranger.client, &admin, &app.guest()] {
            let seen = client.ask(node, json!({ "id": session })).await;
            assert_eq!(seen["node"], Value::Null);
        }
        for client in [&stranger.client, &admin] {
            let refused = client.ask(REVOKE, json!({ "id": session })).await;
            assert_eq!(refusals(&refused["sessionRevoke"]), ["NOT_FOUND id"]);
        }
        assert!(rosa.is_live().await);
        let own = rosa.client.ask(node, json!({ "id": session })).await;
        assert_eq!(own["node"]["id"], json!(session));
    }
}

on_both! {
    async fn revoking_what_is_no_session_names_what_is_expected(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await;
        for (id, code, told) in [
            ("rubbish".to_owned(), "INVALID", "send the id of a Session"),
            (global(1, uuid::Uuid::nil()), "INVALID", "This is the id of a User; a Session is expected"),
            (global(2, uuid::Uuid::nil()), "NOT_FOUND", "no such session"),
        ] {
            let refused = rosa.client.ask(REVOKE, json!({ "id": id })).await;
            assert_eq!(refusals(&refused["sessionRevoke"]), [format!("{code} id")]);
            assert!(message(&refused["sessionRevoke"], "id").contains(told), "{refused:#}");
        }
    }
}

on_both! {
    async fn signing_out_ends_this_session_alone(app: &TestApp) {
        let phone = sign_up(app, "rosa").await;
        let laptop = sign_in(app, "rosa").await;
        let done = phone.client.ask("mutation { signOut { userErrors { code field } } }", json!({})).await;
        assert_eq!(refusals(&done["signOut"]), NONE);
        assert!(!phone.is_live().await);
        assert_eq!(refusals(&refresh(app, &phone.refresh).await), ENDED);
        assert!(laptop.is_live().await);
    }
}
