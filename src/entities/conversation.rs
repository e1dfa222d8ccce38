//! Table `conversation`: people who write to each other.

use super::row::card;
use super::{ConversationId, OrderId, Timestamp};
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult};

/// Who writes to whom
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum ConversationKind {
    /// Two people
    Direct = 0,
    /// Up to 200 people
    Group = 1,
    /// A buyer and the people of the store, about an order
    Order = 2,
    /// A person and the assistant
    Assistant = 3,
}

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: ConversationId,
    pub kind: ConversationKind,
    pub title: Option<String>,
    pub order_id: Option<OrderId>,
    /// Position of its last message; 0 before the first
    pub last_position: i32,
    pub created_at: Timestamp,
    /// When its last message was sent, or it was made
    pub updated_at: Timestamp,
}

card! {
    Model:
    id,
    kind,
    title,
    order_id,
    last_position,
    created_at,
    updated_at,
}
