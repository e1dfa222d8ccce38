//! Messages of the viewer's conversations by their words: hits, and pages of them.

use super::Message;
use crate::db::{KeyExpr, KeyValue, Position};
use crate::entities::{ConversationId, Message as Row, MessageId, UserId};
use crate::error::Result;
use crate::loaders::{Matches, MessagesWith};
use crate::rules::message_search::{Word, excerpt};
use crate::schema::context::ContextExt;
use crate::schema::conversation::place;
use crate::schema::node::Global;
use crate::schema::page::{ListHash, PageArgs, PageInfo};
use crate::schema::search;
use crate::services::no_conversation;
use async_graphql::{Context, ID, Object, SimpleObject};
use std::sync::Arc;

/// Message that has the words
pub struct MessageHit {
    row: Arc<Row>,
    /// How many of the words it has as written
    held: i64,
    words: Arc<[Word]>,
}

/// Message that has the words
#[Object]
impl MessageHit {
    /// The message itself
    async fn message(&self) -> Message {
        Message(Arc::clone(&self.row))
    }

    /// From 0 to 1: share of the words that the message has just as they were searched, but for
    /// accents and case; it has the others in another form
    async fn rank(&self) -> f64 {
        let words = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        f64::from(u32::try_from(self.held).unwrap_or_default()) / f64::from(words)
    }

    /// The match in its words, hits between « and »
    async fn excerpt(&self) -> String {
        excerpt(&self.row.body, &self.words)
    }
}

/// Page of what was found, best match first
pub struct MessageHitConnection {
    key: MessagesWith,
    hash: ListHash,
}

/// Hit with its cursor
#[derive(SimpleObject)]
pub struct MessageHitEdge {
    /// Position in the list, to page from
    cursor: String,
    /// The row itself
    node: MessageHit,
}

impl MessageHitConnection {
    /// What a person finds in their conversations, or in one of them.
    ///
    /// # Errors
    /// The text has no word to search for, the person is not in the conversation, or paging arguments
    /// are not right.
    pub async fn of(
        ctx: &Context<'_>,
        person: UserId,
        text: &str,
        conversation: Option<&ID>,
        page: &PageArgs,
    ) -> Result<Self> {
        let words = search::words(text)?;
        let field = "conversationId";
        let conversation = conversation.map(|id| ConversationId::read(id, field)).transpose()?;
        let hash = ListHash::of(&("messageSearch", person, conversation, &words));
        let slice = page.slice(hash, &search::sort(&[KeyExpr::Relevance], true))?;
        if let Some(id) = conversation
            && place(ctx, id).await?.is_none()
        {
            return Err(no_conversation(field).into());
        }
        let past = slice.past.and_then(|past| match past.keys.as_slice() {
            [KeyValue::Int(held)] => Some((*held, MessageId(past.id))),
            _ => None,
        });
        let key = MessagesWith { person, conversation, words, limit: slice.limit, past };
        Ok(Self { key, hash })
    }

    /// The page, read once however many fields ask
    async fn page(&self, ctx: &Context<'_>) -> Result<Option<Arc<Matches>>> {
        ctx.loaders().load(self.key.clone()).await
    }

    fn cursor(&self, row: &Row, held: i64) -> String {
        self.hash.cursor(&Position { keys: vec![KeyValue::Int(held)], id: row.id.0 })
    }

    async fn read(&self, ctx: &Context<'_>) -> Result<Vec<MessageHitEdge>> {
        let page = self.page(ctx).await?;
        let found = page.iter().flat_map(|page| &page.found).map(|(row, held)| MessageHitEdge {
            cursor: self.cursor(row, *held),
            node: MessageHit {
                row: Arc::clone(row),
                held: *held,
                words: Arc::clone(&self.key.words),
            },
        });
        Ok(found.collect())
    }
}

/// Page of what was found, best match first
#[Object]
impl MessageHitConnection {
    /// Rows with their cursors
    async fn edges(&self, ctx: &Context<'_>) -> Result<Vec<MessageHitEdge>> {
        self.read(ctx).await
    }

    /// Rows alone
    async fn nodes(&self, ctx: &Context<'_>) -> Result<Vec<MessageHit>> {
        Ok(self.read(ctx).await?.into_iter().map(|edge| edge.node).collect())
    }

    /// Where the page stands
    async fn page_info(&self, ctx: &Context<'_>) -> Result<PageInfo> {
        let page = self.page(ctx).await?;
        let found = page.as_ref().map(|page| page.found.as_slice()).unwrap_or_default();
        let cursor = |(row, held): &(Arc<Row>, i64)| self.cursor(row, *held);
        Ok(PageInfo {
            has_next_page: page.as_ref().is_some_and(|page| page.more),
            has_previous_page: self.key.past.is_some(),
            start_cursor: found.first().map(cursor),
            end_cursor: found.last().map(cursor),
        })
    }
}
