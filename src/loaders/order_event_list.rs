//! Histories of orders.

use super::list::children;

children! {
    /// Steps of orders as a noun of lists
    OrderEvents: OrderEvent of crate::entities::OrderId, order_event.order_id
}
