//! The audit log: what is noted, by whom and from where; that it stays; and how operators read it.

use super::{Device, PASSWORD, SESSIONS, SIGN_IN, refresh, sign_in, sign_up, try_sign_in};
use crate::door::command::{Said, run_beside};
use crate::partner::{key, publish};
use crate::support::{Client, MakeStore, TestApp, done, on_both, refusals};
use futures_util::future::join_all;
use plaza::entities::{ClientMode, UserRole};
use plaza::services::{Retirement, client_mode_set, documents_retire};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

const NONE: [&str; 0] = [];
const WRONG: &str = "otra clave larga";
const SIGN_OUT: &str = "mutation { signOut { userErrors { code field } } }";
const CHANGE: &str = "mutation($i: PasswordChangeInput!) { passwordChange(input: $i) { userErrors { code field } } }";
const SUSPEND: &str = "mutation($id: ID!) { userSuspend(userId: $id, reason: \"Vende lo que no tiene\") { userErrors { code field } } }";
const UPDATE: &str =
    "mutation($i: ViewerUpdateInput!) { viewerUpdate(input: $i) { userErrors { code field } } }";

/// `plaza audit` on the database of a test
fn audit(app: &TestApp, arguments: &[&str]) -> Said {
    run_beside(app, &[&["audit"], arguments].concat())
}

