//! The connection type of a noun, over the loaders' pages: edges, nodes, page info, count.

use super::context::ContextExt;
use super::page::{ListHash, PageArgs, PageInfo};
use super::search;
use crate::db::KeyExpr;
use crate::error::{Code, Refusal, Result};
use crate::loaders::{Asked, CountOf, Hit, Listed, Page, PageOf, Query};
use async_graphql::Context;
use std::fmt::Debug;
use std::sync::Arc;

/// Most that `totalCount` can be told to count
const MAX_COUNT: i32 = 1_000_000;

/// A list about to be read: nothing is, until a field of the connection asks
pub struct Connection<N: Listed> {
    pub(super) scope: N::Scope,
    pub(super) asked: Asked<N>,
    pub(super) hash: ListHash,
}

impl<N: Listed<Filter = ()> + Debug> Connection<N> {
    /// All rows under a parent, by one column of whole numbers. The name tells its cursors from other
    /// lists'.
    ///
    /// # Errors
    /// Paging arguments that are not right.
    pub fn plain(
        name: &'static str,
        scope: N::Scope,
        (column, descending): (&'static str, bool),
        page: &PageArgs,
    ) -> Result<Self> {
        let hash = ListHash::of(&(name, &scope));
        let sort = search::sort(&[KeyExpr::Int(column)], descending);
        let slice = page.slice(hash, &sort)?;
        let query = Query {
            filter: (),
            terms: Vec::new(),
            near: None,
            shelves: Vec::new(),
            sort,
            slice,
            wide: false,
        };
        Ok(Self { scope, asked: Asked::new(query), hash })
    }
}

impl<N: Listed + Debug> Connection<N> {
    /// The page, read once however many fields ask
    pub async fn page(&self, ctx: &Context<'_>) -> Result<Arc<Page<N::Row>>> {
        let key = PageOf { scope: self.scope.clone(), asked: self.asked.clone() };
        Ok(ctx
            .loaders()
            .load(key)
            .await?
            .unwrap_or_else(|| Arc::new(Page { hits: Vec::new(), more: false })))
    }

    /// Cursor of a row
    pub fn cursor(&self, hit: &Hit<N::Row>) -> String {
        self.hash.cursor(&hit.position)
    }

    /// Where the page stands
    pub async fn page_info(&self, ctx: &Context<'_>) -> Result<PageInfo> {
        let page = self.page(ctx).await?;
        let slice = &self.asked.query().slice;
        let came_from_somewhere = slice.past.is_some();
        Ok(PageInfo {
            has_next_page: if slice.backward { came_from_somewhere } else { page.more },
            has_previous_page: if slice.backward { page.more } else { came_from_somewhere },
            start_cursor: page.hits.first().map(|hit| self.cursor(hit)),
            end_cursor: page.hits.last().map(|hit| self.cursor(hit)),
        })
    }

    /// The number of rows, counted no further than a limit
    pub async fn count(&self, ctx: &Context<'_>, limit: i32) -> Result<i32> {
        if !(1..=MAX_COUNT).contains(&limit) {
            return Err(Refusal::new(Code::OutOfRange, format!("limit is 1 to {MAX_COUNT}"))
                .at("limit")
                .into());
        }
        let key = CountOf {
            scope: self.scope.clone(),
            asked: self.asked.clone(),
            limit: i64::from(limit),
        };
        let count = ctx.loaders().load(key).await?.unwrap_or_default();
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}

/// Whether the rows of a connection are asked for this field, under `nodes` or under `edges`.
pub fn selects(ctx: &Context<'_>, field: &str) -> bool {
    let connection = ctx.look_ahead();
    connection.field("nodes").field(field).exists()
        || connection.field("edges").field("node").field(field).exists()
}

/// Declares a noun's connection and edge types
macro_rules! connection {
    ($connection:ident, $edge:ident, $noun:ty, $node:ty, |$hit:ident| $make:expr) => {
        /// Page of a list, and where it stands in it
        pub struct $connection(pub crate::schema::connection::Connection<$noun>);

        /// Row of a list with its cursor
        #[derive(async_graphql::SimpleObject)]
        pub struct $edge {
            /// Position in the list, to page from
            pub cursor: String,
            /// The row itself
            pub node: crate::schema::direct::Direct<$node>,
        }

        impl $connection {
            async fn read_edges(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> crate::error::Result<Vec<$edge>> {
                let page = self.0.page(ctx).await?;
                Ok(page
                    .hits
                    .iter()
                    .map(|$hit| $edge {
                        cursor: self.0.cursor($hit),
                        node: crate::schema::direct::Direct($make),
                    })
                    .collect())
            }

            async fn read_nodes(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> crate::error::Result<Vec<crate::schema::direct::Direct<$node>>> {
                let page = self.0.page(ctx).await?;
                Ok(page.hits.iter().map(|$hit| crate::schema::direct::Direct($make)).collect())
            }
        }
    };
}

/// The same, with the fields that every connection has and no others
macro_rules! plain_connection {
    ($connection:ident, $edge:ident, $noun:ty, $node:ty, |$hit:ident| $make:expr) => {
        crate::schema::connection::connection!($connection, $edge, $noun, $node, |$hit| $make);

        /// Page of a list, and where it stands in it
        #[async_graphql::Object]
        impl $connection {
            /// Rows with their cursors
            async fn edges(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> crate::error::Result<Vec<$edge>> {
                self.read_edges(ctx).await
            }

            /// Rows alone
            async fn nodes(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> crate::error::Result<Vec<crate::schema::direct::Direct<$node>>> {
                self.read_nodes(ctx).await
            }

            /// Where the page stands
            async fn page_info(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> crate::error::Result<crate::schema::page::PageInfo> {
                self.0.page_info(ctx).await
            }

            /// Counts no further than limit, and only where selected
            async fn total_count(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(default = 10000)] limit: i32,
            ) -> crate::error::Result<i32> {
                self.0.count(ctx, limit).await
            }
        }
    };
}

pub(crate) use {connection, plain_connection};
