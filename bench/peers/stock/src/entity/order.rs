//! Table `order`, with its store and its lines.

use super::order_item::OrderItem;
use super::store;
use crate::loader::{ItemsOfOrder, PostgresLoader, StoreId};
use crate::value::{Kind, Money, Timestamp, global_id};
use async_graphql::dataloader::DataLoader;
use async_graphql::{ComplexObject, Context, Enum, ID, Result, SimpleObject};
use sea_orm::entity::prelude::*;

/// Orders of one letter of the short number
const PER_LETTER: i32 = 9999;

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum OrderStatus {
    Placed = 0,
    Accepted = 1,
    Preparing = 2,
    Ready = 3,
    Completed = 4,
    Rejected = 5,
    Cancelled = 6,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "order")]
#[graphql(complex, name = "Order")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    #[graphql(skip)]
    pub store_id: Uuid,
    #[graphql(skip)]
    pub buyer_id: Uuid,
    #[graphql(skip)]
    pub number: i32,
    pub status: OrderStatus,
    #[graphql(skip)]
    pub fulfilment: i16,
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    #[sea_orm(column_type = "Text")]
    #[graphql(skip)]
    pub currency: String,
    #[graphql(skip)]
    pub total_minor: i64,
    pub item_count: i32,
    #[graphql(skip)]
    pub day: i32,
    #[graphql(skip)]
    pub hour: i16,
    pub placed_at: Timestamp,
    pub scheduled_for: Option<Timestamp>,
    pub updated_at: Timestamp,
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[ComplexObject]
impl Model {
    async fn id(&self) -> ID {
        global_id(Kind::Order, self.id)
    }

    /// Short number within the store, such as "A-0042"
    async fn number(&self) -> String {
        short_number(self.number)
    }

    async fn total(&self) -> Money {
        Money::new(self.total_minor, &self.currency)
    }

    async fn store(&self, ctx: &Context<'_>) -> Result<store::Model> {
        let loader = ctx.data_unchecked::<DataLoader<PostgresLoader>>();
        let store = loader.load_one(StoreId(self.store_id)).await?;
        store.ok_or_else(|| "Not found".into())
    }

    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<OrderItem>> {
        let loader = ctx.data_unchecked::<DataLoader<PostgresLoader>>();
        let rows = loader.load_one(ItemsOfOrder(self.id)).await?.unwrap_or_default();
        let currency = &self.currency;
        Ok(rows.into_iter().map(|row| OrderItem { row, currency: currency.clone() }).collect())
    }
}

/// `A-0001` to `A-9999`, then `B-0001`; after `Z` comes `AA`
fn short_number(number: i32) -> String {
    let at = number.max(1) - 1;
    let (mut letters, mut rest) = (String::new(), at / PER_LETTER + 1);
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.insert(0, char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    format!("{letters}-{:04}", at % PER_LETTER + 1)
}
