//! Table `reply`: what a reply of the assistant took.

use super::row::card;
use super::{MessageId, Timestamp};
use sea_orm::FromQueryResult;

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub message_id: MessageId,
    /// None: it is being written
    pub finished_at: Option<Timestamp>,
    /// What wrote it; `offline` where no model did
    pub model: String,
    pub prompt_tokens: i32,
    pub completion_tokens: i32,
    /// From the question to the reply's end
    pub latency_ms: i32,
    pub from_cache: bool,
}

card! {
    Model:
    message_id,
    finished_at,
    model,
    prompt_tokens,
    completion_tokens,
    latency_ms,
    from_cache,
}
