//! That somebody is writing: told, and stored nowhere.

use super::no_conversation;
use crate::app::App;
use crate::db::Reads;
use crate::entities::ConversationId;
use crate::error::Result;
use crate::events::{Told, Topic};
use crate::services::viewer::Viewer;

/// Tells whoever follows a conversation that the viewer is writing.
///
/// # Errors
/// Refused where the viewer is in no such conversation.
pub async fn typing_signal(app: &App, viewer: &Viewer, id: ConversationId) -> Result<()> {
    let person = viewer.member()?.user.id;
    let mut sql = app.db.reader().sql("SELECT 1 FROM participant WHERE conversation_id = ");
    sql.bind(id).push(" AND user_id = ").bind(person);
    if app.db.reader().one(sql).await?.is_none() {
        return Err(no_conversation("conversationId").into());
    }
    app.log.hub().pass(Topic::Conversation(id), Told::Typing(person));
    Ok(())
}
