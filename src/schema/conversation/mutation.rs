//! Starting conversations, and what becomes of them.

use super::{Conversation, ConversationKind};
use crate::entities::{Conversation as Row, ConversationId, OrderId};
use crate::error::Result;
use crate::schema::context::ContextExt;
use crate::schema::node::Global;
use crate::schema::user::people;
use crate::schema::user_error::{outcome, payload};
use crate::services::{self, ConversationStart};
use async_graphql::{Context, ID, InputObject, Object};
use std::sync::Arc;

/// New conversation
#[derive(InputObject)]
pub struct ConversationStartInput {
    /// Who writes to whom
    kind: ConversationKind,
    /// DIRECT: the other person. GROUP: up to 199 others. ORDER and ASSISTANT: nobody
    participant_ids: Option<Vec<ID>>,
    /// GROUP and ASSISTANT: at most 100 characters
    title: Option<String>,
    /// ORDER: which one
    order_id: Option<ID>,
}

payload! {
    /// Conversation that was started, or that there was
    ConversationStartPayload { conversation: Conversation }
}
payload! {
    /// Conversation after the change
    ConversationPayload { conversation: Conversation }
}

payload! {
    /// Whether it was told
    TypingPayload {}
}

/// Mutations on conversations
#[derive(Default)]
pub struct ConversationMutation;

#[Object]
impl ConversationMutation {
    /// DIRECT with the same person and ORDER about the same order return the one that exists
    async fn conversation_start(
        &self,
        ctx: &Context<'_>,
        input: ConversationStartInput,
    ) -> Result<ConversationStartPayload> {
        let started = async {
            ctx.viewer().member()?;
            let order = input.order_id.as_ref();
            let input = ConversationStart {
                kind: input.kind.into(),
                people: people(&input.participant_ids.unwrap_or_default(), "participantIds")?,
                title: input.title,
                order: order.map(|id| OrderId::read(id, "orderId")).transpose()?,
            };
            services::conversation_start(ctx.app(), ctx.viewer(), input).await
        };
        outcome(started.await, |row| ConversationStartPayload::done(Conversation::of(row)))
    }

    /// Lets people into a group, up to 200; they see what was written before
    async fn conversation_invite(
        &self,
        ctx: &Context<'_>,
        id: ID,
        user_ids: Vec<ID>,
    ) -> Result<ConversationPayload> {
        let changed = async {
            ctx.viewer().member()?;
            let invited = people(&user_ids, "userIds")?;
            let id = ConversationId::read(&id, "id")?;
            services::conversation_invite(ctx.app(), ctx.viewer(), id, invited).await
        };
        done(changed.await)
    }

    /// Leaves a group, or a conversation with the assistant: nothing of it is seen any more
    async fn conversation_leave(&self, ctx: &Context<'_>, id: ID) -> Result<ConversationPayload> {
        let changed = async {
            ctx.viewer().member()?;
            let id = ConversationId::read(&id, "id")?;
            services::conversation_leave(ctx.app(), ctx.viewer(), id).await
        };
        done(changed.await)
    }

    /// Gives a group, or a conversation with the assistant, another title, of 1 to 100 characters
    async fn conversation_rename(
        &self,
        ctx: &Context<'_>,
        id: ID,
        title: String,
    ) -> Result<ConversationPayload> {
        let changed = async {
            ctx.viewer().member()?;
            let id = ConversationId::read(&id, "id")?;
            services::conversation_rename(ctx.app(), ctx.viewer(), id, title).await
        };
        done(changed.await)
    }

    /// Tells whether a conversation may disturb the viewer
    async fn conversation_mute(
        &self,
        ctx: &Context<'_>,
        id: ID,
        muted: bool,
    ) -> Result<ConversationPayload> {
        let changed = async {
            ctx.viewer().member()?;
            let id = ConversationId::read(&id, "id")?;
            services::conversation_mute(ctx.app(), ctx.viewer(), id, muted).await
        };
        done(changed.await)
    }

    /// Moves the viewer's read position forward, never back
    async fn conversation_mark_read(
        &self,
        ctx: &Context<'_>,
        id: ID,
        position: i32,
    ) -> Result<ConversationPayload> {
        let changed = async {
            ctx.viewer().member()?;
            let id = ConversationId::read(&id, "id")?;
            services::conversation_mark_read(ctx.app(), ctx.viewer(), id, position).await
        };
        done(changed.await)
    }

    /// Tells who follows a conversation that the viewer is writing. Lasts 6 seconds unless sent
    /// again; never stored
    async fn typing_signal(&self, ctx: &Context<'_>, conversation_id: ID) -> Result<TypingPayload> {
        let told = async {
            ctx.viewer().member()?;
            let id = ConversationId::read(&conversation_id, "conversationId")?;
            services::typing_signal(ctx.app(), ctx.viewer(), id).await
        };
        outcome(told.await, |()| TypingPayload::done())
    }
}

fn done(changed: Result<Arc<Row>>) -> Result<ConversationPayload> {
    outcome(changed, |row| ConversationPayload::done(Conversation::of(row)))
}
