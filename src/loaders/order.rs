//! Orders by id, their lines, single steps, and a store's figures.

use super::batch::{Table, question};
use crate::entities::{
    ListingFigure, Order, OrderEvent, OrderFigure, OrderId, OrderItem, Row, StoreId,
};
use std::sync::Arc;

const ORDERS: Table = Table { name: "\"order\"", only: "" };
const ITEMS: Table = Table { name: "order_item", only: "" };
const EVENTS: Table = Table { name: "order_event", only: "" };

question! {
    /// The order with an id
    OrderById(OrderId) -> Arc<Order>,
    |loads, keys| {
        let ids = keys.iter().map(|key| key.0.0);
        loads.rows_by_id(ORDERS, "t.id", ids, |order: &Order| OrderById(order.id)).await
    }
}

question! {
    /// Lines of an order
    ItemsOfOrder(OrderId) -> Arc<[Arc<OrderItem>]>,
    |loads, keys| {
        let mut sql = loads.select::<OrderItem>(ITEMS);
        sql.any_id("t.order_id", keys.iter().map(|key| key.0.0));
        sql.push(" ORDER BY t.order_id, t.position");
        loads.grouped(sql, keys, |key| key.0, |_, item: &OrderItem| Ok(item.order_id)).await
    }
}

question! {
    /// The step by which an order came to a version
    EventOfOrder((OrderId, i32)) -> Arc<OrderEvent>,
    |loads, keys| {
        let mut sql = loads.select::<OrderEvent>(EVENTS);
        let wanted: Vec<_> = keys.iter().map(|key| (key.0.0.0, key.0.1)).collect();
        sql.push("EXISTS (SELECT 1 FROM ").quantities(&wanted);
        sql.push(" WHERE v.id = t.order_id AND v.quantity = t.version)");
        loads.keyed(sql, |event: &OrderEvent| EventOfOrder((event.order_id, event.version))).await
    }
}

question! {
    /// Orders of a store's day by hour, state and currency
    FiguresOfDay((StoreId, i32)) -> Arc<[Arc<OrderFigure>]>,
    |loads, keys| {
        let wanted: Vec<_> = keys.iter().map(|key| (key.0.0.0, key.0.1)).collect();
        let mut sql = loads.sql("SELECT ");
        sql.columns("t", OrderFigure::CARD).push(" FROM ");
        sql.quantities(&wanted).push(" JOIN order_figure t ON t.store_id = v.id AND t.day = v.quantity");
        sql.push(" WHERE t.orders <> 0 ORDER BY t.hour, t.status, t.currency");
        loads.grouped(sql, keys, |key| key.0, |_, row: &OrderFigure| Ok((row.store_id, row.day))).await
    }
}

question! {
    /// What a store sold in a day, most first
    BestOfDay((StoreId, i32)) -> Arc<[Arc<ListingFigure>]>,
    |loads, keys| {
        let wanted: Vec<_> = keys.iter().map(|key| (key.0.0.0, key.0.1)).collect();
        let mut sql = loads.sql("SELECT ");
        sql.columns("t", ListingFigure::CARD).push(" FROM ");
        sql.quantities(&wanted).push(" JOIN listing_figure t ON t.store_id = v.id AND t.day = v.quantity");
        sql.push(" WHERE t.quantity > 0 ORDER BY t.quantity DESC, t.total_minor DESC, t.listing_id");
        loads.grouped(sql, keys, |key| key.0, |_, row: &ListingFigure| Ok((row.store_id, row.day))).await
    }
}
