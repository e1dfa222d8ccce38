//! Table `listing`: something offered, a product or a classified.

use super::row::card;
use super::{CategoryId, Currency, ListingId, Money, StoreId, Timestamp, UserId, Wide};
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult};

/// Where a listing stands between drafting and the archive
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum ListingStatus {
    /// Only the store's staff see it
    Draft = 0,
    /// On the market
    Active = 1,
    /// Taken from the market for a while
    Paused = 2,
    /// On the market again once there is stock
    SoldOut = 3,
    /// Kept for the books
    Archived = 4,
}

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: ListingId,
    pub store_id: StoreId,
    pub publisher_id: UserId,
    pub category_id: CategoryId,
    pub title: String,
    pub description: Wide,
    pub price_minor: i64,
    pub currency: Currency,
    /// Null: not counted
    pub stock: Option<i32>,
    pub status: ListingStatus,
    /// The publisher is suspended: nobody but platform staff sees it
    pub hidden: bool,
    pub location_name: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub promoted: bool,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

card! {
    Model:
    id,
    store_id,
    publisher_id,
    category_id,
    title,
    price_minor,
    currency,
    stock,
    status,
    hidden,
    location_name,
    latitude,
    longitude,
    promoted,
    version,
    created_at,
    updated_at;
    unread description
}
/// Long text, read only where selected
pub const WIDE: &str = "description";

impl Model {
    /// The price as money
    pub fn price(&self) -> Money {
        Money { minor: self.price_minor, currency: self.currency }
    }

    /// Everybody may see it: it is on the market, or would be if there were stock
    pub fn is_public(&self) -> bool {
        matches!(self.status, ListingStatus::Active | ListingStatus::SoldOut) && !self.hidden
    }
}
