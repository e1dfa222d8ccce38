//! The connection type of a noun, over the loaders' pages: edges, nodes, page info, count.

use super::context::ContextExt;
use super::page::{ListHash, PageArgs, PageInfo};
use super::scalar::count;
use super::search;
use crate::db::KeyExpr;
use crate::error::{Code, Refusal, Result};
use crate::loaders::{Asked, Beside, CountOf, Hit, Listed, Page, PageOf, Query, Reference};
use async_graphql::{Context, SelectionField};
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

impl<N: Listed + Debug> Connection<N>
where
    N::Filter: Default,
{
    /// All rows under a parent, by one column of whole numbers. The name tells its cursors from other
    /// lists'.
    ///
    /// # Errors
    /// Paging arguments that are not right.
    pub fn plain(
        name: &'static str,
        scope: N::Scope,
        order: (&'static str, bool),
        page: &PageArgs,
    ) -> Result<Self> {
        let hash = ListHash::of(&(name, &scope));
        Self::filtered(hash, scope, N::Filter::default(), order, page)
    }
}

impl<N: Listed + Debug> Connection<N> {
    /// Rows under a parent that a filter lets through, by one column of whole numbers. The hash is of all that
    /// tells its cursors from other lists'.
    ///
    /// # Errors
    /// Paging arguments that are not right.
    pub fn filtered(
        hash: ListHash,
        scope: N::Scope,
        filter: N::Filter,
        (column, descending): (&'static str, bool),
        page: &PageArgs,
    ) -> Result<Self> {
        let sort = search::sort(&[KeyExpr::Int(column)], descending);
        let slice = page.slice(hash, &sort)?;
        let query = Query {
            filter,
            terms: Vec::new(),
            near: None,
            shelves: Vec::new(),
            sort,
            slice,
            wide: false,
            beside: Vec::new(),
        };
        Ok(Self { scope, asked: Asked::new(query), hash })
    }

    /// The page, read once however many fields ask
    pub async fn page(&self, ctx: &Context<'_>) -> Result<Arc<Page<N::Row>>> {
        let key = PageOf { scope: self.scope.clone(), asked: self.asked.clone() };
        Ok(ctx.loaders().load(key).await?.unwrap_or_else(|| Arc::new(Page::empty())))
    }

    /// The page's rows, each made into a node with what it refers to
    pub async fn rows<T>(
        &self,
        ctx: &Context<'_>,
        node: impl Fn(&Hit<N::Row>, Beside) -> T,
    ) -> Result<Vec<T>> {
        let page = self.page(ctx).await?;
        let beside = ctx.loaders().beside::<N>(&page, self.asked.query()).await?;
        Ok(page.hits.iter().zip(beside).map(|(hit, beside)| node(hit, beside)).collect())
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
        Ok(count(ctx.loaders().load(key).await?.unwrap_or_default()))
    }
}

/// What is selected of a connection's rows, under `nodes` or under `edges`
pub struct Shown {
    /// The long text
    pub wide: bool,
    /// What they refer to
    pub beside: Vec<Reference>,
}

impl Shown {
    /// What the field selects that is being resolved, which is a connection.
    pub fn of<N: Listed>(ctx: &Context<'_>) -> Self {
        let mut shown = Self { wide: false, beside: Vec::new() };
        for part in ctx.field().selection_set() {
            match part.name() {
                "nodes" => shown.add::<N>(part),
                "edges" => {
                    let nodes = part.selection_set().filter(|field| field.name() == "node");
                    nodes.for_each(|node| shown.add::<N>(node));
                }
                _ => {}
            }
        }
        shown
    }

    fn add<N: Listed>(&mut self, node: SelectionField<'_>) {
        for field in node.selection_set() {
            self.wide |= !N::WIDE.is_empty() && field.name() == N::WIDE;
            let known = N::REFERENCES.iter().find(|known| known.field == field.name());
            if let Some(known) = known.filter(|known| !self.beside.contains(known)) {
                self.beside.push(*known);
            }
        }
    }
}

/// Declares a noun's connection and edge types
macro_rules! connection {
    ($connection:ident, $edge:ident, $noun:ty, $node:ty, |$hit:ident, $beside:pat_param| $make:expr) => {
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
                let edge = |$hit: &crate::loaders::Hit<_>, $beside: crate::loaders::Beside| $edge {
                    cursor: self.0.cursor($hit),
                    node: crate::schema::direct::Direct($make),
                };
                self.0.rows(ctx, edge).await
            }

            async fn read_nodes(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> crate::error::Result<Vec<crate::schema::direct::Direct<$node>>> {
                let node = |$hit: &crate::loaders::Hit<_>, $beside: crate::loaders::Beside| {
                    crate::schema::direct::Direct($make)
                };
                self.0.rows(ctx, node).await
            }
        }
    };
}

/// The same, with the fields that every connection has and no others
macro_rules! plain_connection {
    ($connection:ident, $edge:ident, $noun:ty, $node:ty, |$hit:ident, $beside:pat_param| $make:expr) => {
        crate::schema::connection::connection!(
            $connection,
            $edge,
            $noun,
            $node,
            |$hit, $beside| $make
        );

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
