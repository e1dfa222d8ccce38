//! Table `listing`, with the store, the category and the person that a row refers to.

use super::{category, store, user};
use crate::loader::{CategoryId, PersonId, PostgresLoader, StoreId};
use crate::value::{Kind, Money, Timestamp, global_id};
use async_graphql::dataloader::DataLoader;
use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "listing")]
#[graphql(complex, name = "Listing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    #[graphql(skip)]
    pub store_id: Uuid,
    #[graphql(skip)]
    pub publisher_id: Uuid,
    #[graphql(skip)]
    pub category_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub description: String,
    #[graphql(skip)]
    pub price_minor: i64,
    #[sea_orm(column_type = "Text")]
    #[graphql(skip)]
    pub currency: String,
    #[graphql(skip)]
    pub price_sort: i64,
    pub stock: Option<i32>,
    #[graphql(skip)]
    pub status: i16,
    #[graphql(skip)]
    pub hidden: bool,
    #[sea_orm(column_type = "Text", nullable)]
    pub location_name: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub promoted: bool,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[graphql(skip)]
    pub shelf: i16,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[ComplexObject]
impl Model {
    async fn id(&self) -> ID {
        global_id(Kind::Listing, self.id)
    }

    async fn price(&self) -> Money {
        Money::new(self.price_minor, &self.currency)
    }

    async fn store(&self, ctx: &Context<'_>) -> Result<store::Model> {
        let loader = ctx.data_unchecked::<DataLoader<PostgresLoader>>();
        let store = loader.load_one(StoreId(self.store_id)).await?;
        store.ok_or_else(|| "Not found".into())
    }

    async fn category(&self, ctx: &Context<'_>) -> Result<category::Model> {
        let loader = ctx.data_unchecked::<DataLoader<PostgresLoader>>();
        let category = loader.load_one(CategoryId(self.category_id)).await?;
        category.ok_or_else(|| "Not found".into())
    }

    async fn publisher(&self, ctx: &Context<'_>) -> Result<user::Model> {
        let loader = ctx.data_unchecked::<DataLoader<PostgresLoader>>();
        let publisher = loader.load_one(PersonId(self.publisher_id)).await?;
        publisher.ok_or_else(|| "Not found".into())
    }
}
