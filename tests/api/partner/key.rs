//! What a key may do, and when it ends.

use super::{code, key, known, post, publish, within_a_second};
use crate::support::{MakeStore, Shop, TestApp, done, id, on_both, refused};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const KEYS: &str = "{ viewer { apiKeys { id name prefix client scopes createdAt lastUsedAt revokedAt documents { documentId operationName body hash cost } } } }";

on_both! {
    async fn a_key_is_shown_once_and_kept_as_a_digest(app: &TestApp) {
        let person = app.member("elena").await;
        publish(&app.app, "erp", "own", "query Own { service { name } }").await;
        let input = json!({ "name": " ERP ", "client": "erp", "scopes": ["CHAT", "CATALOG_READ", "CHAT"] });
        let made = done(person.mutate("apiKeyCreate", input, "secret apiKey { id prefix }").await);
        let secret = made["secret"].as_str().expect("a secret");
        let prefix = made["apiKey"]["prefix"].as_str().expect("a prefix");
        let hidden = secret.strip_prefix(prefix).expect("it begins so");
        assert!(hidden.len() > 40, "{prefix}");
        let keys = person.ask(KEYS, json!({})).await["viewer"]["apiKeys"].clone();
        let text = keys.to_string();
        assert!(!text.contains(hidden), "it is not shown again");
        assert_eq!(keys[0]["name"], "ERP");
        assert_eq!(keys[0]["scopes"], json!(["CATALOG_READ", "CHAT"]));
        assert_eq!((&keys[0]["lastUsedAt"], &keys[0]["revokedAt"]), (&json!(null), &json!(null)));
        let document = &keys[0]["documents"][0];
        assert_eq!((&document["documentId"], &document["cost"]), (&json!("own"), &json!(3)));
        let stored: Vec<String> = stored(app).await;
        assert!(stored.iter().all(|text| !text.contains(hidden)), "{stored:?}");
    }
}

/// The row of every key, as text
async fn stored(app: &TestApp) -> Vec<String> {
    use plaza::db::Reads;
    use sea_orm::TryGetable;
    let reader = app.app.db.reader();
    let mut sql = reader.sql("SELECT name, prefix, ");
    sql.either("encode(digest, 'escape')", "CAST(digest AS TEXT)").push(" FROM api_key");
    let rows = reader.all(sql).await.expect("reads");
    rows.iter()
        .map(|row| (0..3).map(|at| String::try_get_by_index(row, at).unwrap_or_default()).collect())
        .collect()
}

