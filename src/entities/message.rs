//! Table `message`: what was written, each at its position in the conversation.

use super::row::card;
use super::{ConversationId, MessageId, Timestamp, UserId};
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult};

/// What wrote a message
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum MessageAuthor {
    /// Somebody
    Person = 0,
    /// The assistant
    Assistant = 1,
    /// Plaza itself
    System = 2,
}

/// What became of a message
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum MessageStatus {
    /// Whole
    Sent = 0,
    /// Being written
    Streaming = 1,
    /// Broken off
    Failed = 2,
    /// Taken back: its place stays, its text is gone
    Deleted = 3,
}

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    /// From 1, gapless within the conversation
    pub position: i32,
    pub author: MessageAuthor,
    pub sender_id: Option<UserId>,
    pub body: String,
    pub reply_to_id: Option<MessageId>,
    pub status: MessageStatus,
    /// Grows with each change
    pub version: i32,
    pub sent_at: Timestamp,
    pub edited_at: Option<Timestamp>,
}

card! {
    Model:
    id,
    conversation_id,
    position,
    author,
    sender_id,
    body,
    reply_to_id,
    status,
    version,
    sent_at,
    edited_at,
}
