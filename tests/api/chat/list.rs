//! A phone's home screen: conversations with all that it shows of them.

use super::{direct, say};
use crate::support::{Client, TestApp, on_both};
use serde_json::{Value, json};

const HOME: &str = "query($first: Int!) { viewer { conversations(first: $first) { nodes { \
    id kind title unreadCount updatedAt lastMessage { body sentAt sender { handle displayName } } \
    participants { readUpTo user { handle } } } pageInfo { endCursor hasNextPage } } } }";

const MANY: usize = 100;

/// Somebody to whom so many people wrote, each once, and the ids of the conversations
async fn popular(app: &TestApp) -> (Client, Vec<String>) {
    let ana = app.member("ana").await;
    let mut talks = Vec::new();
    for at in 0..MANY {
        let other = app.member(&format!("vecino-{at}")).await;
        let talk = direct(&ana, &other).await;
        say(&other, &talk, &format!("hola {at}")).await;
        talks.push(talk);
    }
    (ana, talks)
}

fn nodes(found: &Value) -> &[Value] {
    found["viewer"]["conversations"]["nodes"].as_array().expect("conversations")
}

on_both! {
    async fn conversations_cost_the_same_statements_however_many(app: &TestApp) {
        let (ana, _) = popular(app).await;
        for first in [1, 20, MANY] {
            let (count, found) = app.statements(ana.ask(HOME, json!({ "first": first }))).await;
            // Who asks, places, conversations, last messages, participants, people.
            assert_eq!(count, 6, "{first} conversations");
            let nodes = nodes(&found);
            assert_eq!(nodes.len(), first);
            assert_eq!(nodes[0]["lastMessage"]["body"], "hola 99", "the last that moved comes first");
            assert!(nodes.iter().all(|node| node["unreadCount"] == 1));
            assert!(nodes.iter().all(|node| node["participants"][1]["user"]["handle"].is_string()));
        }
    }
}

on_both! {
    async fn unread_counts_of_100_conversations_are_one_statement(app: &TestApp) {
        let (ana, talks) = popular(app).await;
        let ask = async |query: &str| app.statements(ana.ask(query, json!({ "ids": talks }))).await;
        let list = |select: &str| {
            format!("{{ viewer {{ conversations(first: 100) {{ nodes {{ {select} }} }} }} }}")
        };
        // A list reads the viewer's places, and they hold the counts.
        let (without, _) = app.statements(ana.ask(&list("id"), json!({}))).await;
        let (with, found) = app.statements(ana.ask(&list("id unreadCount"), json!({}))).await;
        assert_eq!(with, without);
        assert_eq!(nodes(&found).len(), MANY);
        assert!(nodes(&found).iter().all(|node| node["unreadCount"] == 1));
        // The sum of all is one more than who asks.
        let (sum, found) = app.statements(ana.ask("{ viewer { unreadCount } }", json!({}))).await;
        assert_eq!((sum, &found["viewer"]["unreadCount"]), (2, &json!(MANY)));
        // Found by their ids: who asks, conversations, places.
        let by_id = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Conversation { unreadCount } } }";
        let (count, found) = ask(by_id).await;
        let found = found["nodes"].as_array().expect("conversations");
        assert!(found.len() == MANY && found.iter().all(|node| node["unreadCount"] == 1));
        assert_eq!(count, 3);
    }
}
