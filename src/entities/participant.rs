//! Table `participant`: a person in a conversation, and how far they have read.

use super::row::card;
use super::{ConversationId, Timestamp, UserId};
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: Uuid,
    pub conversation_id: ConversationId,
    pub user_id: UserId,
    pub joined_at: Timestamp,
    /// Position of the last message that they have read; it only grows
    pub read_up_to: i32,
    /// Position of the last message that has come to a device of theirs; it only grows
    pub delivered_up_to: i32,
    /// Position of the conversation's last message
    pub last_position: i32,
    pub muted: bool,
    /// When the conversation's last message was sent, or they joined
    pub active_at: Timestamp,
}

card! {
    Model:
    id,
    conversation_id,
    user_id,
    joined_at,
    read_up_to,
    delivered_up_to,
    last_position,
    muted,
    active_at,
}

impl Model {
    /// Messages past the read position: whoever writes has read, so they are all others'
    pub fn unread(&self) -> i32 {
        (self.last_position - self.read_up_to).max(0)
    }
}
