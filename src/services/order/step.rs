//! Moving an order from state to state.

use super::{figure, items_of, no_order, read, stock, tell};
use crate::app::App;
use crate::db::{Columns, WriteTx};
use crate::entities::StoreRole;
use crate::entities::{Order, OrderEvent, OrderEventId, OrderId, OrderStatus};
use crate::error::{Code, Refusal, Refusals, Result};
use crate::events::News;
use crate::rules::order_flow::{self, Part};
use crate::services::idempotency::Keyed;
use crate::services::input::paragraphs;
use crate::services::viewer::{Member, Viewer, role_in};
use std::sync::Arc;

/// Longest note, in characters
pub(super) const MAX_NOTE: usize = 500;

/// Input of [`order_step`]
#[derive(Clone, Debug)]
pub struct OrderStep {
    pub id: OrderId,
    /// Where to
    pub to: OrderStatus,
    pub version: Option<i32>,
    pub note: Option<String>,
    pub idempotency_key: Option<String>,
}

/// Takes a step with an order.
///
/// # Errors
/// Refused where the flow or the viewer's part does not have the step (the message names those it
/// has), where the order has moved on from the version sent, and to strangers.
pub async fn order_step(app: &App, viewer: &Viewer, input: OrderStep) -> Result<Arc<Order>> {
    let member = viewer.member()?;
    let keyed = Keyed::new(mutation(input.to), input.idempotency_key.as_deref(), &input)?;
    let mut refusals = Refusals::default();
    let note =
        input.note.clone().and_then(|note| refusals.keep(paragraphs("note", MAX_NOTE)(note)));
    refusals.check()?;
    let tx = app.db.write().await?;
    let before = read(&tx, input.id, false).await?.ok_or_else(|| no_order("id"))?;
    // Before the key: it shows nothing to whoever has left the store since.
    let part = part_of(&tx, member, &before).await?;
    if part.is_stranger() {
        return Err(no_order("id").into());
    }
    if let Some(keyed) = keyed
        && keyed.claim(app, &tx, member, input.id.0).await?.is_some()
    {
        let order = read(&tx, input.id, false).await?.ok_or_else(|| no_order("id"))?;
        tx.commit().await?;
        return Ok(Arc::new(order));
    }
    let items = if input.to.counts() { Vec::new() } else { items_of(&tx, input.id).await? };
    // Listings before the order: the same way round as placing does.
    stock::lock(&tx, stock::taken(&items).into_iter().map(|(id, _)| id)).await?;
    let mut order = read(&tx, input.id, true).await?.ok_or_else(|| no_order("id"))?;
    demand_version(&order, input.version)?;
    order_flow::check(order.status, input.to, order.fulfilment, part).map_err(|refused| {
        let code = if refused.forbidden { Code::Forbidden } else { Code::Conflict };
        Refusal::new(code, refused.message()).at("id")
    })?;
    let (from, now) = (order.status, app.clock.now());
    (order.status, order.version, order.updated_at) = (input.to, order.version + 1, now);
    let columns = Columns::of("order")
        .set("status", order.status)
        .set("version", order.version)
        .set("updated_at", now);
    tx.update(order.id.0, columns).await?;
    stock::put_back(&tx, &items, now).await?;
    let mut news = News::default();
    let event = OrderEvent {
        id: OrderEventId(app.ids.next()),
        order_id: order.id,
        version: order.version,
        kind: order.status.into(),
        actor_id: Some(member.user.id),
        note: note.filter(|note| !note.is_empty()),
        occurred_at: now,
    };
    tell(&tx, &mut news, &order, event).await?;
    figure::moved(&tx, &order, from, &items).await?;
    app.log.commit(tx, news, now).await?;
    Ok(Arc::new(order))
}

/// The mutation that takes an order there: the same key in another is another key.
fn mutation(to: OrderStatus) -> &'static str {
    match to {
        OrderStatus::Placed => "orderPlace",
        OrderStatus::Accepted => "orderAccept",
        OrderStatus::Preparing => "orderPrepare",
        OrderStatus::Ready => "orderReady",
        OrderStatus::Completed => "orderComplete",
        OrderStatus::Rejected => "orderReject",
        OrderStatus::Cancelled => "orderCancel",
    }
}

/// What a person is to an order. Administrators count as its store's owner.
async fn part_of(tx: &WriteTx, member: &Member, order: &Order) -> Result<Part> {
    let staff = if member.user.is_admin() {
        Some(StoreRole::Owner)
    } else {
        role_in(tx, order.store_id, member.user.id).await?
    };
    Ok(Part { buyer: order.buyer_id == member.user.id, staff })
}

fn demand_version(order: &Order, sent: Option<i32>) -> Result<(), Refusal> {
    match sent {
        Some(version) if version != order.version => {
            let message = format!(
                "The order has moved on since version {version}: it is {} at version {}",
                order.status.name(),
                order.version
            );
            Err(Refusal::new(Code::Conflict, message).at("version"))
        }
        _ => Ok(()),
    }
}
