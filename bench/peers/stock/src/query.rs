//! The root, and the two types that are no tables: the viewer and the service.

use crate::entity::{listing, order, store};
use crate::page::{Position, Sort, page};
use async_graphql::connection::Connection;
use async_graphql::{Context, Object, Result, SimpleObject};
use sea_orm::entity::prelude::Uuid;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};

/// On show: on the market, its owner not suspended
const SHOWN: i16 = 1;

/// Who asks
#[derive(Clone, Copy)]
pub struct UserId(pub Uuid);

pub struct Query;

#[Object]
impl Query {
    /// Listings on the market
    async fn listings(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Sort::Newest")] sort: Sort,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<Position, listing::Model>> {
        let rows = listing::Entity::find()
            .filter(listing::Column::Shelf.eq(SHOWN))
            .cursor_by((listing::Column::CreatedAt, listing::Column::Id));
        page(ctx.data()?, rows, sort, (first, after), |row| (row.created_at, row.id)).await
    }

    /// Store behind a handle; null where there is none
    async fn store(&self, ctx: &Context<'_>, handle: String) -> Result<Option<store::Model>> {
        Ok(store::Entity::find()
            .filter(store::Column::Handle.eq(handle.to_lowercase()))
            .filter(store::Column::Shelf.eq(SHOWN))
            .one(ctx.data::<DatabaseConnection>()?)
            .await?)
    }

    /// What the signed-in user sees of themself; null for a guest
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        ctx.data_opt::<UserId>().map(|user| Viewer { user: *user })
    }

    /// Running version
    async fn service<'a>(&self, ctx: &Context<'a>) -> Result<&'a Service> {
        ctx.data()
    }
}

/// What the signed-in user sees of themself
pub struct Viewer {
    user: UserId,
}

#[Object]
impl Viewer {
    /// Orders that the viewer placed
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Sort::Newest")] sort: Sort,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<Position, order::Model>> {
        let rows = order::Entity::find()
            .filter(order::Column::BuyerId.eq(self.user.0))
            .cursor_by((order::Column::PlacedAt, order::Column::Id));
        page(ctx.data()?, rows, sort, (first, after), |row| (row.placed_at, row.id)).await
    }
}

/// Running version
#[derive(SimpleObject)]
pub struct Service {
    /// Name of the product
    name: String,
    /// Version that runs
    version: String,
}

impl Service {
    pub fn new(version: String) -> Self {
        Self { name: "Plaza".to_owned(), version }
    }
}
