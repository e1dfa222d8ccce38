//! Tables `order_figure` and `listing_figure`: a store's day in few rows, kept by the transactions
//! that move orders.

use super::row::card;
use super::{Currency, ListingId, OrderStatus, StoreId};
use chrono::{Datelike, NaiveDate};
use sea_orm::FromQueryResult;

/// Orders placed in one local hour that now stand in one state
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub store_id: StoreId,
    /// Local day, counted from 1970-01-01
    pub day: i32,
    pub hour: i16,
    pub status: OrderStatus,
    pub currency: Currency,
    pub orders: i32,
    pub total_minor: i64,
}

card! {
    Model:
    store_id,
    day,
    hour,
    status,
    currency,
    orders,
    total_minor,
}

/// What was sold of one listing in a local day
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ListingFigure {
    pub store_id: StoreId,
    pub day: i32,
    pub listing_id: ListingId,
    pub currency: Currency,
    pub quantity: i32,
    pub total_minor: i64,
}

card! {
    ListingFigure:
    store_id,
    day,
    listing_id,
    currency,
    quantity,
    total_minor,
}

/// A local day as the tables hold it: counted from 1970-01-01
pub fn day_number(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - NaiveDate::default().num_days_from_ce()
}
