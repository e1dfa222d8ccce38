//! A phone's home screen: conversations with all that it shows of them.

use super::{direct, say};
use crate::support::on_both;
use serde_json::json;

const HOME: &str = "query($first: Int!) { viewer { unreadCount conversations(first: $first) { nodes { \
    id kind title unreadCount updatedAt lastMessage { body sentAt sender { handle displayName } } \
    participants { readUpTo user { handle displayName } } } pageInfo { endCursor hasNextPage } } } }";

on_both! {
    async fn conversations_cost_the_same_statements_however_many(app: &TestApp) {
        let ana = app.member("ana").await;
        for at in 0..20 {
            let other = app.member(&format!("vecino-{at}")).await;
            let talk = direct(&ana, &other).await;
            say(&other, &talk, &format!("hola {at}")).await;
        }
        let ask = async |first: i32| {
            app.statements(ana.ask(HOME, json!({ "first": first }))).await
        };
        let (few, _) = ask(1).await;
        let (many, found) = ask(20).await;
        assert_eq!(few, many);
        // Who asks is one, the viewer's sum another.
        assert!(many <= 6 + 2, "{many} statements");
        let nodes = found["viewer"]["conversations"]["nodes"].as_array().expect("conversations");
        assert_eq!(nodes.len(), 20);
        assert_eq!(nodes[0]["lastMessage"]["body"], "hola 19", "the last that moved comes first");
        assert!(nodes.iter().all(|node| node["unreadCount"] == 1));
        assert_eq!(found["viewer"]["unreadCount"], 20);
    }
}
