//! The person's own orders: as the buyer, whatever else they may see.

use super::listing::stores_of;
use super::{OrdersWanted, grouped, told};
use crate::app::App;
use crate::db::Reads;
use crate::entities::{Money, Order, OrderId, OrderItem, OrderStatus, Row, UserId};
use crate::error::Result;
use chrono::SecondsFormat;
use sea_orm::FromQueryResult;
use serde::{Serialize, Serializer};
use std::collections::HashMap;

/// Orders that are told of
const MOST: i32 = 8;

/// An order as it is told
#[derive(Debug, Serialize)]
pub(in crate::services::assistant) struct FoundOrder {
    pub number: i32,
    pub store: Option<String>,
    #[serde(serialize_with = "state")]
    pub state: OrderStatus,
    pub total: String,
    placed_at: String,
    items: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn state<S: Serializer>(state: &OrderStatus, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(state.name())
}

/// The newest orders that a person placed.
///
/// # Errors
/// The database gave no answer.
pub(in crate::services::assistant) async fn orders(
    app: &App,
    buyer: UserId,
    wanted: &OrdersWanted,
) -> Result<Vec<FoundOrder>> {
    let reader = app.db.reader();
    let mut sql = reader.sql("SELECT ");
    sql.columns("o", Order::CARD).push(r#" FROM "order" o WHERE o.buyer_id = "#).bind(buyer);
    if let Some(number) = wanted.number {
        sql.push(" AND o.number = ").bind(number);
    }
    sql.push(" ORDER BY o.placed_at DESC, o.id DESC LIMIT ").bind(MOST);
    let rows = reader.all(sql).await?;
    let found: Vec<Order> =
        rows.iter().map(|row| Order::from_query_result(row, "")).collect::<Result<_, _>>()?;
    let stores = stores_of(app, found.iter().map(|order| order.store_id)).await?;
    let items = items_of(app, &found).await?;
    let told_of = found.iter().map(|order| {
        let lines = items.get(&order.id).into_iter().flatten();
        let total = Money { minor: order.total_minor, currency: order.currency };
        let placed = order.placed_at.to_utc().to_rfc3339_opts(SecondsFormat::Secs, true);
        FoundOrder {
            number: order.number,
            store: stores.get(&order.store_id).map(|store| store.name.clone()),
            state: order.status,
            total: told(total),
            placed_at: placed,
            items: lines.map(|item| format!("{} x {}", item.quantity, item.title)).collect(),
        }
    });
    Ok(told_of.collect())
}

async fn items_of(app: &App, orders: &[Order]) -> Result<HashMap<OrderId, Vec<OrderItem>>> {
    let mut sql = app.db.reader().sql("SELECT i.* FROM order_item i WHERE ");
    sql.any_id("i.order_id", orders.iter().map(|order| order.id.0));
    sql.push(" ORDER BY i.order_id, i.position");
    grouped(app, sql, |item: &OrderItem| item.order_id).await
}
