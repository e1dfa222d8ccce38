//! The viewer's conversations, the last that moved first.

use super::Conversation;
use crate::entities::{Participant, UserId};
use crate::error::{Fault, Result};
use crate::loaders::{ConversationById, Conversations, Hit};
use crate::schema::connection::Connection;
use crate::schema::context::ContextExt;
use crate::schema::page::{PageArgs, PageInfo};
use async_graphql::{Context, Object, SimpleObject};
use std::sync::Arc;

/// Page of a list, and where it stands in it
pub struct ConversationConnection(Connection<Conversations>);

/// Row of a list with its cursor
#[derive(SimpleObject)]
pub struct ConversationEdge {
    /// Position in the list, to page from
    cursor: String,
    /// The row itself
    node: Conversation,
}

impl ConversationConnection {
    /// The conversations of a person.
    ///
    /// # Errors
    /// Paging arguments that are not right.
    pub fn of(person: UserId, page: &PageArgs) -> Result<Self> {
        Connection::plain("conversations", person, ("active_at", true), page).map(Self)
    }

    /// The page's rows, which are the viewer's places, with their conversations
    async fn read(&self, ctx: &Context<'_>) -> Result<Vec<(String, Conversation)>> {
        let page = self.0.page(ctx).await?;
        let key = |hit: &Hit<Participant>| ConversationById(hit.row.conversation_id);
        let rows = ctx.loaders().load_all(page.hits.iter().map(key).collect()).await?;
        let with = page.hits.iter().zip(rows).map(|(hit, row)| {
            let row = row.ok_or_else(|| Fault::new("listing conversations", "one is missing"))?;
            Ok((self.0.cursor(hit), Conversation { row, mine: Some(Arc::clone(&hit.row)) }))
        });
        with.collect()
    }
}

/// Page of a list, and where it stands in it
#[Object]
impl ConversationConnection {
    /// Rows with their cursors
    async fn edges(&self, ctx: &Context<'_>) -> Result<Vec<ConversationEdge>> {
        let rows = self.read(ctx).await?;
        Ok(rows.into_iter().map(|(cursor, node)| ConversationEdge { cursor, node }).collect())
    }

    /// Rows alone
    async fn nodes(&self, ctx: &Context<'_>) -> Result<Vec<Conversation>> {
        Ok(self.read(ctx).await?.into_iter().map(|(_, node)| node).collect())
    }

    /// Where the page stands
    async fn page_info(&self, ctx: &Context<'_>) -> Result<PageInfo> {
        self.0.page_info(ctx).await
    }

    /// Counts no further than limit, and only where selected
    async fn total_count(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 10000)] limit: i32,
    ) -> Result<i32> {
        self.0.count(ctx, limit).await
    }
}
