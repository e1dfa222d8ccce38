//! Settings: for administrators, checked, noted, and obeyed by every server.

use crate::support::{Client, Process, Shop, done, on_both, refused};
use serde_json::{Value, json};
use std::time::Duration;

async fn set(client: &Client, key: &str, value: Value) -> Value {
    let query = "mutation($k: String!, $v: JSON!) { settingSet(key: $k, value: $v) {
        setting { key value description updatedAt } userErrors { code message field } } }";
    client.ask(query, json!({ "k": key, "v": value })).await["settingSet"].clone()
}

on_both! {
    async fn a_setting_is_checked_noted_and_obeyed(app: &TestApp) {
        let shop = Shop::open(app).await;
        let admin = app.admin().await;
        let (refusal, _) = refused(&set(&shop.owner, "orders", json!({ "open": false })).await);
        assert!(refusal.starts_with("FORBIDDEN"), "{refusal}");
        let (refusal, told) = refused(&set(&admin, "colour", json!({})).await);
        assert!(refusal.starts_with("NOT_FOUND") && told.contains("signUp, orders, assistant, log"), "{refusal} {told}");
        for wrong in [json!({}), json!({ "open": 1 }), json!({ "shut": true }), json!({ "open": true, "more": 1 })] {
            let (refusal, told) = refused(&set(&admin, "orders", wrong).await);
            assert!(refusal.starts_with("INVALID") && told.contains("{\"open\": true}"), "{refusal} {told}");
        }
        let (_, told) = refused(&set(&admin, "log", json!({ "days": 91 })).await);
        assert!(told.contains("1 to 90"), "{told}");

        shop.place().await;
        let shut = done(set(&admin, "orders", json!({ "open": false })).await);
        assert_eq!(shut["setting"]["value"], json!({ "open": false }));
        let (refusal, told) = refused(&shop.buyer.mutate("orderPlace", shop.order(1), "order { id }").await);
        assert!(refusal.starts_with("UNAVAILABLE") && told.contains("try again later"), "{refusal} {told}");
        done(set(&admin, "orders", json!({ "open": true })).await);
        shop.place().await;

        done(set(&admin, "assistant", json!({ "dailyQuestions": 0 })).await);
        let seen = admin.ask("{ admin { settings { key value } auditLog(first: 1) { nodes { action detail } } } }", json!({})).await;
        let value = |key: &str| seen["admin"]["settings"].as_array().expect("a list").iter().find(|one| one["key"] == key).map(|one| one["value"].clone());
        assert_eq!(value("assistant"), Some(json!({ "dailyQuestions": 0 })));
        assert_eq!(value("log"), Some(json!({ "days": 7 })));
        assert_eq!(
            seen["admin"]["auditLog"]["nodes"][0],
            json!({ "action": "SETTING_SET", "detail": { "subject": "assistant", "value": { "dailyQuestions": 0 } } })
        );
    }
}

on_both! {
    async fn a_setting_holds_on_another_server_within_a_second(app: &TestApp) {
        app.come_to_the_present();
        let admin = app.admin().await;
        let server = Process::start(app, &[]).await;
        let guest = app.guest().speaking_to(&server.url);
        let sign_up = async || {
            let input = json!({
                "handle": format!("p-{}", plaza::app::random_hex::<6>()), "displayName": "Alguien", "password": "una-clave-larga-27",
                "email": format!("{}@example.com", plaza::app::random_hex::<6>()),
            });
            guest.mutate("signUp", input, "viewer { email }").await["userErrors"].clone()
        };
        assert_eq!(sign_up().await, json!([]));
        done(set(&admin, "signUp", json!({ "open": false })).await);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(sign_up().await[0]["code"], "UNAVAILABLE");
        done(set(&admin, "signUp", json!({ "open": true })).await);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(sign_up().await, json!([]));
        drop(server);
    }
}
