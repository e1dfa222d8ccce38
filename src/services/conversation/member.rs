//! People who come and go, titles, and what one person wants to hear of.

use super::start::demand_people;
use super::{MAX_PEOPLE, MAX_TITLE, join, lock, lock_kind, no_conversation, people, tell_change};
use crate::app::App;
use crate::db::{Columns, Reads};
use crate::entities::{Conversation, ConversationId, ConversationKind, UserId};
use crate::error::{Code, Refusal, Result};
use crate::events::{Kind, News, Topic};
use crate::services::input::line;
use crate::services::viewer::Viewer;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Conversations that people leave and name as they like
const OWN: [ConversationKind; 2] = [ConversationKind::Group, ConversationKind::Assistant];

/// Lets people into a group. They see what was written before, as read.
///
/// # Errors
/// Refused where the group would be too large, or somebody does not exist.
pub async fn conversation_invite(
    app: &App,
    viewer: &Viewer,
    id: ConversationId,
    invited: Vec<UserId>,
) -> Result<Arc<Conversation>> {
    let member = viewer.member()?;
    let tx = app.db.write().await?;
    let found = lock_kind(&tx, id, member.user.id, &[ConversationKind::Group]).await?;
    if invited.is_empty() || invited.len() > MAX_PEOPLE {
        let message = format!("Invite 1 to {MAX_PEOPLE} people at a time");
        return Err(Refusal::new(Code::OutOfRange, message).at("userIds").into());
    }
    demand_people(&tx, &invited, "userIds").await?;
    let invited = Vec::from_iter(BTreeSet::from_iter(invited));
    let now = app.clock.now();
    let joined = join(&tx, &found, &invited, || app.ids.next(), now).await?;
    let everybody = people(&tx, id).await?;
    if everybody.len() > MAX_PEOPLE {
        let message = format!("A group has at most {MAX_PEOPLE} people");
        return Err(Refusal::new(Code::OutOfRange, message).at("userIds").into());
    }
    let mut news = News::default();
    if joined > 0 {
        tell_change(&mut news, id, &everybody);
    }
    app.log.commit(tx, news, now).await?;
    Ok(Arc::new(found))
}

/// Leaves a group, or a conversation with the assistant: nothing of it is seen any more.
///
/// # Errors
/// Refused where it is neither.
pub async fn conversation_leave(
    app: &App,
    viewer: &Viewer,
    id: ConversationId,
) -> Result<Arc<Conversation>> {
    let member = viewer.member()?;
    let tx = app.db.write().await?;
    let found = lock_kind(&tx, id, member.user.id, &OWN).await?;
    let everybody = people(&tx, id).await?;
    let mut sql = tx.sql("DELETE FROM participant WHERE conversation_id = ");
    sql.bind(id).push(" AND user_id = ").bind(member.user.id);
    tx.run(sql).await?;
    let mut news = News::right_lost_by(member.user.id);
    tell_change(&mut news, id, &everybody);
    app.log.commit(tx, news, app.clock.now()).await?;
    Ok(Arc::new(found))
}

/// Gives a group, or a conversation with the assistant, another title.
///
/// # Errors
/// Refused where it is neither, or the title empty or too long.
pub async fn conversation_rename(
    app: &App,
    viewer: &Viewer,
    id: ConversationId,
    title: String,
) -> Result<Arc<Conversation>> {
    let member = viewer.member()?;
    let title = line("title", 1, MAX_TITLE)(title)?;
    let tx = app.db.write().await?;
    let mut found = lock_kind(&tx, id, member.user.id, &OWN).await?;
    let mut news = News::default();
    if found.title.as_ref() != Some(&title) {
        tx.update(id.0, Columns::of("conversation").set("title", title.clone())).await?;
        found.title = Some(title);
        tell_change(&mut news, id, &people(&tx, id).await?);
    }
    app.log.commit(tx, news, app.clock.now()).await?;
    Ok(Arc::new(found))
}

/// Tells whether a conversation may disturb the viewer.
///
/// # Errors
/// Refused where there is no such conversation.
pub async fn conversation_mute(
    app: &App,
    viewer: &Viewer,
    id: ConversationId,
    muted: bool,
) -> Result<Arc<Conversation>> {
    let member = viewer.member()?;
    let tx = app.db.write().await?;
    let found = lock(&tx, id, member.user.id).await?.ok_or_else(|| no_conversation("id"))?;
    let mut sql = tx.sql("UPDATE participant SET muted = ");
    sql.bind(muted).push(" WHERE conversation_id = ").bind(id);
    sql.push(" AND user_id = ").bind(member.user.id).push(" AND muted <> ").bind(muted);
    let mut news = News::default();
    if tx.run(sql).await? == 1 {
        news.add(Topic::Inbox(member.user.id), Kind::ConversationChanged, id.0, 0);
    }
    app.log.commit(tx, news, app.clock.now()).await?;
    Ok(Arc::new(found))
}
