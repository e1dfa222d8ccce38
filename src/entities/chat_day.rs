//! Table `chat_day`: what a person wrote and asked in a day of UTC.

use super::row::card;
use super::{Timestamp, UserId};
use sea_orm::FromQueryResult;

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub user_id: UserId,
    /// Counted from 1970-01-01
    pub day: i32,
    /// Messages that the person wrote
    pub messages: i32,
    /// Of those, questions to the assistant
    pub asked: i32,
    /// Replies that came to their end
    pub replies: i32,
    /// Tokens that models read and wrote for them
    pub tokens: i64,
    /// Sum of the times that replies took
    pub reply_ms: i64,
    /// When they wrote last, or a reply came
    pub active_at: Timestamp,
}

card! {
    Model:
    user_id,
    day,
    messages,
    asked,
    replies,
    tokens,
    reply_ms,
    active_at,
}
