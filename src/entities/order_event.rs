//! Table `order_event`: one step of an order, and who took it.

use super::row::card;
use super::{OrderEventId, OrderId, OrderStatus, Timestamp, UserId};
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult};

/// What happened to an order
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum OrderEventKind {
    /// The buyer placed it
    Placed = 0,
    /// The store took it
    Accepted = 1,
    /// The store began
    Preparing = 2,
    /// It waits for the buyer
    Ready = 3,
    /// It was handed over
    Completed = 4,
    /// The store would not do it
    Rejected = 5,
    /// It was called off
    Cancelled = 6,
    /// Somebody wrote something
    NoteAdded = 7,
    /// It was paid
    Paid = 8,
    /// Money went back
    Refunded = 9,
    /// A parcel carries it
    ParcelLinked = 10,
}

impl From<OrderStatus> for OrderEventKind {
    fn from(status: OrderStatus) -> Self {
        match status {
            OrderStatus::Placed => Self::Placed,
            OrderStatus::Accepted => Self::Accepted,
            OrderStatus::Preparing => Self::Preparing,
            OrderStatus::Ready => Self::Ready,
            OrderStatus::Completed => Self::Completed,
            OrderStatus::Rejected => Self::Rejected,
            OrderStatus::Cancelled => Self::Cancelled,
        }
    }
}

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: OrderEventId,
    pub order_id: OrderId,
    /// 1 for the first
    pub version: i32,
    pub kind: OrderEventKind,
    /// Null once the person is gone
    pub actor_id: Option<UserId>,
    pub note: Option<String>,
    pub occurred_at: Timestamp,
}

card! {
    Model:
    id,
    order_id,
    version,
    kind,
    actor_id,
    note,
    occurred_at,
}
