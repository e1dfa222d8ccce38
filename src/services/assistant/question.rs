//! Takes a question in: it is answered once at a time, and so often a day.

use super::Pending;
use crate::app::App;
use crate::db::{Columns, WriteTx};
use crate::entities::{
    Conversation, ConversationKind, Message, MessageAuthor, MessageId, MessageStatus, Timestamp,
};
use crate::error::{Code, Refusal, Result};
use crate::events::News;
use crate::services::message::{append, at};
use crate::services::quota::count_question;
use crate::services::viewer::Member;

/// Writes the beginning of a reply after a question, if it is one: refused while a reply is on its way,
/// and once there were too many in a day. `asked` are the questions of the
/// day, with this one.
pub(in crate::services) async fn take(
    app: &App,
    tx: &WriteTx,
    member: &Member,
    found: &mut Conversation,
    (question, asked): (&Message, u32),
    news: &mut News,
) -> Result<Option<Pending>> {
    if found.kind != ConversationKind::Assistant {
        return Ok(None);
    }
    let set = app.settings.now().daily_questions;
    let limit = set.unwrap_or(app.config.assistant_daily_limit);
    if asked > limit {
        let message =
            format!("The assistant answers {limit} questions a day; the next after midnight UTC");
        return Err(refuse(Code::TooManyAttempts, message).into());
    }
    count_question(app, member.user.id).await?;
    // The question itself is the last message by now.
    let before = at(tx, found.id, question.position - 1).await?;
    if before.is_some_and(|before| before.status == MessageStatus::Streaming) {
        let message = "The assistant is still answering; ask once it has".to_owned();
        return Err(refuse(Code::Conflict, message).into());
    }
    let now = question.sent_at;
    let reply = Message {
        id: MessageId(app.ids.next()),
        conversation_id: found.id,
        position: question.position + 1,
        author: MessageAuthor::Assistant,
        sender_id: None,
        body: String::new(),
        reply_to_id: Some(question.id),
        status: MessageStatus::Streaming,
        version: 1,
        sent_at: now,
        edited_at: None,
    };
    append(tx, found, &reply, news, now).await?;
    insert(tx, member, &reply, now).await?;
    Ok(Some(Pending { person: member.user.id, reply }))
}

fn refuse(code: Code, message: String) -> Refusal {
    Refusal::new(code, message).at("conversationId")
}

async fn insert(tx: &WriteTx, member: &Member, reply: &Message, now: Timestamp) -> Result<()> {
    let columns = Columns::of("reply")
        .set("message_id", reply.id)
        .set("user_id", member.user.id)
        .set("beat_at", now)
        .set("model", "")
        .set("prompt_tokens", 0)
        .set("completion_tokens", 0)
        .set("latency_ms", 0)
        .set("from_cache", false);
    Ok(tx.insert(columns).await?)
}
