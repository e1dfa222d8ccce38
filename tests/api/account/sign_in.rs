//! Signing in, and what slows down whoever guesses.

use super::{PASSWORD, SIGN_IN, newcomer, sign_up, try_sign_in, try_sign_up};
use crate::support::{TestApp, message, on_both, refusals};
use futures_util::future::join_all;
use plaza::db::Columns;
use plaza::entities::UserRole;
use serde_json::json;

const NONE: [&str; 0] = [];
const BAD: [&str; 1] = ["BAD_CREDENTIALS"];
const SLOWED: [&str; 1] = ["TOO_MANY_ATTEMPTS"];
const MINUTES: i64 = 60;

/// Rosa, who has a phone number and an e-mail address
async fn rosa(app: &TestApp) {
    let mut input = newcomer("rosa");
    input["phone"] = json!("+50588884321");
    try_sign_up(app, input).await;
}

on_both! {
    async fn a_phone_number_in_any_spelling_or_an_email_address_signs_in(app: &TestApp) {
        rosa(app).await;
        for login in ["+50588884321", " +505 8888 4321", "+505-8888-4321", "rosa@correo.ni", "Rosa@Correo.NI"] {
            let back = try_sign_in(&app.guest(), login, PASSWORD).await;
            assert_eq!(refusals(&back), NONE, "{login}");
            assert_eq!(back["viewer"]["user"]["handle"], "rosa");
        }
        let refused = try_sign_in(&app.guest(), "rosa", PASSWORD).await;
        assert_eq!(refusals(&refused), BAD, "a handle is no login");
    }
}

on_both! {
    async fn an_unknown_login_and_a_wrong_password_are_told_the_same_after_the_same_work(app: &TestApp) {
        rosa(app).await;
        let mut seen = Vec::new();
        for (login, password) in [
            ("rosa@correo.ni", "otra clave larga"), ("nobody@correo.ni", "otra clave larga"),
            ("nobody@correo.ni", PASSWORD), ("+50588884321", "otra clave larga"),
        ] {
            let checked = app.app.passwords.checked();
            let input = json!({ "i": { "login": login, "password": password } });
            let guest = app.guest().calling_from(50 + u8::try_from(seen.len()).expect("few"));
            let (statements, mut reply) = app.statements(guest.send(SIGN_IN, input)).await;
            assert_eq!(refusals(&reply.body["data"]["signIn"]), BAD);
            // Sealed: another text each time, on PostgreSQL
            reply.body["extensions"].as_object_mut().expect("extensions").remove("position");
            seen.push((reply.status, reply.body, statements, app.app.passwords.checked() - checked));
        }
        assert_eq!(seen[0].3, 1, "one hash is computed");
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
    }
}

on_both! {
    async fn five_failures_of_an_account_slow_it_everywhere_for_15_minutes(app: &TestApp) {
        rosa(app).await;
        for at in 0..5 {
            // By either of its logins, from wherever: it is one account.
            let login = if at % 2 == 0 { "rosa@correo.ni" } else { "+505 8888 4321" };
            let refused = try_sign_in(&app.guest().calling_from(10 + at), login, "otra clave larga").await;
            assert_eq!(refusals(&refused), BAD);
        }
        let elsewhere = app.guest().calling_from(20);
        let refused = try_sign_in(&elsewhere, "rosa@correo.ni", PASSWORD).await;
        assert_eq!(refusals(&refused), SLOWED, "even with the right password");
        assert_eq!(message(&refused, ""), "Too many failed attempts; try again in 15 min");
        app.pass_seconds(14 * MINUTES + 1);
        let refused = try_sign_in(&elsewhere, "rosa@correo.ni", PASSWORD).await;
        assert_eq!(refusals(&refused), SLOWED, "to the end of the 15 minutes");
        assert_eq!(message(&refused, ""), "Too many failed attempts; try again in 1 min");
        app.pass_seconds(59);
        assert_eq!(refusals(&try_sign_in(&elsewhere, "rosa@correo.ni", PASSWORD).await), NONE);
    }
}

on_both! {
    async fn five_failures_of_an_address_slow_it_for_every_account(app: &TestApp) {
        rosa(app).await;
        let guesser = app.guest().calling_from(30);
        for at in 0..5 {
            let refused = try_sign_in(&guesser, &format!("nobody{at}@correo.ni"), PASSWORD).await;
            assert_eq!(refusals(&refused), BAD);
        }
        assert_eq!(refusals(&try_sign_in(&guesser, "rosa@correo.ni", PASSWORD).await), SLOWED);
        let other = app.guest().calling_from(31);
        assert_eq!(refusals(&try_sign_in(&other, "rosa@correo.ni", PASSWORD).await), NONE);
        app.pass_seconds(15 * MINUTES);
        assert_eq!(refusals(&try_sign_in(&guesser, "rosa@correo.ni", PASSWORD).await), NONE);
    }
}

