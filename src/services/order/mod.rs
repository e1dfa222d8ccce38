//! Orders: placed by a buyer, moved along `rules::order_flow` by the store.
//!
//! Rows are locked in a fixed order, in every transaction here: store, listings by id, the store's
//! counter, the order, its figures, and last of all the topics of the log by name.

mod figure;
mod place;
mod step;
mod stock;

pub use place::{OrderItemInput, OrderPlace, order_place};
pub use step::{OrderStep, order_step};

use crate::db::{Columns, Reads, WriteTx};
use crate::entities::{Order, OrderEvent, OrderId, OrderItem, Row};
use crate::error::{Code, Refusal, Result};
use crate::events::{Kind, News, Topic};
use sea_orm::FromQueryResult;

fn no_order(field: &str) -> Refusal {
    Refusal::new(Code::NotFound, "There is no such order").at(field)
}

async fn read(tx: &WriteTx, id: OrderId, lock: bool) -> Result<Option<Order>> {
    let mut sql = tx.sql("SELECT ");
    sql.columns("o", Order::CARD).push(r#" FROM "order" o WHERE o.id = "#).bind(id);
    if lock {
        sql.either(" FOR UPDATE", "");
    }
    Ok(tx.one(sql).await?.map(|row| Order::from_query_result(&row, "")).transpose()?)
}

async fn items_of(tx: &WriteTx, id: OrderId) -> Result<Vec<OrderItem>> {
    let mut sql = tx.sql("SELECT i.* FROM order_item i WHERE i.order_id = ");
    sql.bind(id).push(" ORDER BY i.position");
    let rows = tx.all(sql).await?;
    Ok(rows.iter().map(|row| OrderItem::from_query_result(row, "")).collect::<Result<_, _>>()?)
}

/// Writes the event by which an order came to its version, and adds it to what is told to whoever
/// follows the order or its store.
async fn tell(tx: &WriteTx, news: &mut News, order: &Order, event: OrderEvent) -> Result<()> {
    let columns = Columns::of("order_event")
        .set("id", event.id)
        .set("order_id", order.id)
        .set("version", event.version)
        .set("kind", event.kind)
        .set("actor_id", event.actor_id)
        .set("note", event.note)
        .set("occurred_at", event.occurred_at);
    tx.insert(columns).await?;
    for topic in [Topic::Order(order.id), Topic::Store(order.store_id)] {
        news.add(topic, Kind::OrderMoved, order.id.0, order.version);
    }
    Ok(())
}
