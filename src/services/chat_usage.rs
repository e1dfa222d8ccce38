//! What a person wrote and asked, by day of UTC: counted as it happens, in the same transaction.

use crate::db::{Reads, WriteTx};
use crate::entities::{Timestamp, UserId, day_number};
use crate::error::Result;

/// What is added to a person's day
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Used {
    /// Messages that they wrote
    pub messages: i32,
    /// Of those, questions to the assistant
    pub asked: i32,
    /// Replies that came to their end
    pub replies: i32,
    /// Tokens of these
    pub tokens: i64,
    /// Time that these took
    pub reply_ms: i64,
}

/// Adds to a person's day; the questions that they have asked in it.
pub(super) async fn count(tx: &WriteTx, person: UserId, now: Timestamp, used: Used) -> Result<u32> {
    let mut sql = tx.sql(
        "INSERT INTO chat_day (user_id, day, messages, asked, replies, tokens, reply_ms, active_at) VALUES (",
    );
    sql.bind(person).push(", ").bind(day_number(now.to_utc().date_naive()));
    for number in [used.messages, used.asked, used.replies] {
        sql.push(", ").bind(number);
    }
    sql.push(", ").bind(used.tokens).push(", ").bind(used.reply_ms).push(", ").bind(now);
    sql.push(") ON CONFLICT (user_id, day) DO UPDATE SET active_at = excluded.active_at");
    for column in ["messages", "asked", "replies", "tokens", "reply_ms"] {
        sql.push(&format!(", {column} = chat_day.{column} + excluded.{column}"));
    }
    sql.push(" RETURNING asked");
    let asked: Option<i32> = tx.value(sql).await?;
    Ok(asked.and_then(|asked| u32::try_from(asked).ok()).unwrap_or_default())
}
