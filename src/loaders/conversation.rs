//! Conversations by id, who is in them, and how much somebody has not read.

use super::batch::{Table, question};
use crate::entities::{Conversation, ConversationId, OrderId, Participant, Row, UserId};
use sea_orm::TryGetable;
use std::sync::Arc;

const CONVERSATIONS: Table = Table { name: "conversation", only: "" };
const PARTICIPANTS: Table = Table { name: "participant", only: "" };

question! {
    /// The conversation with an id
    ConversationById(ConversationId) -> Arc<Conversation>,
    |loads, keys| {
        let ids = keys.iter().map(|key| key.0.0);
        let key = |row: &Conversation| ConversationById(row.id);
        loads.rows_by_id(CONVERSATIONS, "t.id", ids, key).await
    }
}

question! {
    /// The conversation about an order
    ConversationOfOrder(OrderId) -> Arc<Conversation>,
    |loads, keys| {
        let mut sql = loads.select::<Conversation>(CONVERSATIONS);
        sql.any_id("t.order_id", keys.iter().map(|key| key.0.0));
        let found = loads.rows(sql).await?;
        let rows = found.iter().map(|row| Conversation::read(row, 0));
        let about = |row: Conversation| Some((ConversationOfOrder(row.order_id?), Arc::new(row)));
        Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().filter_map(about).collect())
    }
}

question! {
    /// People of a conversation, the first to join first
    ParticipantsOf(ConversationId) -> Arc<[Arc<Participant>]>,
    |loads, keys| {
        let mut sql = loads.select::<Participant>(PARTICIPANTS);
        sql.any_id("t.conversation_id", keys.iter().map(|key| key.0.0));
        sql.push(" ORDER BY t.joined_at, t.id");
        let conversation = |_: &_, row: &Participant| Ok(row.conversation_id);
        loads.grouped(sql, keys, |key| key.0, conversation).await
    }
}

question! {
    /// A person's place in a conversation; nothing where they are not in it
    ParticipantOf((ConversationId, UserId)) -> Arc<Participant>,
    |loads, keys| {
        let mut sql = loads.select::<Participant>(PARTICIPANTS);
        sql.any_id("t.conversation_id", keys.iter().map(|key| key.0.0.0));
        sql.push(" AND ").any_id("t.user_id", keys.iter().map(|key| key.0.1.0));
        let key = |row: &Participant| ParticipantOf((row.conversation_id, row.user_id));
        loads.keyed(sql, key).await
    }
}

question! {
    /// Messages that a person has not read, in all their conversations
    UnreadOf(UserId) -> i64,
    |loads, keys| {
        let mut sql = loads.sql(
            "SELECT t.user_id, CAST(sum(t.last_position - t.read_up_to) AS bigint) FROM participant t \
             WHERE t.last_position > t.read_up_to AND ",
        );
        sql.any_id("t.user_id", keys.iter().map(|key| key.0.0)).push(" GROUP BY t.user_id");
        let rows = loads.rows(sql).await?;
        let entry = |row| {
            Ok((UnreadOf(UserId::try_get_by_index(row, 0)?), i64::try_get_by_index(row, 1)?))
        };
        rows.iter().map(entry).collect()
    }
}
