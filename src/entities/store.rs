//! Table `store`: a seller's counter.

use super::row::card;
use super::{Currency, StoreId, Timestamp, UserId, Wide};
use sea_orm::FromQueryResult;

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: StoreId,
    pub handle: String,
    pub name: String,
    pub description: Wide,
    pub owner_id: UserId,
    pub currency: Currency,
    pub time_zone: String,
    pub location_name: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    /// 1 on show, 11 while its owner is suspended
    pub shelf: i16,
    pub created_at: Timestamp,
}

card! {
    Model:
    id,
    handle,
    name,
    owner_id,
    currency,
    time_zone,
    location_name,
    latitude,
    longitude,
    shelf,
    created_at;
    unread description
}
/// Long text, read only where selected
pub const WIDE: &str = "description";

impl Model {
    /// The owner is suspended: nobody but its people and platform staff sees it
    pub fn is_hidden(&self) -> bool {
        self.shelf != 1
    }

    /// The currency of the store's books
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The zone of the store's clock; names are checked when written.
    pub fn time_zone(&self) -> chrono_tz::Tz {
        self.time_zone.parse().unwrap_or(chrono_tz::UTC)
    }
}
