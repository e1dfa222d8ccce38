//! Conversations: who is in them, what was written, how far each has read.

pub mod list;
pub mod mutation;
pub mod update;

pub use list::ConversationConnection;
pub use mutation::ConversationMutation;
pub use update::ConversationSubscription;

use super::context::ContextExt;
use super::direct::Ready;
use super::message::{self, Message, MessageConnection};
use super::node::Global;
use super::order::Order;
use super::page::PageArgs;
use super::scalar::DateTime;
use super::user::{User, user};
use crate::entities::{
    Conversation as Row, ConversationId, ConversationKind as Kind, Participant as Place,
};
use crate::error::Result;
use crate::loaders::{ConversationById, MessageAt, OrderById, ParticipantOf, ParticipantsOf};
use async_graphql::{Context, Enum, ID, Object};
use std::sync::Arc;

/// Who writes to whom
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub enum ConversationKind {
    /// Two people
    Direct,
    /// Up to 200 people
    Group,
    /// Buyer of an order and the people of its store
    Order,
    /// Person and the assistant
    Assistant,
}

/// People who write to each other
pub struct Conversation {
    pub row: Arc<Row>,
    /// The viewer's place in it, where it was read along
    pub mine: Option<Arc<Place>>,
}

impl Conversation {
    /// A conversation that the viewer is in
    pub fn of(row: Arc<Row>) -> Self {
        Self { row, mine: None }
    }
}

/// People who write to each other
#[Object]
impl Conversation {
    /// Global id
    pub async fn id(&self) -> ID {
        self.row.id.global()
    }

    /// Who writes to whom
    async fn kind(&self) -> ConversationKind {
        self.row.kind.into()
    }

    /// Name of a group or of a conversation with the assistant; null where nobody gave one
    async fn title(&self) -> Option<&str> {
        self.row.title.as_deref()
    }

    /// Who is in it, the first to join first
    async fn participants(&self, ctx: &Context<'_>) -> Result<Vec<Participant>> {
        let places = ctx.loaders().load(ParticipantsOf(self.row.id)).await?.unwrap_or_default();
        Ok(places.iter().map(|place| Participant(Arc::clone(place))).collect())
    }

    /// Order that it is about
    async fn order(&self, ctx: &Context<'_>) -> Option<Result<Order>> {
        let row = ctx.loaders().load(OrderById(self.row.order_id?)).await.transpose()?;
        Some(row.map(Order::of))
    }

    /// Message at the end
    async fn last_message(&self, ctx: &Context<'_>) -> Option<Result<Message>> {
        if self.row.last_position == 0 {
            return None;
        }
        let key = MessageAt((self.row.id, self.row.last_position));
        Some(ctx.loaders().load(key).await.transpose()?.map(Message))
    }

    /// For the viewer: messages past their read position. Whoever writes has read
    async fn unread_count(&self, ctx: &Context<'_>) -> Result<i32> {
        if let Some(mine) = &self.mine {
            return Ok(mine.unread());
        }
        let Some(viewer) = ctx.viewer().user_id() else { return Ok(0) };
        let mine = ctx.loaders().load(ParticipantOf((self.row.id, viewer))).await?;
        Ok(mine.map_or(0, |mine| mine.unread()))
    }

    /// In the order in which they were written; `last: 20` is the newest page
    async fn messages(
        &self,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<MessageConnection> {
        message::connection(self.row.id, &PageArgs { first, after, last, before })
    }

    /// When it was started
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When its last message was sent, or it was started
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }
}

impl Ready for Conversation {}

/// Person in a conversation. Positions are one number a person, not a row a message
pub struct Participant(Arc<Place>);

/// Person in a conversation. Positions are one number a person, not a row a message
#[Object]
impl Participant {
    /// Who it is
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        user(ctx, self.0.user_id).await
    }

    /// When they came
    async fn joined_at(&self) -> DateTime {
        DateTime(self.0.joined_at)
    }

    /// Position of the last message that they have read
    async fn read_up_to(&self) -> i32 {
        self.0.read_up_to
    }

    /// Position of the last message that has come to a device of theirs, over a stream or by reading
    async fn delivered_up_to(&self) -> i32 {
        self.0.delivered_up_to
    }

    /// Viewer's own setting; false for others
    async fn muted(&self, ctx: &Context<'_>) -> bool {
        self.0.muted && ctx.viewer().user_id() == Some(self.0.user_id)
    }
}

/// The conversation with an id that something refers to.
///
/// # Errors
/// The lookup failed.
pub async fn conversation(ctx: &Context<'_>, id: ConversationId) -> Result<Conversation> {
    let row = ctx.loaders().referred(None, ConversationById(id), "no such conversation").await?;
    Ok(Conversation::of(row))
}

/// The viewer's place in a conversation; None where they are not in it.
///
/// # Errors
/// The lookup failed.
pub async fn place(ctx: &Context<'_>, id: ConversationId) -> Result<Option<Arc<Place>>> {
    let Some(viewer) = ctx.viewer().user_id() else { return Ok(None) };
    ctx.loaders().load(ParticipantOf((id, viewer))).await
}
