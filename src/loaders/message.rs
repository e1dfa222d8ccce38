//! Messages by id and by their place in a conversation.

use super::batch::{Table, question};
use crate::entities::{ConversationId, Message, MessageId, Row};
use std::sync::Arc;

const MESSAGES: Table = Table { name: "message", only: "" };

question! {
    /// The message with an id
    MessageById(MessageId) -> Arc<Message>,
    |loads, keys| {
        let ids = keys.iter().map(|key| key.0.0);
        loads.rows_by_id(MESSAGES, "t.id", ids, |row: &Message| MessageById(row.id)).await
    }
}

question! {
    /// The message at a position of a conversation
    MessageAt((ConversationId, i32)) -> Arc<Message>,
    |loads, keys| {
        let wanted: Vec<_> = keys.iter().map(|key| (key.0.0.0, key.0.1)).collect();
        let mut sql = loads.sql("SELECT ");
        sql.columns("t", Message::CARD).push(" FROM ").quantities(&wanted);
        sql.push(" JOIN message t ON t.conversation_id = v.id AND t.position = v.quantity");
        loads.keyed(sql, |row: &Message| MessageAt((row.conversation_id, row.position))).await
    }
}
