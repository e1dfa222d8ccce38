//! Placing orders, and moving them along.

use super::{Fulfilment, Order};
use crate::entities::{ListingId, OrderId, OrderStatus, StoreId};
use crate::error::{Refusals, Result};
use crate::schema::context::ContextExt;
use crate::schema::node::Global;
use crate::schema::scalar::DateTime;
use crate::schema::user_error::{outcome, payload};
use crate::services::{self, OrderPlace, OrderStep};
use async_graphql::{Context, ID, InputObject, Object};

/// One line of a new order
#[derive(InputObject)]
pub struct OrderItemInput {
    /// What of
    listing_id: ID,
    /// How many, 1 to 1,000
    quantity: i32,
}

/// New order. All items from one store; stock is taken in the same transaction
#[derive(InputObject)]
pub struct OrderPlaceInput {
    /// Who sells
    store_id: ID,
    /// 1 to 100 lines, each of another listing, all priced in one currency
    items: Vec<OrderItemInput>,
    /// How it reaches the buyer
    #[graphql(default_with = "Some(Fulfilment::Pickup)")]
    fulfilment: Option<Fulfilment>,
    /// At most 500 characters
    note: Option<String>,
    /// For later: within the store's hours, and at most 30 days ahead
    scheduled_for: Option<DateTime>,
    /// Same key and input: the same order again, never a second
    idempotency_key: String,
}

/// Step of an order
#[derive(InputObject)]
pub struct OrderStepInput {
    /// Which order
    id: ID,
    /// Refused with CONFLICT where the order has moved on
    version: Option<i32>,
    /// At most 500 characters, for the order's history
    note: Option<String>,
    /// Same key and input: the same answer, never a second step
    idempotency_key: Option<String>,
}

payload! {
    /// New order
    OrderPlacePayload { order: Order }
}
payload! {
    /// Order after the step
    OrderStepPayload { order: Order }
}

/// Mutations on orders
#[derive(Default)]
pub struct OrderMutation;

#[Object]
impl OrderMutation {
    /// Buys of one store, at the prices of this moment
    async fn order_place(
        &self,
        ctx: &Context<'_>,
        input: OrderPlaceInput,
    ) -> Result<OrderPlacePayload> {
        let placed = async {
            ctx.viewer().member()?;
            let store_id = StoreId::read(&input.store_id, "storeId")?;
            let mut refusals = Refusals::default();
            let mut items = Vec::with_capacity(input.items.len());
            for (at, item) in input.items.iter().enumerate() {
                let id = ListingId::read(&item.listing_id, &format!("items.{at}.listingId"));
                if let Some(listing_id) = refusals.keep(id) {
                    items.push(services::OrderItemInput { listing_id, quantity: item.quantity });
                }
            }
            refusals.check()?;
            let input = OrderPlace {
                store_id,
                items,
                fulfilment: input.fulfilment.unwrap_or(Fulfilment::Pickup).into(),
                note: input.note,
                scheduled_for: input.scheduled_for.map(|at| at.0),
                idempotency_key: input.idempotency_key,
            };
            services::order_place(ctx.app(), ctx.viewer(), input).await
        };
        outcome(placed.await, |row| OrderPlacePayload::done(Order::of(row)))
    }

    /// Store will do it: from PLACED
    async fn order_accept(
        &self,
        ctx: &Context<'_>,
        input: OrderStepInput,
    ) -> Result<OrderStepPayload> {
        step(ctx, input, OrderStatus::Accepted).await
    }

    /// Store will not do it: from PLACED; puts the stock back
    async fn order_reject(
        &self,
        ctx: &Context<'_>,
        input: OrderStepInput,
    ) -> Result<OrderStepPayload> {
        step(ctx, input, OrderStatus::Rejected).await
    }

    /// Store begins: from ACCEPTED
    async fn order_prepare(
        &self,
        ctx: &Context<'_>,
        input: OrderStepInput,
    ) -> Result<OrderStepPayload> {
        step(ctx, input, OrderStatus::Preparing).await
    }

    /// To be picked up or delivered: from PREPARING
    async fn order_ready(
        &self,
        ctx: &Context<'_>,
        input: OrderStepInput,
    ) -> Result<OrderStepPayload> {
        step(ctx, input, OrderStatus::Ready).await
    }

    /// Handed over: from READY, by the counter, or by the courier who delivers
    async fn order_complete(
        &self,
        ctx: &Context<'_>,
        input: OrderStepInput,
    ) -> Result<OrderStepPayload> {
        step(ctx, input, OrderStatus::Completed).await
    }

    /// By the buyer until PREPARING, by the store until COMPLETED; puts the stock back
    async fn order_cancel(
        &self,
        ctx: &Context<'_>,
        input: OrderStepInput,
    ) -> Result<OrderStepPayload> {
        step(ctx, input, OrderStatus::Cancelled).await
    }
}

async fn step(
    ctx: &Context<'_>,
    input: OrderStepInput,
    to: OrderStatus,
) -> Result<OrderStepPayload> {
    let stepped = async {
        ctx.viewer().member()?;
        let input = OrderStep {
            id: OrderId::read(&input.id, "id")?,
            to,
            version: input.version,
            note: input.note,
            idempotency_key: input.idempotency_key,
        };
        services::order_step(ctx.app(), ctx.viewer(), input).await
    };
    outcome(stepped.await, |row| OrderStepPayload::done(Order::of(row)))
}
