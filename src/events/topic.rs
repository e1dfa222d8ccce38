//! What can be followed.

use crate::entities::{OrderId, StoreId};

/// A sequence of events with gapless numbers from 1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// Everything that happens to one order
    Order(OrderId),
    /// Everything that happens to the orders of one store
    Store(StoreId),
}

impl Topic {
    /// The name in the log. Transactions that concern several topics lock them in the order of
    /// their names.
    pub fn name(self) -> String {
        match self {
            Self::Order(id) => format!("order:{}", id.0.simple()),
            Self::Store(id) => format!("store:{}", id.0.simple()),
        }
    }
}
