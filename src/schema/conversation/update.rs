//! Conversations as they move: one of them, or all of the viewer's.

use super::{Conversation, conversation, place};
use crate::entities::{ConversationId, MessageId, UserId};
use crate::error::{Fault, Result};
use crate::events::{Chunk, Kind, Passing, Topic, beginning};
use crate::loaders::{ConversationById, MessageById, ParticipantOf, UnreadOf};
use crate::schema::context::ContextExt;
use crate::schema::follow::{Delivery, UpdateKind, follow};
use crate::schema::message::Message;
use crate::schema::node::Global;
use crate::schema::scalar::count;
use crate::schema::user::{User, user};
use async_graphql::{Context, ID, Object, SimpleObject, Subscription, Union};
use futures_util::Stream;
use std::sync::Arc;

/// What happened in a conversation
#[derive(Union)]
pub enum ConversationChange {
    MessageSent(MessageSent),
    MessageChanged(MessageChanged),
    MessageChunk(MessageChunk),
    ReadMoved(ReadMoved),
    TypingChanged(TypingChanged),
    ParticipantsChanged(ParticipantsChanged),
}

/// Somebody wrote
#[derive(SimpleObject)]
pub struct MessageSent {
    /// As it is now
    message: Message,
}

/// Edited, deleted, finished or failed
#[derive(SimpleObject)]
pub struct MessageChanged {
    /// As it is now
    message: Message,
}

/// The next piece of an assistant's reply. The body up to `offset`, with `text` after it, is the whole
/// reply so far. The first piece that a stream hears of a reply begins at 0, however much was written
pub struct MessageChunk(Chunk);

/// The next piece of an assistant's reply. The body up to `offset`, with `text` after it, is the whole
/// reply so far. The first piece that a stream hears of a reply begins at 0, however much was written
#[Object]
impl MessageChunk {
    /// The reply
    async fn message_id(&self) -> ID {
        self.0.message.global()
    }

    /// Number of the piece, from 0
    async fn index(&self) -> i32 {
        self.0.index
    }

    /// Where in the body the text begins: UTF-16 code units, as JavaScript counts
    async fn offset(&self) -> i32 {
        self.0.offset
    }

    /// What is new
    async fn text(&self) -> &str {
        &self.0.text
    }
}

/// Somebody has read further
pub struct ReadMoved {
    person: UserId,
    read_up_to: i32,
    delivered_up_to: i32,
}

/// Somebody has read further
#[Object]
impl ReadMoved {
    /// Who it is
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        user(ctx, self.person).await
    }

    /// Position of the last message that they have read
    async fn read_up_to(&self) -> i32 {
        self.read_up_to
    }

    /// Position of the last message that has come to a device of theirs
    async fn delivered_up_to(&self) -> i32 {
        self.delivered_up_to
    }
}

/// Somebody is writing, or no longer
pub struct TypingChanged {
    person: UserId,
    typing: bool,
}

/// Somebody is writing, or no longer
#[Object]
impl TypingChanged {
    /// Who it is
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        user(ctx, self.person).await
    }

    /// False once nothing was heard of it for 6 seconds
    async fn typing(&self) -> bool {
        self.typing
    }
}

/// Somebody came or left, or the conversation has another title
#[derive(SimpleObject)]
pub struct ParticipantsChanged {
    /// As it is now
    conversation: Conversation,
}

/// What one conversation's stream delivers
pub struct ConversationUpdate {
    of: ConversationId,
    delivery: Arc<Delivery>,
}

/// What one conversation's stream delivers
#[Object]
impl ConversationUpdate {
    /// Why it came
    async fn kind(&self) -> UpdateKind {
        self.delivery.kind
    }

    /// Place in the stream; send it as `after` to go on from here
    async fn cursor(&self) -> &str {
        &self.delivery.cursor
    }

    /// As it is now, at least as new as the change
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Conversation> {
        conversation(ctx, self.of).await
    }

    /// What happened; null in SNAPSHOT and GAP. What passes (typing, pieces of
    /// replies) repeats the last cursor
    async fn change(&self, ctx: &Context<'_>) -> Option<Result<ConversationChange>> {
        change(ctx, self.of, &self.delivery).await.transpose()
    }
}

async fn change(
    ctx: &Context<'_>,
    of: ConversationId,
    delivery: &Delivery,
) -> Result<Option<ConversationChange>> {
    match delivery.passing.clone() {
        Some(Passing::Typing { person, typing }) => {
            return Ok(Some(ConversationChange::TypingChanged(TypingChanged { person, typing })));
        }
        Some(Passing::Chunk { chunk, follows }) => {
            let chunk = if follows { chunk } else { whole(ctx, chunk).await? };
            return Ok(Some(ConversationChange::MessageChunk(MessageChunk(chunk))));
        }
        None => {}
    }
    let Some(event) = delivery.event else { return Ok(None) };
    Ok(match event.kind {
        Kind::MessageSent => {
            let message = message(ctx, MessageId(event.subject)).await?;
            Some(ConversationChange::MessageSent(MessageSent { message }))
        }
        Kind::MessageChanged => {
            let message = message(ctx, MessageId(event.subject)).await?;
            Some(ConversationChange::MessageChanged(MessageChanged { message }))
        }
        Kind::ReadMoved => {
            let person = UserId(event.subject);
            // Whoever has left has no place any more.
            ctx.loaders().load(ParticipantOf((of, person))).await?.map(|place| {
                ConversationChange::ReadMoved(ReadMoved {
                    person,
                    read_up_to: place.read_up_to,
                    delivered_up_to: place.delivered_up_to,
                })
            })
        }
        Kind::ConversationChanged => {
            let conversation = conversation(ctx, of).await?;
            Some(ConversationChange::ParticipantsChanged(ParticipantsChanged { conversation }))
        }
        Kind::OrderMoved
        | Kind::RightLost
        | Kind::GuardChanged
        | Kind::JobMoved
        | Kind::Unknown => None,
    })
}

