//! The category tree and the mutations on it.

pub mod mutation;

pub use mutation::CategoryMutation;

use super::connection::Shown;
use super::context::ContextExt;
use super::direct::Ready;
use super::listing::{ListingArgs, ListingConnection, ListingFilter, ListingSort};
use super::node::Global;
use super::page::PageArgs;
use crate::entities::{Category as Row, CategoryId};
use crate::error::Result;
use crate::loaders::{Beside, CategoryById, CategoryTree, ListingScope, Listings};
use async_graphql::{Context, ID, Object};
use std::sync::Arc;

/// Part of the category tree
pub struct Category(pub Arc<Row>);

/// Part of the category tree
#[Object]
impl Category {
    /// Global id
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Readable name in addresses, such as "frutas-y-verduras"
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Name as people read it
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Category above; null for a root
    async fn parent(&self, ctx: &Context<'_>) -> Option<Result<Category>> {
        let row = ctx.loaders().load(CategoryById(self.0.parent_id?)).await.transpose()?;
        Some(row.map(Category))
    }

    /// Categories right below, by name
    async fn children(&self, ctx: &Context<'_>) -> Result<Vec<Category>> {
        let tree = ctx.loaders().load(CategoryTree(())).await?.unwrap_or_default();
        Ok(tree.children(Some(self.0.id)).iter().map(|row| Category(Arc::clone(row))).collect())
    }

    /// Listings of this category and all below it
    #[expect(clippy::too_many_arguments, reason = "the arguments of the field")]
    async fn listings(
        &self,
        ctx: &Context<'_>,
        filter: Option<ListingFilter>,
        #[graphql(default_with = "ListingSort::Newest")] sort: ListingSort,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<ListingConnection> {
        let page = PageArgs { first, after, last, before };
        let args = ListingArgs { filter, sort, page, shown: Shown::of::<Listings>(ctx) };
        let tree = ctx.loaders().load(CategoryTree(())).await?.unwrap_or_default();
        args.connection(ctx, ListingScope::Category(tree.subtree(self.0.id).into())).await
    }
}

impl Ready for Category {}

/// The category with an id that a row refers to, which may have been read beside it: always there.
///
/// # Errors
/// The lookup failed.
pub async fn category(ctx: &Context<'_>, beside: &Beside, id: CategoryId) -> Result<Category> {
    let known = beside.category.as_ref();
    ctx.loaders().referred(known, CategoryById(id), "the category is missing").await.map(Category)
}

/// Queries on categories
#[derive(Default)]
pub struct CategoryQuery;

#[Object]
impl CategoryQuery {
    /// Roots of the category tree, by name
    async fn categories(&self, ctx: &Context<'_>) -> Result<Vec<Category>> {
        let tree = ctx.loaders().load(CategoryTree(())).await?.unwrap_or_default();
        Ok(tree.children(None).iter().map(|row| Category(Arc::clone(row))).collect())
    }

    /// Category with a slug; null where there is none
    async fn category(&self, ctx: &Context<'_>, slug: String) -> Option<Result<Category>> {
        let tree = ctx.loaders().load(CategoryTree(())).await.transpose()?;
        let row = tree.map(|tree| tree.by_slug(&slug).map(|row| Category(Arc::clone(row))));
        row.transpose()
    }
}
