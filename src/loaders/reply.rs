//! What replies of the assistant took, and what people wrote and asked by day.

use super::batch::{Table, question};
use crate::entities::{ChatDay, MessageId, Reply, UserId};
use std::sync::Arc;

const REPLIES: Table = Table { name: "reply", only: "t.finished_at IS NOT NULL" };
const DAYS: Table = Table { name: "chat_day", only: "" };

question! {
    /// What a reply took, once it has ended
    ReplyOf(MessageId) -> Arc<Reply>,
    |loads, keys| {
        let ids = keys.iter().map(|key| key.0.0);
        loads.rows_by_id(REPLIES, "t.message_id", ids, |row: &Reply| ReplyOf(row.message_id)).await
    }
}

question! {
    /// All days in which a person wrote, the newest first
    ChatDaysOf(UserId) -> Arc<[Arc<ChatDay>]>,
    |loads, keys| {
        let mut sql = loads.select::<ChatDay>(DAYS);
        sql.any_id("t.user_id", keys.iter().map(|key| key.0.0));
        sql.push(" ORDER BY t.day DESC");
        loads.grouped(sql, keys, |key| key.0, |_, row: &ChatDay| Ok(row.user_id)).await
    }
}