on_both! {
    async fn bad_keys_are_not_made(app: &TestApp) {
        let person = app.member("elena").await;
        publish(&app.app, "erp", "own", "query Own { service { name } }").await;
        for (input, refusal) in [
            (json!({ "name": "", "client": "erp", "scopes": ["CHAT"] }), "REQUIRED name"),
            (json!({ "name": "x".repeat(81), "client": "erp", "scopes": ["CHAT"] }), "TOO_LONG name"),
            (json!({ "name": "ERP", "client": "nobody", "scopes": ["CHAT"] }), "NOT_FOUND client"),
            (json!({ "name": "ERP", "client": "e\u{0}rp", "scopes": [] }), "REQUIRED scopes"),
        ] {
            let payload = person.mutate("apiKeyCreate", input.clone(), "secret").await;
            assert_eq!((refused(&payload).0.as_str(), &payload["secret"]), (refusal, &json!(null)), "{input}");
        }
        let guest = app.guest().fail(
            "mutation { apiKeyCreate(input: {name: \"x\", client: \"erp\", scopes: [CHAT]}) { secret } }", json!({})).await;
        assert_eq!(guest["extensions"]["code"], "UNAUTHENTICATED");
        let stranger = app.member("bruno").await;
        let (id, _) = key(&person, "erp", &["CHAT"]).await;
        let payload = stranger.mutate_id("apiKeyRevoke", &id, "").await;
        assert_eq!(refused(&payload).0, "NOT_FOUND id");
        let node = stranger.ask("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
        assert_eq!(node["node"], json!(null));
    }
}

on_both! {
    async fn a_key_does_what_its_scopes_say(app: &TestApp) {
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        for (id, text) in [
            ("feed", "query Feed { listings { nodes { title store { name } } } }"),
            ("order", "query One($id: ID!) { node(id: $id) { ... on Order { number } } }"),
            ("accept", "mutation Accept($id: ID!) { orderAccept(input: {id: $id}) { order { status } userErrors { code message } } }"),
            ("talks", "query Talks { viewer { conversations { nodes { id } } } }"),
            ("mail", "query Mail { viewer { email } }"),
            ("keys", "query Keys { viewer { apiKeys { id } } }"),
            ("more", "mutation More { apiKeyCreate(input: {name: \"x\", client: \"erp\", scopes: [CHAT]}) { secret } }"),
            ("out", "mutation Out { signOut { userErrors { code } } }"),
        ] {
            publish(&app.app, "erp", id, text).await;
        }
        known(&app.guest(), "erp", "out").await;
        let all = ["CATALOG_READ", "CATALOG_WRITE", "ORDERS_READ", "ORDERS_WRITE", "CHAT"];
        for (scopes, may) in [
            (&["CATALOG_READ"][..], &["feed"][..]),
            (&["ORDERS_READ"], &["order"]),
            (&["ORDERS_WRITE", "ORDERS_READ"], &["order", "accept"]),
            (&["CHAT"], &["talks"]),
            (&["PARCELS_READ"], &[]),
            (&all, &["feed", "order", "accept", "talks"]),
        ] {
            let (_, partner) = key(&shop.owner, "erp", scopes).await;
            for document in ["feed", "order", "accept", "talks", "mail", "keys", "more", "out"] {
                let answer = post(&partner, "", json!({ "documentId": document, "variables": variables(document, &order) })).await;
                let expected = if may.contains(&document) { "" } else { "FORBIDDEN" };
                assert_eq!(code(&answer), expected, "{scopes:?} {document}: {answer:#}");
            }
        }
        // A scope is no right: a key of somebody else sees nothing of the order.
        let stranger = app.member("carla").await;
        let (_, partner) = key(&stranger, "erp", &all).await;
        let answer = post(&partner, "", json!({ "documentId": "order", "variables": { "id": order } })).await;
        assert_eq!(answer["data"]["node"], json!(null));
    }
}

fn variables(document: &str, order: &str) -> Value {
    if ["order", "accept"].contains(&document) { json!({ "id": order }) } else { json!({}) }
}

on_both! {
    async fn a_revoked_key_ends_at_once_and_its_sockets_and_streams_close(app: &TestApp) {
        let shop = Shop::open(app).await;
        let store = shop.store.clone();
        publish(&app.app, "erp", "own", "query Own { service { name } }").await;
        publish(&app.app, "erp", "follow",
            "subscription Follow($id: ID!) { storeOrderUpdates(storeId: $id) { kind } }").await;
        known(&app.guest(), "erp", "follow").await;
        let (id, partner) = key(&shop.owner, "erp", &["ORDERS_READ"]).await;
        let (_, other) = key(&shop.owner, "erp", &["ORDERS_READ"]).await;
        let follow = json!({ "documentId": "follow", "variables": { "id": store } });
        let mut socket = partner.socket().await;
        socket.say(json!({ "id": "1", "type": "subscribe", "payload": follow })).await;
        assert_eq!(socket.hear().await["payload"]["data"]["storeOrderUpdates"]["kind"], "SNAPSHOT");
        let mut quiet = other.socket().await;
        let request = partner.request(reqwest::Method::POST, "/graphql").header("content-type", "application/json");
        let mut stream = crate::support::Events::open(request.body(follow.to_string())).await;
        stream.result().await;
        let revoked = Instant::now();
        done(shop.owner.mutate_id("apiKeyRevoke", &id, "apiKey { revokedAt }").await);
        let answer = post(&partner, "", json!({ "documentId": "own" })).await;
        assert_eq!(code(&answer), "UNAUTHENTICATED");
        assert_eq!(socket.closes().await, (4403, "This API key was revoked".to_owned()));
        stream.completes().await;
        assert!(revoked.elapsed() < Duration::from_secs(1), "{:?}", revoked.elapsed());
        quiet.say(json!({ "id": "1", "type": "subscribe", "payload": { "documentId": "own" } })).await;
        assert_eq!(quiet.data("1").await["service"]["name"], "Plaza", "another key's goes on");
        let again = done(shop.owner.mutate_id("apiKeyRevoke", &id, "apiKey { id }").await);
        assert_eq!(again["apiKey"]["id"], json!(id), "and again is the same");
    }
}

on_both! {
    async fn a_suspended_persons_key_is_good_for_nothing(app: &TestApp) {
        let person = app.member("elena").await;
        publish(&app.app, "erp", "own", "query Own { service { name } }").await;
        known(&app.guest(), "erp", "own").await;
        let (_, partner) = key(&person, "erp", &["CATALOG_READ"]).await;
        assert_eq!(code(&post(&partner, "", json!({ "documentId": "own" })).await), "");
        let suspend = "mutation($id: ID!) { userSuspend(userId: $id, reason: \"spam\") { userErrors { code } } }";
        app.admin().await.ask(suspend, json!({ "id": person.id })).await;
        assert_eq!(code(&post(&partner, "", json!({ "documentId": "own" })).await), "UNAUTHENTICATED");
    }
}

on_both! {
    async fn the_last_use_is_told_and_costs_no_write_a_request(app: &TestApp) {
        let person = app.member("elena").await;
        MakeStore::new("central").by(&person).await;
        publish(&app.app, "erp", "own", "query Own { service { name } }").await;
        known(&app.guest(), "erp", "own").await;
        let (_, partner) = key(&person, "erp", &["CATALOG_READ"]).await;
        let (statements, ()) = app.statements(async {
            for _ in 0..20 {
                post(&partner, "", json!({ "documentId": "own" })).await;
            }
        }).await;
        assert_eq!(statements, 20, "who asks, and nothing else");
        plaza::services::uses_write(&app.app).await.expect("writes");
        let keys = person.ask(KEYS, json!({})).await["viewer"]["apiKeys"].clone();
        assert!(keys[0]["lastUsedAt"].is_string(), "{keys:#}");
        let node = id(&keys[0]);
        let found = person.ask("query($id: ID!) { node(id: $id) { __typename } }", json!({ "id": node })).await;
        assert_eq!(found["node"]["__typename"], "ApiKey");
        let known = within_a_second(|| person.ask(KEYS, json!({})), |answer| answer["viewer"]["apiKeys"][0]["prefix"].is_string()).await;
        assert_eq!(known["viewer"]["apiKeys"].as_array().map(Vec::len), Some(1));
    }
}