/// Entries, newest first
fn entries(app: &TestApp, arguments: &[&str]) -> Vec<Value> {
    let said = audit(app, &[&["--json"], arguments].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    said.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// `KIND actor subject` of each entry, oldest first
fn deeds(app: &TestApp, arguments: &[&str]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut deeds: Vec<_> = entries(app, arguments)
        .iter()
        .map(|entry| {
            format!(
                "{} {} {}",
                text(&entry["kind"]),
                text(&entry["actor"]),
                text(&entry["subject"])
            )
        })
        .collect();
    deeds.reverse();
    deeds
}

async fn id_of(device: &Device) -> String {
    let me = device.client.ask("{ viewer { user { id } } }", json!({})).await;
    me["viewer"]["user"]["id"].as_str().expect("an id").to_owned()
}

async fn change_password(device: &Device, current: &str) -> Vec<String> {
    let input = json!({ "currentPassword": current, "newPassword": "ometepe tiene dos picos" });
    refusals(&device.client.ask(CHANGE, json!({ "i": input })).await["passwordChange"])
}

async fn set_role(by: &Client, store: &str, person: &str, role: Option<&str>) {
    let input = json!({ "storeId": store, "userId": person, "role": role });
    done(by.mutate("storeMemberSet", input, "store { id }").await);
}

on_both! {
    async fn every_way_in_and_out_is_an_entry(app: &TestApp) {
        let phone = sign_up(app, "rosa").await;
        let laptop = sign_in(app, "rosa").await;
        let guest = app.guest().calling_from(9);
        try_sign_in(&guest, "rosa@correo.ni", WRONG).await;
        try_sign_in(&guest, "nobody@correo.ni", WRONG).await;
        change_password(&laptop, WRONG).await;
        assert_eq!(change_password(&laptop, PASSWORD).await, NONE);
        let other = Device::of(&try_sign_in(&guest, "rosa@correo.ni", "ometepe tiene dos picos").await, &app.guest());
        let sessions = laptop.client.ask("{ viewer { sessions { id current } } }", json!({})).await;
        let sessions = sessions["viewer"]["sessions"].as_array().expect("a list");
        let id = &sessions.iter().find(|session| session["current"] == false).expect("the other")["id"];
        let revoke = "mutation($id: ID!) { sessionRevoke(id: $id) { userErrors { code field } } }";
        laptop.client.ask(revoke, json!({ "id": id })).await;
        laptop.client.ask(UPDATE, json!({ "i": { "phone": "+50588884321", "displayName": "Rosa M" } })).await;
        laptop.client.ask(UPDATE, json!({ "i": { "phone": "+50588884321", "handle": "rosa" } })).await;
        laptop.client.ask(SIGN_OUT, json!({})).await;
        assert!(!phone.is_live().await && !other.is_live().await && !laptop.is_live().await);
        assert_eq!(deeds(app, &[]), [
            "SIGN_UP rosa rosa", "SIGN_IN rosa rosa", "SIGN_IN_FAILED (guest) rosa",
            "SIGN_IN_FAILED (guest) -", "PASSWORD_CHANGE_FAILED rosa rosa", "PASSWORD_CHANGED rosa rosa",
            "SIGN_IN rosa rosa", "SESSION_REVOKED rosa rosa", "LOGIN_CHANGED rosa rosa", "SIGN_OUT rosa rosa",
        ]);
        let all = entries(app, &[]);
        let from = |entry: &Value| entry["address"].as_str().expect("an address").to_owned();
        let addresses: Vec<_> = all.iter().rev().map(from).collect();
        assert_eq!(addresses[1..4], ["127.0.0.1", "127.0.0.9", "127.0.0.9"]);
        assert_eq!(all[1]["details"], json!({ "email": false, "phone": true }));
        assert_eq!(all[0]["at"], "2026-11-18T15:00:00.000000Z");
    }
}

on_both! {
    async fn a_used_refresh_token_that_comes_back_is_an_entry_and_a_usual_refresh_is_none(app: &TestApp) {
        let device = sign_up(app, "rosa").await;
        refresh(app, &device.refresh).await;
        assert_eq!(deeds(app, &[]), ["SIGN_UP rosa rosa"]);
        app.pass_seconds(11);
        assert_eq!(refusals(&refresh(app, &device.refresh).await), ["EXPIRED refreshToken"]);
        assert_eq!(deeds(app, &["--kind", "REFRESH_TOKEN_REUSED"]), ["REFRESH_TOKEN_REUSED (guest) rosa"]);
    }
}

on_both! {
    async fn roles_and_suspensions_are_entries_that_say_what_was_before(app: &TestApp) {
        let (elena, carlos) = (app.member("elena").await, app.member("carlos").await);
        let store = MakeStore::new("central").by(&elena).await;
        for role in [Some("CLERK"), Some("CLERK"), Some("OWNER")] {
            set_role(&elena, &store, &carlos.id, role).await;
        }
        set_role(&carlos, &store, &elena.id, None).await;
        set_role(&carlos, &store, &elena.id, None).await;
        let support = app.person("helper", UserRole::Support).await;
        for _ in 0..2 {
            assert_eq!(refusals(&support.ask(SUSPEND, json!({ "id": elena.id })).await["userSuspend"]), NONE);
        }
        assert_eq!(refusals(&support.ask(SUSPEND, json!({ "id": support.id })).await["userSuspend"]), ["FORBIDDEN userId"]);
        assert_eq!(deeds(app, &[]), [
            "STORE_ROLE_SET elena carlos", "STORE_ROLE_SET elena elena", "STORE_ROLE_SET elena carlos",
            "STORE_ROLE_SET carlos elena", "USER_SUSPENDED helper elena",
        ]);
        let details: Vec<_> = entries(app, &[]).into_iter().rev().map(|mut entry| entry["details"].take()).collect();
        let role = |before: Option<&str>, after: Option<&str>| json!({ "store": "central", "before": before, "role": after });
        assert_eq!(details, [
            role(None, Some("CLERK")), role(Some("OWNER"), Some("MANAGER")), role(Some("CLERK"), Some("OWNER")),
            role(Some("MANAGER"), None), json!({}),
        ]);
    }
}

on_both! {
    async fn no_entry_holds_what_signs_in(app: &TestApp) {
        let device = sign_up(app, "rosa").await;
        try_sign_in(&app.guest(), "rosa@correo.ni", WRONG).await;
        try_sign_in(&app.guest(), PASSWORD, WRONG).await;
        change_password(&device, WRONG).await;
        assert_eq!(change_password(&device, PASSWORD).await, NONE);
        let laptop = try_sign_in(&app.guest(), "rosa@correo.ni", "ometepe tiene dos picos").await;
        assert_eq!(refusals(&laptop), NONE);
        let told = format!("{}{}", audit(app, &["--json"]).out, audit(app, &[]).out);
        for secret in ["correo.ni", PASSWORD, WRONG, "ometepe", &device.access, &device.refresh] {
            assert!(!told.contains(secret), "{secret}: {told}");
        }
    }
}

on_both! {
    async fn tries_that_are_slowed_leave_no_entry(app: &TestApp) {
        sign_up(app, "rosa").await;
        let guest = app.guest();
        let tries = (0..50).map(|_| try_sign_in(&guest, "rosa@correo.ni", WRONG));
        join_all(tries).await;
        assert_eq!(deeds(app, &["--kind", "sign_in_failed"]).len(), 5, "as many as got to the check");
    }
}

on_both! {
    async fn entries_stay_whoever_asks(app: &TestApp) {
        sign_up(app, "rosa").await;
        let before = audit(app, &["--json"]).out;
        let db = app.app.db.raw_writer();
        let postgres = app.app.config.is_scaled();
        let mut attempts = vec!["UPDATE audit_entry SET kind = 4", "UPDATE audit_entry SET actor_id = NULL WHERE kind = 1",
            "DELETE FROM audit_entry", "DELETE FROM audit_entry WHERE kind = 1"];
        attempts.extend(if postgres {
            &["TRUNCATE audit_entry", "TRUNCATE audit_entry CASCADE",
                "SET session_replication_role = replica; DELETE FROM audit_entry"][..]
        } else {
            &["REPLACE INTO audit_entry SELECT id, at, 4, actor, actor_id, address, client, subject_id, subject, details FROM audit_entry"][..]
        });
        for attempt in attempts {
            let refused = db.execute_unprepared(attempt).await.expect_err(attempt).to_string();
            assert!(refused.contains("audit entries are added and stay"), "{attempt}: {refused}");
        }
        assert!(before.contains("SIGN_UP"));
        assert_eq!(audit(app, &["--json"]).out, before);
    }
}

on_both! {
    async fn neither_deed_nor_entry_happens_alone(app: &TestApp) {
        let device = sign_up(app, "rosa").await;
        let (elena, carlos) = (app.member("elena").await, app.member("carlos").await);
        let store = MakeStore::new("central").by(&elena).await;
        let rename = |from: &str, to: &str| format!("ALTER TABLE {from} RENAME TO {to}");
        let db = app.app.db.raw_writer();
        db.execute_unprepared(&rename("audit_entry", "taken_away")).await.expect("renames");
        device.client.fail(SIGN_OUT, json!({})).await;
        assert!(device.is_live().await, "nobody is signed out without an entry");
        let input = json!({ "login": "rosa@correo.ni", "password": PASSWORD });
        app.guest().fail(SIGN_IN, json!({ "i": input })).await;
        let set = "mutation($s: ID!, $u: ID!) { storeMemberSet(input: { storeId: $s, userId: $u, role: CLERK }) { userErrors { code } } }";
        elena.fail(set, json!({ "s": store, "u": carlos.id })).await;
        db.execute_unprepared(&rename("taken_away", "audit_entry")).await.expect("renames");
        let sessions = device.client.ask(SESSIONS, json!({})).await;
        assert_eq!(sessions["viewer"]["sessions"].as_array().map(Vec::len), Some(1));
        let staff = "query($id: ID!) { node(id: $id) { ... on Store { staff { role } } } }";
        let seen = elena.ask(staff, json!({ "id": store })).await;
        assert_eq!(seen["node"]["staff"].as_array().map(Vec::len), Some(1), "{seen}");
        assert_eq!(deeds(app, &[]), ["SIGN_UP rosa rosa"]);
        let refused = device.client.ask(UPDATE, json!({ "i": { "phone": "123" } })).await;
        assert!(refusals(&refused["viewerUpdate"]).len() == 1 && id_of(&device).await.len() > 10);
        assert_eq!(deeds(app, &[]), ["SIGN_UP rosa rosa"], "what was refused is no deed");
    }
}

on_both! {
    async fn keys_documents_and_modes_are_noted(app: &TestApp) {
        let rosa = sign_up(app, "rosa").await.client;
        publish(&app.app, "erp", "own", "query Own { service { name } }").await;
        publish(&app.app, "erp", "own", "query Own { service { name } }").await;
        client_mode_set(&app.app, "erp", ClientMode::RequireId).await.expect("sets the mode");
        let (id, _) = key(&rosa, "erp", &["CHAT", "ORDERS_READ"]).await;
        done(rosa.mutate_id("apiKeyRevoke", &id, "").await);
        let own = Retirement::Ids(vec!["own".to_owned()]);
        documents_retire(&app.app, "erp", &own).await.expect("retires");
        let expected = [
            "SIGN_UP rosa rosa",
            "DOCUMENTS_PUBLISHED (operator) erp",
            "CLIENT_MODE_SET (operator) erp",
            "API_KEY_CREATED rosa rosa",
            "API_KEY_REVOKED rosa rosa",
            "DOCUMENTS_RETIRED (operator) erp",
        ];
        assert_eq!(deeds(app, &[]), expected, "what changed nothing is no deed");
        let made = entries(app, &["--kind", "API_KEY_CREATED"]).remove(0);
        assert_eq!(made["details"]["client"], "erp", "{made:#}");
        assert_eq!(made["details"]["scopes"], json!(["ORDERS_READ", "CHAT"]));
        let mode = entries(app, &["--kind", "CLIENT_MODE_SET"]).remove(0);
        assert_eq!((&mode["details"]["mode"], &mode["address"]), (&json!("require-id"), &Value::Null));
    }
}

on_both! {
    async fn operators_read_by_time_kind_and_person(app: &TestApp) {
        sign_up(app, "rosa").await;
        app.come_to_the_present();
        sign_in(app, "rosa").await;
        sign_up(app, "bruno").await;
        try_sign_in(&app.guest(), "bruno@correo.ni", WRONG).await;
        let all = ["SIGN_UP rosa rosa", "SIGN_IN rosa rosa", "SIGN_UP bruno bruno", "SIGN_IN_FAILED (guest) bruno"];
        assert_eq!(deeds(app, &[]), all);
        assert_eq!(deeds(app, &["--since", "1h"]), all[1..]);
        assert_eq!(deeds(app, &["--limit", "2"]), all[2..], "the newest");
        assert_eq!(deeds(app, &["--actor", "Rosa"]), all[..2]);
        assert_eq!(deeds(app, &["--subject", "bruno"]), all[2..]);
        assert_eq!(deeds(app, &["--subject", "bruno", "--kind", "SIGN_UP", "--since", "1h"]), all[2..3]);
        let text = audit(app, &["--kind", "SIGN_IN_FAILED"]).out;
        let words: Vec<_> = text.split_whitespace().collect();
        assert_eq!(words[1..], ["SIGN_IN_FAILED", "(guest)", "127.0.0.1", "to", "bruno"], "{text}");
        let none = audit(app, &["--kind", "API_KEY_CREATED"]);
        assert_eq!((none.code, none.out.as_str(), none.err.trim()), (0, "", "There are no such entries"));
        for (arguments, code, told) in [
            (["--actor", "nobody"], 1, "Nobody here has the handle \"nobody\""),
            (["--kind", "SIGNED"], 2, "there is no such kind"),
            (["--since", "yesterday"], 2, "invalid value"),
            (["--limit", "0"], 2, "not in"),
        ] {
            let said = audit(app, &arguments);
            assert!(said.code == code && said.err.contains(told), "{} {}", said.code, said.err);
        }
        assert!(audit(app, &["--help"]).out.contains("CLIENT_MODE_SET"));
    }
}
