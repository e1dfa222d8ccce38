//! Signing up.

use super::{Device, PASSWORD, SIGN_UP, newcomer, sign_up, try_sign_in, try_sign_up};
use crate::support::{message, on_both, refusals};
use futures_util::future::join_all;
use serde_json::{Value, json};

const NONE: [&str; 0] = [];

/// A newcomer with some fields otherwise
fn with(handle: &str, changes: &Value) -> Value {
    let mut input = newcomer(handle);
    for (field, value) in changes.as_object().expect("an object") {
        input[field] = value.clone();
    }
    input
}

on_both! {
    async fn a_phone_number_is_enough_and_gets_its_one_spelling(app: &TestApp) {
        let input = with("rosa", &json!({ "email": null, "phone": " +505 8888-4321 ", "locale": "es_ni" }));
        let made = try_sign_up(app, input).await;
        assert_eq!(refusals(&made), NONE, "{made:#}");
        assert_eq!(made["viewer"], json!({
            "user": { "handle": "rosa", "displayName": "Rosa Martínez" },
            "email": null, "phone": "+50588884321", "role": "MEMBER", "locale": "es-NI",
        }));
        assert_eq!(made["tokens"]["accessTokenExpiresAt"], "2026-11-18T15:15:00.000000Z");
        let device = Device::of(&made, &app.guest());
        let seen = device.client.ask("{ viewer { phone } }", json!({})).await;
        assert_eq!(seen["viewer"]["phone"], "+50588884321", "its access token is good");
    }
}

on_both! {
    async fn an_email_address_is_enough_and_its_case_makes_no_difference(app: &TestApp) {
        let input = with("Rosa.M", &json!({ "email": "Rosa.Martinez@Correo.NI" }));
        let made = try_sign_up(app, input).await;
        assert_eq!(made["viewer"]["email"], "rosa.martinez@correo.ni");
        assert_eq!(made["viewer"]["user"]["handle"], "rosa.m");
        assert_eq!(made["viewer"]["locale"], "es", "of whoever leaves it out");
        let back = try_sign_in(&app.guest(), "ROSA.martinez@correo.ni ", PASSWORD).await;
        assert_eq!(refusals(&back), NONE);
    }
}

on_both! {
    async fn what_is_taken_is_named_at_its_field(app: &TestApp) {
        try_sign_up(app, with("rosa", &json!({ "phone": "+50588884321" }))).await;
        for (changes, field, told) in [
            (json!({ "handle": "ROSA" }), "handle", "choose another"),
            (json!({ "email": "Rosa@CORREO.ni" }), "email", "sign in instead"),
            (json!({ "phone": "+505 8888 4321" }), "phone", "sign in instead"),
        ] {
            let refused = try_sign_up(app, with("other", &changes)).await;
            assert_eq!(refusals(&refused), [format!("TAKEN {field}")]);
            assert!(message(&refused, field).contains(told), "{refused:#}");
            assert_eq!((&refused["tokens"], &refused["viewer"]), (&Value::Null, &Value::Null));
        }
        let made = try_sign_up(app, newcomer("other")).await;
        assert_eq!(refusals(&made), NONE, "the refused attempts left nothing behind");
    }
}

on_both! {
    async fn two_sign_ups_for_one_handle_at_once_have_one_winner(app: &TestApp) {
        let at_once = (0..4).map(|at| {
            try_sign_up(app, with("rosa", &json!({ "email": format!("rosa{at}@correo.ni") })))
        });
        let mut outcomes: Vec<_> = join_all(at_once).await.iter().map(refusals).collect();
        outcomes.sort();
        let (won, lost) = outcomes.split_first().expect("four outcomes");
        assert_eq!(won, &NONE);
        assert!(lost.iter().all(|refused| refused == &["TAKEN handle"]), "{lost:?}");
    }
}

on_both! {
    async fn weak_passwords_are_refused_and_told_what_would_do(app: &TestApp) {
        for (password, code, told) in [
            ("corta", "TOO_SHORT", "at least 10 characters"),
            ("contraseña123", "INVALID", "tried first"),
            ("qwertyuiop", "INVALID", "few words"),
            ("rosamartinez", "INVALID", "Leave your handle"),
            ("rosa@correo.ni", "INVALID", "Leave your handle"),
            (&"volcán masaya ".repeat(10), "TOO_LONG", "at most 128 characters"),
        ] {
            let refused = try_sign_up(app, with("rosa", &json!({ "password": password }))).await;
            assert_eq!(refusals(&refused), [format!("{code} password")], "{password}");
            let said = message(&refused, "password");
            assert!(said.contains(told), "{password}: {said}");
            assert!(!refused.to_string().contains(password), "it is not echoed");
        }
    }
}

on_both! {
    async fn the_longest_password_signs_in_whatever_its_bytes(app: &TestApp) {
        let password = "🌋ñ".repeat(64);
        let made = try_sign_up(app, with("rosa", &json!({ "password": password }))).await;
        assert_eq!(refusals(&made), ["INVALID password"], "a repeated piece is a pattern");
        let password: String = ('\u{1F300}'..'\u{1F380}').collect();
        let made = try_sign_up(app, with("rosa", &json!({ "password": password }))).await;
        assert_eq!(refusals(&made), NONE, "128 characters, 512 bytes");
        let back = try_sign_in(&app.guest(), "rosa@correo.ni", &password).await;
        assert_eq!(refusals(&back), NONE);
    }
}

