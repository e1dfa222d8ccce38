//! A store's figures, moved by the same transaction that moves the order.

use crate::db::{Reads, Sql, WriteTx};
use crate::entities::{Order, OrderItem, OrderStatus};
use crate::error::Result;
use uuid::Uuid;

/// Counts a new order.
pub(super) async fn placed(tx: &WriteTx, order: &Order, items: &[OrderItem]) -> Result<()> {
    count(tx, order, &[(order.status, 1)]).await?;
    sold(tx, order, items, 1).await
}

/// Counts an order, which stood in another state before, in the one it stands in now.
pub(super) async fn moved(
    tx: &WriteTx,
    order: &Order,
    from: OrderStatus,
    items: &[OrderItem],
) -> Result<()> {
    // The flow leads from smaller numbers to larger: rows are locked in the order of their key.
    count(tx, order, &[(from, -1), (order.status, 1)]).await?;
    if from.counts() && !order.status.counts() {
        sold(tx, order, items, -1).await?;
    }
    Ok(())
}

async fn count(tx: &WriteTx, order: &Order, changes: &[(OrderStatus, i32)]) -> Result<()> {
    let mut sql = tx.sql(
        "INSERT INTO order_figure (store_id, day, hour, status, currency, orders, total_minor) VALUES ",
    );
    for (at, (status, change)) in changes.iter().enumerate() {
        sql.push(if at == 0 { "(" } else { ", (" }).bind(order.store_id);
        sql.push(", ").bind(order.day).push(", ").bind(order.hour).push(", ").bind(*status);
        sql.push(", ").bind(order.currency.code()).push(", ").bind(*change);
        sql.push(", ").bind(order.total_minor.saturating_mul(i64::from(*change))).push(")");
    }
    sql.push(
        " ON CONFLICT (store_id, day, hour, status, currency) DO UPDATE SET \
         orders = order_figure.orders + EXCLUDED.orders, \
         total_minor = order_figure.total_minor + EXCLUDED.total_minor",
    );
    tx.run(sql).await?;
    Ok(())
}

async fn sold(tx: &WriteTx, order: &Order, items: &[OrderItem], sign: i32) -> Result<()> {
    let mut rows: Vec<(Uuid, i32, i64)> = items
        .iter()
        .filter_map(|item| {
            let total = item.total(order.currency).minor;
            Some((item.listing_id?.0, sign * item.quantity, i64::from(sign) * total))
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    rows.sort_unstable_by_key(|row| row.0);
    let mut sql = tx.sql(
        "INSERT INTO listing_figure (store_id, day, listing_id, currency, quantity, total_minor) VALUES ",
    );
    for (at, row) in rows.iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " });
        values(&mut sql, order, row);
    }
    sql.push(
        " ON CONFLICT (store_id, day, listing_id, currency) DO UPDATE SET \
         quantity = listing_figure.quantity + EXCLUDED.quantity, \
         total_minor = listing_figure.total_minor + EXCLUDED.total_minor",
    );
    tx.run(sql).await?;
    Ok(())
}

fn values(sql: &mut Sql, order: &Order, (listing, quantity, total): &(Uuid, i32, i64)) {
    sql.push("(").bind(order.store_id).push(", ").bind(order.day).push(", ").bind(*listing);
    sql.push(", ").bind(order.currency.code()).push(", ").bind(*quantity);
    sql.push(", ").bind(*total).push(")");
}
