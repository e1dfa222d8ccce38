//! Plaza itself: version, schema, health.

use crate::support::on_both;
use serde_json::json;

on_both! {
    async fn the_schema_hash_is_stable_and_everything_answers(app: &TestApp) {
        let query = "{ service { name version schemaHash } }";
        let first = app.guest().ask(query, json!({})).await;
        let second = app.guest().ask(query, json!({})).await;
        assert_eq!(first, second);
        assert_eq!(first["service"]["name"], "Plaza");
        let ready = reqwest::get(format!("{}/ready", app.url)).await.expect("answers");
        assert_eq!(ready.status(), 200);
    }
}