on_both! {
    async fn malformed_phone_numbers_are_told_how_one_looks(app: &TestApp) {
        for phone in ["8888 4321", "+505", "+505 8888 432", "+505 CAFE 4321", "+999 123 456", "+505\u{0}88884321"] {
            let refused = try_sign_up(app, with("rosa", &json!({ "phone": phone }))).await;
            assert_eq!(refusals(&refused), ["INVALID phone"], "{phone:?}");
            assert!(message(&refused, "phone").contains("+50588880001"), "{refused:#}");
        }
        let empty = try_sign_up(app, with("rosa", &json!({ "phone": " " }))).await;
        assert_eq!(refusals(&empty), ["REQUIRED phone"]);
    }
}

on_both! {
    async fn all_faults_come_in_one_answer(app: &TestApp) {
        let input = json!({
            "displayName": "Rosa\u{7}", "handle": "r", "phone": "88884321", "email": "rosa",
            "password": "corta", "locale": "español", "referralCode": "AMIGA",
        });
        let refused = try_sign_up(app, input).await;
        assert_eq!(refusals(&refused), [
            "INVALID displayName", "TOO_SHORT handle", "INVALID phone", "INVALID email",
            "INVALID locale", "NOT_FOUND referralCode", "TOO_SHORT password",
        ]);
        assert!(message(&refused, "displayName").contains("place 5"), "{refused:#}");
        assert!(message(&refused, "locale").contains("es-NI"), "{refused:#}");
        let input = json!({ "displayName": " ", "handle": "rosa martínez", "password": PASSWORD });
        let refused = try_sign_up(app, input).await;
        assert_eq!(refusals(&refused), ["REQUIRED displayName", "INVALID handle", "REQUIRED phone"]);
        assert!(message(&refused, "phone").contains("or an e-mail address"), "{refused:#}");
    }
}

on_both! {
    async fn texts_that_no_database_takes_are_refused_at_their_field(app: &TestApp) {
        for (field, text) in [
            ("displayName", "Rosa\u{0}"), ("displayName", "Rosa\u{202E}"), ("handle", "rosa\u{0}"),
            ("email", "ro\u{0}sa@correo.ni"), ("locale", "es\u{0}"),
        ] {
            let refused = try_sign_up(app, with("rosa", &json!({ field: text }))).await;
            assert_eq!(refusals(&refused), [format!("INVALID {field}")], "{text:?}");
        }
        let refused = try_sign_up(app, with("rosa", &json!({ "referralCode": "\u{0}" }))).await;
        assert_eq!(refusals(&refused), ["NOT_FOUND referralCode"]);
    }
}

on_both! {
    async fn long_texts_are_refused_at_their_field_and_larger_bodies_at_the_door(app: &TestApp) {
        for (field, code) in [
            ("displayName", "TOO_LONG"), ("handle", "TOO_LONG"), ("email", "TOO_LONG"),
            ("phone", "INVALID"), ("password", "TOO_LONG"), ("locale", "INVALID"),
            ("referralCode", "NOT_FOUND"),
        ] {
            let refused = try_sign_up(app, with("rosa", &json!({ field: "a".repeat(90_000) }))).await;
            assert_eq!(refusals(&refused), [format!("{code} {field}")]);
        }
        let input = with("rosa", &json!({ "displayName": "a".repeat(1_000_000) }));
        let reply = app.guest().send(SIGN_UP, json!({ "i": input })).await;
        assert_eq!(reply.status, 413);
        assert!(reply.body.to_string().contains("at most 100000 bytes"), "{:#}", reply.body);
    }
}

on_both! {
    async fn a_referral_code_is_refused_unless_it_is_known(app: &TestApp) {
        let refused = try_sign_up(app, with("rosa", &json!({ "referralCode": "AMIGA" }))).await;
        assert_eq!(refusals(&refused), ["NOT_FOUND referralCode"]);
        assert!(message(&refused, "referralCode").contains("leave it out"));
        let made = try_sign_up(app, with("rosa", &json!({ "referralCode": "" }))).await;
        assert_eq!(refusals(&made), NONE);
    }
}

on_both! {
    async fn others_see_neither_phone_nor_email(app: &TestApp) {
        sign_up(app, "rosa").await;
        let error = app.guest().fail(r#"{ user(handle: "rosa") { email } }"#, json!({})).await;
        assert!(error["message"].as_str().is_some_and(|said| said.contains("Unknown field")), "{error}");
        let seen = app.guest().ask(r#"{ user(handle: "ROSA") { handle displayName joinedAt profile { id } } }"#, json!({})).await;
        assert_eq!(seen["user"], json!({
            "handle": "rosa", "displayName": "Rosa Martínez",
            "joinedAt": "2026-11-18T15:00:00.000000Z", "profile": null,
        }));
    }
}
