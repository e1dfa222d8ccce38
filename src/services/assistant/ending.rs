//! A reply's end: whole, or broken off; also where its server has died.

use super::Pending;
use crate::app::App;
use crate::db::{Reads, UPKEEP, WriteTx};
use crate::entities::{Message, MessageStatus, Row, Timestamp, UserId};
use crate::error::Result;
use crate::events::{Kind, News};
use crate::gateways::assistant::Usage;
use crate::services::chat_usage::{Used, count};
use crate::services::message::tell;
use crate::services::message_search::replace_words;
use sea_orm::{FromQueryResult, TryGetable};

/// A reply without a sign of life for so long is lost, in seconds
const LOST_SECONDS: i64 = 15;
/// Lost replies that are ended at a time
const AT_ONCE: i32 = 100;

/// What came of a reply
pub(super) struct Outcome {
    pub status: MessageStatus,
    pub usage: Usage,
}

impl Outcome {
    pub(super) fn whole(usage: Usage) -> Self {
        Self { status: MessageStatus::Sent, usage }
    }

    /// What was said stands, and it is seen that more was meant to come.
    pub(super) fn broken_off() -> Self {
        Self { status: MessageStatus::Failed, usage: Usage::default() }
    }
}

/// Ends a reply, once: whoever comes second changes nothing. Without a text what was stored stands.
pub(super) async fn end(
    app: &App,
    pending: &Pending,
    text: Option<String>,
    outcome: &Outcome,
) -> Result<()> {
    let now = app.clock.now();
    let tx = app.db.write().await?;
    let mut sql = tx.sql("SELECT 1 FROM conversation WHERE id = ");
    sql.bind(pending.reply.conversation_id).either(" FOR UPDATE", "");
    tx.one(sql).await?;
    let mut sql = tx.sql("UPDATE message SET version = version + 1, status = ");
    sql.bind(outcome.status);
    if let Some(text) = text {
        sql.push(", body = ").bind(text);
    }
    sql.push(" WHERE id = ").bind(pending.reply.id);
    sql.push(" AND status = ").bind(MessageStatus::Streaming).push(" RETURNING ");
    sql.columns("message", Message::CARD);
    let Some(row) = tx.one(sql).await? else { return Ok(()) };
    let ended = Message::from_query_result(&row, "")?;
    replace_words(&tx, None, &ended).await?;
    let used = finish(&tx, pending, outcome, now).await?;
    count(&tx, pending.person, now, used).await?;
    let mut news = News::default();
    tell(&tx, &mut news, &ended, Kind::MessageChanged).await?;
    app.log.commit(tx, news, now).await
}

async fn finish(
    tx: &WriteTx,
    pending: &Pending,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<Used> {
    let usage = &outcome.usage;
    let number = |tokens: u32| i32::try_from(tokens).unwrap_or(i32::MAX);
    let took = (now.0 - pending.reply.sent_at.0).max(0) / 1000;
    let mut sql = tx.sql("UPDATE reply SET finished_at = ");
    sql.bind(now).push(", model = ").bind(usage.model.clone());
    sql.push(", prompt_tokens = ").bind(number(usage.prompt_tokens));
    sql.push(", completion_tokens = ").bind(number(usage.completion_tokens));
    sql.push(", latency_ms = ").bind(i32::try_from(took).unwrap_or(i32::MAX));
    sql.push(", from_cache = ").bind(usage.from_cache);
    sql.push(" WHERE message_id = ").bind(pending.reply.id);
    tx.run(sql).await?;
    let tokens = i64::from(usage.prompt_tokens) + i64::from(usage.completion_tokens);
    Ok(match outcome.status {
        MessageStatus::Sent => Used { replies: 1, tokens, reply_ms: took, ..Used::default() },
        _ => Used { tokens, ..Used::default() },
    })
}

/// Ends replies whose server has died.
pub(super) async fn end_lost(app: &App) -> Result<()> {
    let reader = app.db.reader();
    let mut sql = reader.sql(UPKEEP);
    sql.push("SELECT ").columns("m", Message::CARD);
    sql.push(", r.user_id AS asker FROM reply r JOIN message m ON m.id = r.message_id");
    sql.push(" WHERE r.finished_at IS NULL AND r.beat_at < ");
    sql.bind(app.clock.now().plus_seconds(-LOST_SECONDS));
    sql.push(" ORDER BY r.beat_at LIMIT ").bind(AT_ONCE);
    for row in reader.all(sql).await? {
        let reply = Message::from_query_result(&row, "")?;
        let pending = Pending { person: UserId::try_get_by(&row, "asker")?, reply };
        end(app, &pending, None, &Outcome::broken_off()).await?;
    }
    Ok(())
}
