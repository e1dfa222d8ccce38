//! How far a person has read: one number, which only grows.

use super::{lock, no_conversation, participant_of};
use crate::app::App;
use crate::db::Columns;
use crate::entities::{Conversation, ConversationId};
use crate::error::{Code, Refusal, Result};
use crate::events::{Kind, News, Topic};
use crate::services::viewer::Viewer;
use std::sync::Arc;

/// Moves the viewer's read position forward; a lower one is ignored, since devices may tell in any
/// order.
///
/// # Errors
/// Refused past the last message.
pub async fn conversation_mark_read(
    app: &App,
    viewer: &Viewer,
    id: ConversationId,
    position: i32,
) -> Result<Arc<Conversation>> {
    let member = viewer.member()?;
    let tx = app.db.write().await?;
    let found = lock(&tx, id, member.user.id).await?.ok_or_else(|| no_conversation("id"))?;
    if !(0..=found.last_position).contains(&position) {
        let message = format!("The last message is at position {}", found.last_position);
        return Err(Refusal::new(Code::OutOfRange, message).at("position").into());
    }
    let own = participant_of(&tx, id, member.user.id).await?;
    let own = own.ok_or_else(|| no_conversation("id"))?;
    let mut news = News::default();
    if position > own.read_up_to {
        let columns = Columns::of("participant")
            .set("read_up_to", position)
            .set("delivered_up_to", position.max(own.delivered_up_to));
        tx.update(own.id, columns).await?;
        news.add(Topic::Conversation(id), Kind::ReadMoved, member.user.id.0, position);
        news.add(Topic::Inbox(member.user.id), Kind::ReadMoved, id.0, position);
    }
    app.log.commit(tx, news, app.clock.now()).await?;
    Ok(Arc::new(found))
}
