//! Histories of orders.

use super::list::{Listed, Query};
use crate::db::{Partition, Sql};
use crate::entities::{OrderEvent, OrderId, order_event};
use uuid::Uuid;

/// Steps of orders as a noun of lists
#[derive(Debug)]
pub struct OrderEvents;

impl Listed for OrderEvents {
    type Scope = OrderId;
    type Filter = ();
    type Row = OrderEvent;
    const TABLE: &'static str = "order_event";
    const CARD: &'static [&'static str] = order_event::CARD;
    const WIDE: &'static str = "";

    fn column(_: &OrderId) -> Option<&'static str> {
        Some("order_id")
    }

    fn partition(orders: &[&OrderId], _: &Query<Self>) -> Partition {
        let parents = orders.iter().map(|order| vec![order.0]).collect();
        Partition { column: Some("order_id"), parents }
    }

    fn conditions(_: &mut Sql, _: &str, _: &[&OrderId], _: &Query<Self>) {}

    fn id(row: &OrderEvent) -> Uuid {
        row.id.0
    }
}
