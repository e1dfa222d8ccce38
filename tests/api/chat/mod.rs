//! Conversations, their messages, and whoever follows them.

mod crowd;
mod delivery;
mod list;
mod message;
mod people;
mod presence;
mod search;
mod start;
mod stranger;
mod stream;
mod typing;

use crate::support::{Client, done, id};
use serde_json::{Value, json};

/// Id of a direct conversation between two people
async fn direct(one: &Client, other: &Client) -> String {
    let input = json!({ "kind": "DIRECT", "participantIds": [other.id] });
    id(&done(one.mutate("conversationStart", input, "conversation { id }").await)["conversation"])
}

/// Id of a group with these people
async fn group(one: &Client, others: &[&Client]) -> String {
    let people: Vec<&String> = others.iter().map(|other| &other.id).collect();
    let input = json!({ "kind": "GROUP", "participantIds": people, "title": "Barrio" });
    id(&done(one.mutate("conversationStart", input, "conversation { id }").await)["conversation"])
}

/// The payload of a message that is sent
async fn send(sender: &Client, conversation: &str, body: &str, key: &str) -> Value {
    let input = json!({ "conversationId": conversation, "body": body, "idempotencyKey": key });
    sender.mutate("messageSend", input, "message { id position body status }").await
}

/// A message that was sent
async fn say(sender: &Client, conversation: &str, body: &str) -> Value {
    done(send(sender, conversation, body, body).await)["message"].clone()
}

/// The payload of a mutation on a conversation, with one more argument
async fn change(client: &Client, mutation: &str, conversation: &str, more: &str) -> Value {
    let query = format!(
        "mutation($id: ID!) {{ {mutation}(id: $id{more}) {{ conversation {{ id title unreadCount }} \
         userErrors {{ code message field }} }} }}"
    );
    client.ask(&query, json!({ "id": conversation })).await[mutation].clone()
}
