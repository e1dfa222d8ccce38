//! The assistant: the gateway to a language model, and replies in conversations.

mod answer;
mod failure;
mod figure;
mod gateway;
mod limit;
mod offline;
mod right;
mod stream;

use crate::support::{Client, done, id};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Longest time until a reply has come to its end
const PATIENCE: Duration = Duration::from_secs(60);
const REPLY: &str = "query($id: ID!) { node(id: $id) { ... on Conversation { unreadCount lastMessage { \
    id position author status body sender { handle } replyTo { body } \
    usage { model promptTokens completionTokens latencyMs fromCache } } } } }";

/// A new conversation with the assistant
pub async fn alone(client: &Client) -> String {
    let input = json!({ "kind": "ASSISTANT" });
    let started = client.mutate("conversationStart", input, "conversation { id kind title }").await;
    id(&done(started)["conversation"])
}

/// The payload of a question
pub async fn put(client: &Client, talk: &str, question: &str) -> Value {
    let key = plaza::app::random_hex::<8>();
    let input = json!({ "conversationId": talk, "body": question, "idempotencyKey": key });
    client.mutate("messageSend", input, "message { position status }").await
}

/// The conversation with its last message
async fn last(client: &Client, talk: &str) -> Value {
    client.ask(REPLY, json!({ "id": talk })).await["node"].clone()
}

/// The last message, once it is whole or broken off
async fn ended(client: &Client, talk: &str) -> Value {
    let begun = Instant::now();
    loop {
        let message = last(client, talk).await["lastMessage"].clone();
        if message["author"] == "ASSISTANT" && message["status"] != "STREAMING" {
            return message;
        }
        assert!(begun.elapsed() < PATIENCE, "no end: {message:#}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Asks, and waits for the reply.
pub async fn ask(client: &Client, talk: &str, question: &str) -> Value {
    done(put(client, talk, question).await);
    ended(client, talk).await
}
