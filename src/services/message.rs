//! Messages: sent, edited, taken back.
//!
//! A message takes the next position of its conversation, whose row it holds until the end: positions
//! have no gap. Whoever writes has read what was there.

use super::assistant;
use super::chat_usage::{Used, count};
use super::conversation::{join_staff, lock, no_conversation, people};
use super::idempotency::Keyed;
use super::input::paragraphs;
use super::message_search::replace_words;
use super::viewer::{Member, Viewer};
use crate::app::App;
use crate::db::{Columns, Reads, WriteTx};
use crate::entities::{
    Conversation, ConversationId, ConversationKind, Message, MessageAuthor, MessageId,
    MessageStatus, Row, Timestamp,
};
use crate::error::{Code, Refusal, Result};
use crate::events::{Kind, News, Topic};
use sea_orm::FromQueryResult;
use std::sync::Arc;

/// Longest body, in characters
const MAX_BODY: usize = 10_000;

/// Input of [`message_send`]
#[derive(Clone, Debug)]
pub struct MessageSend {
    pub conversation: ConversationId,
    pub body: String,
    pub reply_to: Option<MessageId>,
    pub idempotency_key: String,
}

/// Sends a message. The same key and input: the same message.
///
/// # Errors
/// Refused where the body is empty or too long, the message replied to is elsewhere, or the viewer
/// is not in the conversation.
pub async fn message_send(app: &App, viewer: &Viewer, input: MessageSend) -> Result<Arc<Message>> {
    let member = viewer.member()?;
    let keyed = Keyed::new("messageSend", Some(&input.idempotency_key), &input)?;
    let body = body(input.body.clone())?;
    let id = MessageId(app.ids.next());
    let tx = app.db.write().await?;
    let mut found = lock(&tx, input.conversation, member.user.id)
        .await?
        .ok_or_else(|| no_conversation("conversationId"))?;
    if let Some(keyed) = keyed
        && let Some(sent) = keyed.claim(app, &tx, member, id.0).await?
    {
        let sent = read(&tx, MessageId(sent)).await?.ok_or_else(no_message)?;
        tx.commit().await?;
        return Ok(Arc::new(sent));
    }
    if let Some(reply_to) = input.reply_to {
        let there = read(&tx, reply_to).await?;
        if there.is_none_or(|there| there.conversation_id != found.id) {
            let message = "There is no such message in this conversation";
            return Err(Refusal::new(Code::NotFound, message).at("replyToId").into());
        }
    }
    let now = app.clock.now();
    if let (ConversationKind::Order, Some(order)) = (found.kind, found.order_id) {
        join_staff(&tx, &found, order, || app.ids.next(), now).await?;
    }
    let sent = Message {
        id,
        conversation_id: found.id,
        position: found.last_position + 1,
        author: MessageAuthor::Person,
        sender_id: Some(member.user.id),
        body,
        reply_to_id: input.reply_to,
        status: MessageStatus::Sent,
        version: 1,
        sent_at: now,
        edited_at: None,
    };
    let mut news = News::default();
    append(&tx, &mut found, &sent, &mut news, now).await?;
    let question = found.kind == ConversationKind::Assistant;
    let used = Used { messages: 1, asked: i32::from(question), ..Used::default() };
    let asked = count(&tx, member.user.id, now, used).await?;
    let pending = assistant::take(app, &tx, member, &mut found, (&sent, asked), &mut news).await?;
    app.log.commit(tx, news, now).await?;
    if let Some(pending) = pending {
        app.replies.ask(pending);
    }
    Ok(Arc::new(sent))
}

/// Writes a message at the end of its conversation, and adds it to what everybody is told.
pub(super) async fn append(
    tx: &WriteTx,
    found: &mut Conversation,
    sent: &Message,
    news: &mut News,
    now: Timestamp,
) -> Result<()> {
    (found.last_position, found.updated_at) = (sent.position, now);
    let columns =
        Columns::of("conversation").set("last_position", sent.position).set("updated_at", now);
    tx.update(found.id.0, columns).await?;
    let columns = Columns::of("message")
        .set("id", sent.id)
        .set("conversation_id", sent.conversation_id)
        .set("position", sent.position)
        .set("author", sent.author)
        .set("sender_id", sent.sender_id)
        .set("body", sent.body.clone())
        .set("reply_to_id", sent.reply_to_id)
        .set("status", sent.status)
        .set("version", sent.version)
        .set("sent_at", sent.sent_at)
        .set("edited_at", sent.edited_at);
    tx.insert(columns).await?;
    replace_words(tx, None, sent).await?;
    let mut sql = tx.sql("UPDATE participant SET last_position = ");
    sql.bind(sent.position).push(", active_at = ").bind(now);
    if let Some(sender) = sent.sender_id {
        for column in ["read_up_to", "delivered_up_to"] {
            sql.push(", ").push(column).push(" = CASE WHEN user_id = ").bind(sender);
            sql.push(" THEN ").bind(sent.position).push(" ELSE ").push(column).push(" END");
        }
    }
    sql.push(" WHERE conversation_id = ").bind(found.id);
    tx.run(sql).await?;
    tell(tx, news, sent, Kind::MessageSent).await
}

