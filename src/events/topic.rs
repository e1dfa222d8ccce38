//! What can be followed.

use crate::entities::{OrderId, StoreId};
use uuid::Uuid;

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

    /// The topic of a name, where it is one.
    pub fn named(name: &str) -> Option<Self> {
        let (kind, id) = name.split_once(':')?;
        let id = Uuid::try_parse(id).ok()?;
        match kind {
            "order" => Some(Self::Order(OrderId(id))),
            "store" => Some(Self::Store(StoreId(id))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for topic in [Topic::Order(OrderId(Uuid::max())), Topic::Store(StoreId(Uuid::nil()))] {
            assert_eq!(Topic::named(&topic.name()), Some(topic));
        }
        assert_eq!(Topic::named("order"), None);
        assert_eq!(Topic::named("user:00000000000000000000000000000000"), None);
    }
}
