//! Table `order_item`, with the listing that a line refers to.

use super::listing;
use crate::loader::{ListingId, PostgresLoader};
use crate::value::{Kind, Money, global_id};
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, Object, Result};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub order_id: Uuid,
    pub position: i16,
    pub listing_id: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub title: String,
    pub price_minor: i64,
    pub quantity: i32,
    pub stock_taken: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// One line of an order, priced in the order's currency
pub struct OrderItem {
    pub row: Model,
    pub currency: String,
}

#[Object]
impl OrderItem {
    async fn id(&self) -> ID {
        global_id(Kind::OrderItem, self.row.id)
    }

    async fn title(&self) -> &str {
        &self.row.title
    }

    async fn quantity(&self) -> i32 {
        self.row.quantity
    }

    async fn unit_price(&self) -> Money {
        Money::new(self.row.price_minor, &self.currency)
    }

    /// Null once the listing is gone
    async fn listing(&self, ctx: &Context<'_>) -> Result<Option<listing::Model>> {
        let Some(id) = self.row.listing_id else { return Ok(None) };
        let loader = ctx.data_unchecked::<DataLoader<PostgresLoader>>();
        Ok(loader.load_one(ListingId(id)).await?)
    }
}
