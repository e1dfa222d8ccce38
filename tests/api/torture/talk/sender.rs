//! People who write under keys, and send again until they are answered.

use super::{Room, SENDERS, number};
use crate::support::{id, row};
use crate::torture::writer::until_answered;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use uuid::Uuid;

const SEND: &str = "mutation($i: MessageSendInput!) { done: messageSend(input: $i) { \
    message { id position body } userErrors { code message field } } }";

/// A message that was acknowledged
pub struct Sent {
    pub id: Uuid,
    pub position: i64,
    pub body: String,
    /// How often it was sent once more, since no answer came
    pub repeats: usize,
}

/// Sends its share, one after the other.
pub struct Sender {
    room: Arc<Room>,
    /// Number of the person
    name: usize,
    share: usize,
}

impl Sender {
    /// Everybody who writes, each so many messages
    pub fn all(room: &Arc<Room>, share: usize) -> impl Iterator<Item = Self> {
        (0..SENDERS).map(move |name| Self { room: Arc::clone(room), name, share })
    }

    pub async fn run(self) -> Vec<Sent> {
        let mut sent: Vec<Sent> = Vec::new();
        for at in 0..self.share {
            let body = format!("mensaje {at} de vecino-{}", self.name);
            let one =
                if at % 10 == 0 { self.twice(&body).await } else { self.send(&body, 0).await };
            assert!(sent.last().is_none_or(|last| last.position < one.position), "its own order");
            self.room.sent.fetch_add(1, Ordering::SeqCst);
            self.room.last.fetch_max(one.position, Ordering::SeqCst);
            sent.push(one);
        }
        sent
    }

    /// As by a client that has lost its answer, and does not wait long: to two servers at once, where
    /// there are two.
    async fn twice(&self, body: &str) -> Sent {
        let (one, other) = tokio::join!(self.send(body, 0), self.send(body, 1));
        assert_eq!((one.id, one.position), (other.id, other.position), "one key, one message");
        one
    }

    /// Under a key that is the body itself, to the servers in turn from this one on
    async fn send(&self, body: &str, from: usize) -> Sent {
        let Room { people, talk, servers, .. } = &*self.room;
        let input = json!({ "conversationId": talk, "body": body, "idempotencyKey": body });
        let (done, repeats) = until_answered(
            &people[self.name],
            servers,
            self.name + from,
            SEND,
            &json!({ "i": input }),
        )
        .await;
        let message: &Value = &done["message"];
        assert_eq!(message["body"], body);
        let position = number(&message["position"]);
        Sent { id: row(&id(message)), position, body: body.to_owned(), repeats }
    }
}