on_both! {
    async fn a_success_clears_the_failures_of_its_account(app: &TestApp) {
        rosa(app).await;
        for round in 0..2 {
            for at in 0..4 {
                let guest = app.guest().calling_from(40 + round * 4 + at);
                assert_eq!(refusals(&try_sign_in(&guest, "rosa@correo.ni", "otra clave larga").await), BAD);
            }
            let back = try_sign_in(&app.guest(), "rosa@correo.ni", PASSWORD).await;
            assert_eq!(refusals(&back), NONE, "after {} failures in all", 4 * (round + 1));
        }
    }
}

on_both! {
    async fn a_success_does_not_clear_the_failures_of_its_address(app: &TestApp) {
        rosa(app).await;
        let guesser = app.guest().calling_from(60);
        for at in 0..4 {
            try_sign_in(&guesser, &format!("nobody{at}@correo.ni"), PASSWORD).await;
        }
        assert_eq!(refusals(&try_sign_in(&guesser, "rosa@correo.ni", PASSWORD).await), NONE);
        assert_eq!(refusals(&try_sign_in(&guesser, "nobody5@correo.ni", PASSWORD).await), BAD);
        assert_eq!(refusals(&try_sign_in(&guesser, "nobody6@correo.ni", PASSWORD).await), SLOWED);
    }
}

on_both! {
    async fn fifty_guesses_at_once_are_five(app: &TestApp) {
        rosa(app).await;
        let checked = app.app.passwords.checked();
        let guest = app.guest();
        let guesses: Vec<_> = (0..50).map(|at| format!("otra clave {at}")).collect();
        let guesses = guesses.iter().map(|guess| try_sign_in(&guest, "rosa@correo.ni", guess));
        let outcomes: Vec<_> = join_all(guesses).await.iter().map(refusals).collect();
        assert_eq!(outcomes.iter().filter(|told| **told == BAD).count(), 5);
        assert_eq!(outcomes.iter().filter(|told| **told == SLOWED).count(), 45);
        assert_eq!(app.app.passwords.checked() - checked, 5);
    }
}

on_both! {
    async fn suspended_people_are_told_so_once_the_password_is_right(app: &TestApp) {
        let device = sign_up(app, "rosa").await;
        let me = device.client.ask("{ viewer { user { id } } }", json!({})).await;
        let support = app.person("helper", UserRole::Support).await;
        let suspend = "mutation($id: ID!) { userSuspend(userId: $id, reason: \"spam\") { userErrors { code field } } }";
        support.ask(suspend, json!({ "id": me["viewer"]["user"]["id"] })).await;
        let wrong = try_sign_in(&app.guest(), "rosa@correo.ni", "otra clave larga").await;
        assert_eq!(refusals(&wrong), BAD, "a stranger learns nothing");
        let refused = try_sign_in(&app.guest(), "rosa@correo.ni", PASSWORD).await;
        assert_eq!(refusals(&refused), ["FORBIDDEN"]);
        assert!(message(&refused, "").contains("write to support"));
        assert_eq!(refused["tokens"], json!(null));
    }
}

on_both! {
    async fn absurd_logins_and_passwords_are_wrong_not_broken(app: &TestApp) {
        rosa(app).await;
        let long = "a".repeat(40_000);
        for (at, (login, password)) in [
            ("", PASSWORD), ("@", PASSWORD), ("rosa@correo.ni\u{0}", PASSWORD), ("\u{0}", "\u{0}"),
            (long.as_str(), PASSWORD), ("rosa@correo.ni", long.as_str()), ("rosa@correo.ni", ""),
            ("%", "%"), ("' OR 1=1 --", "' OR 1=1 --"),
        ].into_iter().enumerate() {
            let guest = app.guest().calling_from(100 + u8::try_from(at).expect("few"));
            assert_eq!(refusals(&try_sign_in(&guest, login, password).await), BAD, "{at}");
        }
    }
}

on_both! {
    async fn an_account_without_a_password_can_not_be_signed_in_to(app: &TestApp) {
        app.member("rosa").await;
        let refused = try_sign_in(&app.guest(), "rosa@example.com", "").await;
        assert_eq!(refusals(&refused), BAD);
        let tx = app.app.db.write().await.expect("begins");
        let unreadable = Columns::of("credential")
            .set("user_id", plaza_id(app, "rosa").await)
            .set("password_hash", "not a hash")
            .set("changed_at", app.app.clock.now());
        tx.insert(unreadable).await.expect("inserts");
        tx.commit().await.expect("commits");
        let error = app.guest().fail(SIGN_IN, json!({ "i": { "login": "rosa@example.com", "password": PASSWORD } })).await;
        assert_eq!(error["message"], "Something went wrong", "a broken hash is a fault, and no way in");
    }
}

/// The row id behind a handle
async fn plaza_id(app: &TestApp, handle: &str) -> plaza::entities::UserId {
    use plaza::db::Reads;
    use sea_orm::TryGetable;
    let reader = app.app.db.reader();
    let mut sql = reader.sql(r#"SELECT u.id FROM "user" u WHERE u.handle = "#);
    sql.bind(handle);
    let row = reader.one(sql).await.expect("reads").expect("is there");
    plaza::entities::UserId::try_get_by_index(&row, 0).expect("an id")
}