/// Adds what happened to a message to what everybody in its conversation is told.
pub(super) async fn tell(tx: &WriteTx, news: &mut News, of: &Message, kind: Kind) -> Result<()> {
    news.add(Topic::Conversation(of.conversation_id), kind, of.id.0, of.version);
    for person in people(tx, of.conversation_id).await? {
        news.add(Topic::Inbox(person), kind, of.id.0, of.version);
    }
    Ok(())
}

/// Gives the viewer's own message another body.
///
/// # Errors
/// Refused to others than the sender, and for a message that was taken back.
pub async fn message_edit(
    app: &App,
    viewer: &Viewer,
    id: MessageId,
    new_body: String,
) -> Result<Arc<Message>> {
    let member = viewer.member()?;
    let body = body(new_body)?;
    let (tx, before) = own(app, member, id).await?;
    let mut edited = before.clone();
    if edited.status == MessageStatus::Deleted {
        let message = "This message was deleted; write a new one";
        return Err(Refusal::new(Code::Conflict, message).at("id").into());
    }
    let now = app.clock.now();
    if edited.body == body {
        tx.commit().await?;
        return Ok(Arc::new(edited));
    }
    (edited.body, edited.edited_at) = (body, Some(now));
    change(app, tx, (before, edited), now).await
}

/// Takes the viewer's own message back: its place stays, its text is gone. Taken back again it is the
/// same.
///
/// # Errors
/// Refused to others than the sender.
pub async fn message_delete(app: &App, viewer: &Viewer, id: MessageId) -> Result<Arc<Message>> {
    let member = viewer.member()?;
    let (tx, before) = own(app, member, id).await?;
    let mut deleted = before.clone();
    if deleted.status == MessageStatus::Deleted {
        tx.commit().await?;
        return Ok(Arc::new(deleted));
    }
    (deleted.body, deleted.status) = (String::new(), MessageStatus::Deleted);
    change(app, tx, (before, deleted), app.clock.now()).await
}

async fn change(
    app: &App,
    tx: WriteTx,
    (before, mut changed): (Message, Message),
    now: Timestamp,
) -> Result<Arc<Message>> {
    changed.version += 1;
    let columns = Columns::of("message")
        .set("body", changed.body.clone())
        .set("status", changed.status)
        .set("version", changed.version)
        .set("edited_at", changed.edited_at);
    tx.update(changed.id.0, columns).await?;
    replace_words(&tx, Some(&before), &changed).await?;
    let mut news = News::default();
    tell(&tx, &mut news, &changed, Kind::MessageChanged).await?;
    app.log.commit(tx, news, now).await?;
    Ok(Arc::new(changed))
}

/// A message of the member's own, with its conversation locked.
async fn own(app: &App, member: &Member, id: MessageId) -> Result<(WriteTx, Message)> {
    let tx = app.db.write().await?;
    let seen = read(&tx, id).await?.ok_or_else(no_message)?;
    lock(&tx, seen.conversation_id, member.user.id).await?.ok_or_else(no_message)?;
    // As it is now that nobody else can change it
    let found = read(&tx, id).await?.ok_or_else(no_message)?;
    if found.sender_id != Some(member.user.id) {
        let message = "Only who wrote a message may change it";
        return Err(Refusal::new(Code::Forbidden, message).at("id").into());
    }
    Ok((tx, found))
}

/// The message at a position, where there is one
pub(super) async fn at(
    tx: &WriteTx,
    conversation: ConversationId,
    position: i32,
) -> Result<Option<Message>> {
    let mut sql = tx.sql("SELECT ");
    sql.columns("m", Message::CARD).push(" FROM message m WHERE m.conversation_id = ");
    sql.bind(conversation).push(" AND m.position = ").bind(position);
    let row = tx.one(sql).await?;
    Ok(row.map(|row| Message::from_query_result(&row, "")).transpose()?)
}

async fn read(tx: &WriteTx, id: MessageId) -> Result<Option<Message>> {
    let mut sql = tx.sql("SELECT ");
    sql.columns("m", Message::CARD).push(" FROM message m WHERE m.id = ").bind(id);
    let row = tx.one(sql).await?;
    Ok(row.map(|row| Message::from_query_result(&row, "")).transpose()?)
}

fn body(given: String) -> Result<String, Refusal> {
    let body = paragraphs("body", MAX_BODY)(given)?;
    if body.is_empty() {
        return Err(Refusal::new(Code::Required, "A message says something").at("body"));
    }
    Ok(body)
}

fn no_message() -> Refusal {
    Refusal::new(Code::NotFound, "There is no such message").at("id")
}
