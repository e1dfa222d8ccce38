//! Messages of a conversation, as lists.

use super::list::{Listed, Query};
use crate::db::{Partition, Sql};
use crate::entities::{ConversationId, Message, message};
use uuid::Uuid;

/// Messages as a noun of lists
#[derive(Debug)]
pub struct Messages;

impl Listed for Messages {
    type Scope = ConversationId;
    type Filter = ();
    type Row = Message;
    const TABLE: &'static str = "message";
    const CARD: &'static [&'static str] = message::CARD;
    const WIDE: &'static str = "";

    fn column(_: &ConversationId) -> Option<&'static str> {
        Some("conversation_id")
    }

    fn partition(conversations: &[&ConversationId], _: &Query<Self>) -> Partition {
        let parents = conversations.iter().map(|conversation| vec![conversation.0]).collect();
        Partition { column: Some("conversation_id"), parents }
    }

    fn conditions(_: &mut Sql, _: &str, _: &[&ConversationId], _: &Query<Self>) {}

    fn id(row: &Message) -> Uuid {
        row.id.0
    }
}
