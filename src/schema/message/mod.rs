//! Messages: what was written, by whom, who has read it.

pub mod mutation;
pub mod search;

pub use mutation::MessageMutation;
pub use search::MessageHitConnection;

use super::connection::{Connection, plain_connection};
use super::context::ContextExt;
use super::conversation::{self, Conversation};
use super::direct::Ready;
use super::node::Global;
use super::page::PageArgs;
use super::scalar::DateTime;
use super::user::{User, user};
use crate::entities::{
    ConversationId, Message as Row, MessageAuthor as Author, MessageStatus as Status, Reply,
};
use crate::error::Result;
use crate::loaders::{MessageById, Messages, ParticipantsOf, ReplyOf};
use async_graphql::{Context, Enum, ID, Object};
use futures_util::future::try_join_all;
use std::sync::Arc;

/// What wrote a message
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Author")]
pub enum MessageAuthor {
    /// Somebody
    Person,
    /// The assistant
    Assistant,
    /// Plaza itself
    System,
}

/// What became of a message
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Status")]
pub enum MessageStatus {
    /// Whole
    Sent,
    /// Being written by the assistant
    Streaming,
    /// Broken off
    Failed,
    /// Taken back by its sender; its place stays
    Deleted,
}

/// Something written
pub struct Message(pub Arc<Row>);

/// Something written
#[Object]
impl Message {
    /// Global id
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Where it was written
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Conversation> {
        conversation::conversation(ctx, self.0.conversation_id).await
    }

    /// From 1, gapless within the conversation
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// What wrote it
    async fn author(&self) -> MessageAuthor {
        self.0.author.into()
    }

    /// Who wrote it; null for the assistant and for Plaza itself
    async fn sender(&self, ctx: &Context<'_>) -> Option<Result<User>> {
        Some(user(ctx, self.0.sender_id?).await)
    }

    /// What it says; empty once deleted
    async fn body(&self) -> &str {
        &self.0.body
    }

    /// Message that it answers
    async fn reply_to(&self, ctx: &Context<'_>) -> Option<Result<Message>> {
        let key = MessageById(self.0.reply_to_id?);
        Some(ctx.loaders().load(key).await.transpose()?.map(Message))
    }

    /// What became of it
    async fn status(&self) -> MessageStatus {
        self.0.status.into()
    }

    /// When it was sent
    async fn sent_at(&self) -> DateTime {
        DateTime(self.0.sent_at)
    }

    /// When it was last edited
    async fn edited_at(&self) -> Option<DateTime> {
        self.0.edited_at.map(DateTime)
    }

    /// What the reply took, once it has ended; null for messages of people
    async fn usage(&self, ctx: &Context<'_>) -> Option<Result<AssistantUsage>> {
        let row = ctx.loaders().load(ReplyOf(self.0.id)).await.transpose()?;
        Some(row.map(AssistantUsage))
    }

    /// Others who have read as far as this message
    async fn read_by(&self, ctx: &Context<'_>) -> Result<Vec<User>> {
        let places = ctx.loaders().load(ParticipantsOf(self.0.conversation_id)).await?;
        let places = places.unwrap_or_default();
        let readers = places.iter().filter(|place| {
            place.read_up_to >= self.0.position && Some(place.user_id) != self.0.sender_id
        });
        try_join_all(readers.map(|place| user(ctx, place.user_id))).await
    }
}

impl Ready for Message {}

/// What a reply of the assistant took
pub struct AssistantUsage(Arc<Reply>);

/// What a reply of the assistant took
#[Object]
impl AssistantUsage {
    /// What wrote it; "offline" where no model did, and empty where it broke off
    async fn model(&self) -> &str {
        &self.0.model
    }

    /// Tokens that the model read
    async fn prompt_tokens(&self) -> i32 {
        self.0.prompt_tokens
    }

    /// Tokens that it wrote
    async fn completion_tokens(&self) -> i32 {
        self.0.completion_tokens
    }

    /// Milliseconds from the question to the reply's end
    async fn latency_ms(&self) -> i32 {
        self.0.latency_ms
    }

    /// The same was asked before, of the same data
    async fn from_cache(&self) -> bool {
        self.0.from_cache
    }
}

plain_connection!(MessageConnection, MessageEdge, Messages, Message, |hit, _| Message(Arc::clone(
    &hit.row
)));

/// The messages of a conversation.
///
/// # Errors
/// Paging arguments that are not right.
pub fn connection(conversation: ConversationId, page: &PageArgs) -> Result<MessageConnection> {
    Connection::plain("messages", conversation, ("position", false), page).map(MessageConnection)
}
