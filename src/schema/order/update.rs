//! Orders as they move: the payloads of the streams.

use super::history::OrderEvent;
use super::{Order, StoreDashboard};
use crate::entities::{OrderId, Store as StoreRow, StoreId};
use crate::error::{Fault, Result};
use crate::events::Topic;
use crate::loaders::{EventOfOrder, OrderById, StoreById};
use crate::schema::context::ContextExt;
use crate::schema::follow::{Delivery, UpdateKind, follow};
use crate::schema::node::Global;
use async_graphql::{Context, ID, Object, Subscription};
use futures_util::Stream;
use std::sync::Arc;

/// What one order's stream delivers
pub struct OrderUpdate {
    order: OrderId,
    delivery: Arc<Delivery>,
}

/// What one order's stream delivers
#[Object]
impl OrderUpdate {
    /// Why it came
    async fn kind(&self) -> UpdateKind {
        self.delivery.kind
    }

    /// Place in the stream; send it as `after` to go on from here
    async fn cursor(&self) -> &str {
        &self.delivery.cursor
    }

    /// Order as it is now, at least as new as the event
    async fn order(&self, ctx: &Context<'_>) -> Result<Order> {
        order(ctx, self.order).await
    }

    /// What happened; null in SNAPSHOT and GAP
    async fn event(&self, ctx: &Context<'_>) -> Option<Result<OrderEvent>> {
        event(ctx, &self.delivery).await
    }
}

/// What a store's feed delivers. SNAPSHOT and GAP carry the figures and no order
pub struct StoreOrderUpdate {
    store: StoreId,
    delivery: Arc<Delivery>,
}

/// What a store's feed delivers. SNAPSHOT and GAP carry the figures and no order
#[Object]
impl StoreOrderUpdate {
    /// Why it came
    async fn kind(&self) -> UpdateKind {
        self.delivery.kind
    }

    /// Place in the stream; send it as `after` to go on from here
    async fn cursor(&self) -> &str {
        &self.delivery.cursor
    }

    /// Order that moved, as it is now; null in SNAPSHOT and GAP
    async fn order(&self, ctx: &Context<'_>) -> Option<Result<Order>> {
        Some(order(ctx, OrderId(self.delivery.event?.subject)).await)
    }

    /// What happened; null in SNAPSHOT and GAP
    async fn event(&self, ctx: &Context<'_>) -> Option<Result<OrderEvent>> {
        event(ctx, &self.delivery).await
    }

    /// Figures of the day
    async fn dashboard(&self, ctx: &Context<'_>) -> Result<StoreDashboard> {
        let store: Option<Arc<StoreRow>> = ctx.loaders().load(StoreById(self.store)).await?;
        let store = store.ok_or_else(|| Fault::new("following a store", "it is missing"))?;
        Ok(StoreDashboard::today(ctx, store))
    }
}

async fn order(ctx: &Context<'_>, id: OrderId) -> Result<Order> {
    let row = ctx.loaders().load(OrderById(id)).await?;
    Ok(Order::of(row.ok_or_else(|| Fault::new("following an order", "it is missing"))?))
}

async fn event(ctx: &Context<'_>, delivery: &Delivery) -> Option<Result<OrderEvent>> {
    let event = delivery.event?;
    let key = EventOfOrder((OrderId(event.subject), event.version));
    let row = ctx.loaders().load(key).await.transpose();
    let missing = || Err(Fault::new("following an order", "its event is missing").into());
    Some(row.unwrap_or_else(missing).map(OrderEvent))
}

/// Orders that can be followed
#[derive(Default)]
pub struct OrderSubscription;

#[Subscription]
impl OrderSubscription {
    /// Buyer or store staff. With after: every event since, none twice, none left out
    async fn order_updates(
        &self,
        ctx: &Context<'_>,
        id: ID,
        after: Option<String>,
    ) -> Result<impl Stream<Item = OrderUpdate> + use<>> {
        let order = OrderId::read(&id, "id")?;
        let delivery = follow(ctx, Topic::Order(order), after);
        Ok(futures_util::stream::iter(delivery.map(|delivery| OrderUpdate { order, delivery })))
    }

    /// Store staff: every order of the store as it moves, with the day's figures
    async fn store_order_updates(
        &self,
        ctx: &Context<'_>,
        store_id: ID,
        after: Option<String>,
    ) -> Result<impl Stream<Item = StoreOrderUpdate> + use<>> {
        let store = StoreId::read(&store_id, "storeId")?;
        let delivery = follow(ctx, Topic::Store(store), after);
        let update = delivery.map(|delivery| StoreOrderUpdate { store, delivery });
        Ok(futures_util::stream::iter(update))
    }
}
