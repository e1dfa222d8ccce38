//! What a person wrote, and what the assistant took for it.

use super::{alone, ask, put};
use crate::support::{Answer, Backend, Endpoint, TestApp, done, id};
use serde_json::{Value, json};

const USAGE: &str = "{ viewer { chatUsage { totalMessages messagesLast7Days totalTokens averageReplyMs \
    lastActivityAt daily { day messages tokens } } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_counted_by_day() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let endpoint = Endpoint::start([Answer::text(&["Hola."])]).await;
        let app = TestApp::start_with(backend, &endpoint.settings()).await;
        let (ana, bruno) = (app.patient("ana").await, app.patient("bruno").await);
        let none = ana.ask(USAGE, json!({})).await["viewer"]["chatUsage"].clone();
        assert_eq!((&none["totalMessages"], &none["averageReplyMs"]), (&json!(0), &Value::Null));
        assert_eq!(none["lastActivityAt"], Value::Null);
        let talk = alone(&ana).await;
        ask(&ana, &talk, "uno").await;
        app.pass_seconds(24 * 3600);
        ask(&ana, &talk, "dos").await;
        let input = json!({ "kind": "DIRECT", "participantIds": [bruno.id] });
        let started = done(ana.mutate("conversationStart", input, "conversation { id }").await);
        put(&ana, &id(&started["conversation"]), "hola").await;
        let usage = ana.ask(USAGE, json!({})).await["viewer"]["chatUsage"].clone();
        assert_eq!((&usage["totalMessages"], &usage["messagesLast7Days"]), (&json!(3), &json!(3)));
        assert_eq!(usage["totalTokens"], 36, "two replies of 11 and 7 tokens");
        assert!(usage["averageReplyMs"].is_i64(), "{usage:#}");
        assert_eq!(usage["lastActivityAt"], "2026-11-19T15:00:00.000000Z");
        let daily = usage["daily"].as_array().expect("days");
        assert_eq!(daily.len(), 30);
        assert_eq!(daily[0], json!({ "day": "2026-11-19", "messages": 2, "tokens": 18 }));
        assert_eq!(daily[1], json!({ "day": "2026-11-18", "messages": 1, "tokens": 18 }));
        assert_eq!(daily[29]["messages"], 0);
        app.pass_seconds(7 * 24 * 3600);
        let usage = ana.ask(USAGE, json!({})).await["viewer"]["chatUsage"].clone();
        assert_eq!((&usage["totalMessages"], &usage["messagesLast7Days"]), (&json!(3), &json!(0)));
        let theirs = bruno.ask(USAGE, json!({})).await;
        assert_eq!(theirs["viewer"]["chatUsage"]["totalMessages"], 0);
        app.finish().await;
    }
}