/// A piece with all that was before it, for a stream that has not heard that. It is stored up to
/// where the piece begins.
async fn whole(ctx: &Context<'_>, chunk: Chunk) -> Result<Chunk> {
    if chunk.offset == 0 {
        return Ok(chunk);
    }
    let stored = message(ctx, chunk.message).await?.0;
    let text = format!("{}{}", beginning(&stored.body, chunk.offset), chunk.text);
    Ok(Chunk { offset: 0, text: text.into(), ..chunk })
}

async fn message(ctx: &Context<'_>, id: MessageId) -> Result<Message> {
    let row = ctx.loaders().load(MessageById(id)).await?;
    Ok(Message(row.ok_or_else(|| Fault::new("following a conversation", "a message is missing"))?))
}

/// What the viewer's inbox delivers
pub struct InboxUpdate {
    owner: UserId,
    delivery: Arc<Delivery>,
}

/// What the viewer's inbox delivers
#[Object]
impl InboxUpdate {
    /// Why it came
    async fn kind(&self) -> UpdateKind {
        self.delivery.kind
    }

    /// Place in the stream; send it as `after` to go on from here
    async fn cursor(&self) -> &str {
        &self.delivery.cursor
    }

    /// In all conversations of the viewer
    async fn unread_count(&self, ctx: &Context<'_>) -> Result<i32> {
        unread_count(ctx, self.owner).await
    }

    /// Conversation in which something happened; null in SNAPSHOT and GAP, and where the viewer has
    /// left it
    async fn conversation(&self, ctx: &Context<'_>) -> Option<Result<Conversation>> {
        inbox_conversation(ctx, &self.delivery).await.transpose()
    }

    /// Message that was sent or changed, where it was that
    async fn message(&self, ctx: &Context<'_>) -> Option<Result<Message>> {
        inbox_message(ctx, &self.delivery).await.transpose()
    }
}

/// The message of an event of an inbox, if the viewer is still where it was written
async fn inbox_message(ctx: &Context<'_>, delivery: &Delivery) -> Result<Option<Message>> {
    let Some(event) = delivery.event else { return Ok(None) };
    if !matches!(event.kind, Kind::MessageSent | Kind::MessageChanged) {
        return Ok(None);
    }
    let message = message(ctx, MessageId(event.subject)).await?;
    let still_there = place(ctx, message.0.conversation_id).await?.is_some();
    Ok(still_there.then_some(message))
}

async fn inbox_conversation(
    ctx: &Context<'_>,
    delivery: &Delivery,
) -> Result<Option<Conversation>> {
    let Some(event) = delivery.event else { return Ok(None) };
    let id = match event.kind {
        Kind::MessageSent | Kind::MessageChanged => {
            message(ctx, MessageId(event.subject)).await?.0.conversation_id
        }
        Kind::ReadMoved | Kind::ConversationChanged => ConversationId(event.subject),
        Kind::OrderMoved
        | Kind::RightLost
        | Kind::GuardChanged
        | Kind::JobMoved
        | Kind::Unknown => return Ok(None),
    };
    let Some(mine) = place(ctx, id).await? else { return Ok(None) };
    let row = ctx.loaders().load(ConversationById(id)).await?;
    Ok(row.map(|row| Conversation { row, mine: Some(mine) }))
}

/// Messages that a person has not read, in all their conversations.
///
/// # Errors
/// The lookup failed.
pub async fn unread_count(ctx: &Context<'_>, person: UserId) -> Result<i32> {
    Ok(count(ctx.loaders().load(UnreadOf(person)).await?.unwrap_or_default()))
}

/// Conversations that can be followed
#[derive(Default)]
pub struct ConversationSubscription;

#[Subscription]
impl ConversationSubscription {
    /// Who is in it. With after: every change since, none twice, none left out
    async fn conversation_updates(
        &self,
        ctx: &Context<'_>,
        id: ID,
        after: Option<String>,
    ) -> Result<impl Stream<Item = ConversationUpdate> + use<>> {
        let of = ConversationId::read(&id, "id")?;
        let delivery = follow(ctx, Topic::Conversation(of), after);
        let update = delivery.map(|delivery| ConversationUpdate { of, delivery });
        Ok(futures_util::stream::iter(update))
    }

    /// Everything new across the viewer's conversations: one stream for a phone's home screen
    async fn inbox_updates(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
    ) -> Result<impl Stream<Item = InboxUpdate> + use<>> {
        let owner = ctx.viewer().member()?.user.id;
        let delivery = follow(ctx, Topic::Inbox(owner), after);
        let update = delivery.map(|delivery| InboxUpdate { owner, delivery });
        Ok(futures_util::stream::iter(update))
    }
}
