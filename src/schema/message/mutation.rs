//! Sending messages, and changing the viewer's own.

use super::Message;
use crate::entities::{ConversationId, MessageId};
use crate::error::Result;
use crate::schema::context::ContextExt;
use crate::schema::node::Global;
use crate::schema::user::no_media_list;
use crate::schema::user_error::{outcome, payload};
use crate::services::{self, MessageSend};
use async_graphql::{Context, ID, InputObject, Object};

/// New message
#[derive(InputObject)]
pub struct MessageSendInput {
    /// Where to
    conversation_id: ID,
    /// 1 to 10,000 characters
    body: String,
    /// Uploads of the viewer's own that go with it
    attachment_ids: Option<Vec<ID>>,
    /// Message of the same conversation that it answers
    reply_to_id: Option<ID>,
    /// Made by the client; the same key never sends twice
    idempotency_key: String,
}

/// Another body for a message
#[derive(InputObject)]
pub struct MessageEditInput {
    /// Which message of the viewer's own
    id: ID,
    /// 1 to 10,000 characters
    body: String,
}

payload! {
    /// New message
    MessageSendPayload { message: Message }
}
payload! {
    /// Message after the change
    MessagePayload { message: Message }
}

/// Mutations on messages
#[derive(Default)]
pub struct MessageMutation;

#[Object]
impl MessageMutation {
    /// Writes into a conversation; whoever writes has read what was there. In an ASSISTANT conversation
    /// the reply arrives as a STREAMING message through the stream
    async fn message_send(
        &self,
        ctx: &Context<'_>,
        input: MessageSendInput,
    ) -> Result<MessageSendPayload> {
        let sent = async {
            ctx.viewer().member()?;
            no_media_list(input.attachment_ids.as_deref(), "attachmentIds")?;
            let reply_to = input.reply_to_id.as_ref();
            let input = MessageSend {
                conversation: ConversationId::read(&input.conversation_id, "conversationId")?,
                reply_to: reply_to.map(|id| MessageId::read(id, "replyToId")).transpose()?,
                body: input.body,
                idempotency_key: input.idempotency_key,
            };
            services::message_send(ctx.app(), ctx.viewer(), input).await
        };
        outcome(sent.await, |row| MessageSendPayload::done(Message(row)))
    }

    /// Gives the viewer's own message another body
    async fn message_edit(
        &self,
        ctx: &Context<'_>,
        input: MessageEditInput,
    ) -> Result<MessagePayload> {
        let edited = async {
            ctx.viewer().member()?;
            let id = MessageId::read(&input.id, "id")?;
            services::message_edit(ctx.app(), ctx.viewer(), id, input.body).await
        };
        outcome(edited.await, |row| MessagePayload::done(Message(row)))
    }

    /// Takes the viewer's own message back: its place stays, its text is gone
    async fn message_delete(&self, ctx: &Context<'_>, id: ID) -> Result<MessagePayload> {
        let deleted = async {
            ctx.viewer().member()?;
            let id = MessageId::read(&id, "id")?;
            services::message_delete(ctx.app(), ctx.viewer(), id).await
        };
        outcome(deleted.await, |row| MessagePayload::done(Message(row)))
    }
}
