//! Changing the password.

use super::{Device, PASSWORD, refresh, sign_in, sign_up, try_sign_in};
use crate::support::{Client, message, on_both, refusals};
use serde_json::{Value, json};

const NONE: [&str; 0] = [];
const NEW: &str = "lago cocibolca azul";
const CHANGE: &str = "mutation($i: PasswordChangeInput!) { passwordChange(input: $i) { userErrors { code message field } } }";

async fn change(client: &Client, current: &str, new: &str) -> Value {
    let input = json!({ "i": { "currentPassword": current, "newPassword": new } });
    client.ask(CHANGE, input).await["passwordChange"].take()
}

on_both! {
    async fn a_new_password_ends_every_session_but_this_one(app: &TestApp) {
        let phone = sign_up(app, "rosa").await;
        let laptop = sign_in(app, "rosa").await;
        let stranger = sign_up(app, "bruno").await;
        assert_eq!(refusals(&change(&phone.client, PASSWORD, NEW).await), NONE);
        assert!(phone.is_live().await);
        assert_eq!(refusals(&refresh(app, &phone.refresh).await), NONE);
        assert!(!laptop.is_live().await);
        assert_eq!(refusals(&refresh(app, &laptop.refresh).await), ["EXPIRED refreshToken"]);
        assert!(stranger.is_live().await);
        let old = try_sign_in(&app.guest(), "rosa@correo.ni", PASSWORD).await;
        assert_eq!(refusals(&old), ["BAD_CREDENTIALS"]);
        let back = try_sign_in(&app.guest(), "rosa@correo.ni", NEW).await;
        assert!(Device::of(&back, &app.guest()).is_live().await);
    }
}

on_both! {
    async fn weak_and_unchanged_passwords_are_refused(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await;
        for (new, code, told) in [
            ("corta", "TOO_SHORT", "at least 10"), ("password123", "INVALID", "tried first"),
            ("rosa.martinez", "INVALID", "Leave your handle"), (PASSWORD, "INVALID", "other than the current"),
        ] {
            let refused = change(&rosa.client, PASSWORD, new).await;
            assert_eq!(refusals(&refused), [format!("{code} newPassword")], "{new}");
            assert!(message(&refused, "newPassword").contains(told), "{refused:#}");
        }
        let back = try_sign_in(&app.guest(), "rosa@correo.ni", PASSWORD).await;
        assert_eq!(refusals(&back), NONE, "nothing changed");
    }
}

on_both! {
    async fn wrong_current_passwords_count_towards_the_limit_of_signing_in(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await;
        for at in 0..5 {
            let refused = change(&rosa.client.calling_from(10 + at), "otra clave larga", NEW).await;
            assert_eq!(refusals(&refused), ["BAD_CREDENTIALS currentPassword"]);
        }
        let refused = change(&rosa.client, PASSWORD, NEW).await;
        assert_eq!(refusals(&refused), ["TOO_MANY_ATTEMPTS"], "even with the right one");
        let refused = try_sign_in(&app.guest(), "rosa@correo.ni", PASSWORD).await;
        assert_eq!(refusals(&refused), ["TOO_MANY_ATTEMPTS"], "it is one account");
        assert!(rosa.is_live().await, "who is signed in stays so");
        app.pass_seconds(14 * 60);
        let renewed = refresh(app, &rosa.refresh).await;
        app.pass_seconds(60);
        let rosa = Device::of(&renewed, &app.guest());
        assert_eq!(refusals(&change(&rosa.client, PASSWORD, NEW).await), NONE);
    }
}

on_both! {
    async fn absurd_passwords_are_refused_without_being_looked_at(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await;
        let checked = app.app.passwords.checked();
        let refused = change(&rosa.client, &"a".repeat(40_000), NEW).await;
        assert_eq!(refusals(&refused), ["BAD_CREDENTIALS currentPassword"]);
        let refused = change(&rosa.client, PASSWORD, &"a".repeat(40_000)).await;
        assert_eq!(refusals(&refused), ["TOO_LONG newPassword"]);
        assert_eq!(app.app.passwords.checked(), checked);
    }
}
