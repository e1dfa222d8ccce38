//! Table `order_item`: one line of an order, as it was when ordered.

use super::row::card;
use super::{Currency, ListingId, Money, OrderId, OrderItemId};
use sea_orm::FromQueryResult;

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: OrderItemId,
    pub order_id: OrderId,
    pub position: i16,
    /// Null once the listing is gone
    pub listing_id: Option<ListingId>,
    pub title: String,
    /// Price of one, in the order's currency
    pub price_minor: i64,
    pub quantity: i32,
    /// The listing's stock was counted, and this many were taken from it
    pub stock_taken: bool,
}

card! {
    Model:
    id,
    order_id,
    position,
    listing_id,
    title,
    price_minor,
    quantity,
    stock_taken,
}

impl Model {
    /// Price of one
    pub fn unit_price(&self, currency: Currency) -> Money {
        Money { minor: self.price_minor, currency }
    }

    /// Price of all
    pub fn total(&self, currency: Currency) -> Money {
        Money { minor: self.price_minor.saturating_mul(i64::from(self.quantity)), currency }
    }
}
