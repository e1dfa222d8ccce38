//! History of an order: its events as a list.

use crate::entities::{OrderEvent as Row, OrderEventKind as Kind, OrderId};
use crate::error::Result;
use crate::loaders::OrderEvents;
use crate::schema::connection::{Connection, plain_connection};
use crate::schema::direct::Ready;
use crate::schema::node::Global;
use crate::schema::page::PageArgs;
use crate::schema::scalar::DateTime;
use crate::schema::user::{User, user};
use async_graphql::{Context, Enum, ID, Object};
use std::sync::Arc;

/// What happened to an order
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub enum OrderEventKind {
    /// Buyer placed it
    Placed,
    /// Store took it
    Accepted,
    /// Store began
    Preparing,
    /// Waits to be picked up or delivered
    Ready,
    /// Handed over
    Completed,
    /// Store will not do it
    Rejected,
    /// Called off
    Cancelled,
    /// Somebody wrote something
    NoteAdded,
    /// Paid
    Paid,
    /// Money went back
    Refunded,
    /// Parcel carries it
    ParcelLinked,
}

/// One thing that happened to an order
pub struct OrderEvent(pub Arc<Row>);

/// One thing that happened to an order
#[Object]
impl OrderEvent {
    /// Global id
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What happened
    async fn kind(&self) -> OrderEventKind {
        self.0.kind.into()
    }

    /// Who did it; null once the person is gone
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<User>> {
        Some(user(ctx, self.0.actor_id?).await)
    }

    /// What they wrote with it
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Version of the order since
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it happened
    async fn occurred_at(&self) -> DateTime {
        DateTime(self.0.occurred_at)
    }
}

impl Ready for OrderEvent {}

plain_connection!(OrderEventConnection, OrderEventEdge, OrderEvents, OrderEvent, |hit, _| {
    OrderEvent(Arc::clone(&hit.row))
});

/// The history of an order.
///
/// # Errors
/// Paging arguments that are not right.
pub(super) fn connection(order: OrderId, page: &PageArgs) -> Result<OrderEventConnection> {
    Connection::plain("history", order, ("version", false), page).map(OrderEventConnection)
}
