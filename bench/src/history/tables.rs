//! Rows of all tables that orders are in, and of the figures that are kept of them.

use super::plan::{EVENT, ITEM, ORDER, Order, Plan, Seller, whole};
use crate::engine::Place;
use crate::fill::{Cell, Fill};
use crate::tell;
use anyhow::Result;
use plaza::entities::{Fulfilment, OrderEventKind};
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Instant;

/// Orders that are written at once
const AT_ONCE: usize = 100_000;
/// After so many, it is told how it goes
const TELL: usize = 1_000_000;

/// Fills all tables.
///
/// # Errors
/// The database refuses.
pub async fn fill(place: &Place, plan: &Plan) -> Result<()> {
    let (mut fill, mut figures) = (Fill::begin(place).await?, Figures::default());
    fill.believe().await?;
    let started = Instant::now();
    for from in (0..plan.orders).step_by(AT_ONCE) {
        let end = (from + AT_ONCE).min(plan.orders);
        orders(&mut fill, plan, from..end).await?;
        items(&mut fill, plan, from..end).await?;
        events(&mut fill, plan, from..end).await?;
        (from..end).for_each(|at| figures.count(&plan.order(at)));
        let day = if end == plan.orders { i64::MAX } else { plan.order(end).day() };
        figures.write(&mut fill, &plan.sellers, day).await?;
        if end.is_multiple_of(TELL) {
            tell(&format!("  {end} orders after {:.0} s", started.elapsed().as_secs_f64()));
        }
    }
    let counters = plan.sellers.iter().enumerate().map(|(at, seller)| {
        [Cell::Id(seller.store), Cell::Int(whole(plan.of_seller(at, plan.orders)))]
    });
    fill.rows("store_counter", ["store_id", "orders"], counters).await?;
    fill.finish().await
}

async fn orders(fill: &mut Fill, plan: &Plan, some: Range<usize>) -> Result<()> {
    let fulfilment = Cell::Int(Fulfilment::Pickup as i64);
    let rows = some.map(|at| {
        let order = plan.order(at);
        let at = Cell::Int(order.micros());
        [
            Cell::Id(order.id(ORDER)),
            Cell::Id(order.of.store),
            Cell::Id(order.buyer),
            Cell::Int(order.number),
            Cell::Int(order.status as i64),
            fulfilment,
            Cell::Text(&order.of.currency),
            Cell::Int(order.of.price),
            Cell::Int(1),
            Cell::Int(order.day()),
            Cell::Int(order.hour()),
            at,
            at,
            Cell::Int(1),
        ]
    });
    let columns = [
        "id",
        "store_id",
        "buyer_id",
        "number",
        "status",
        "fulfilment",
        "currency",
        "total_minor",
        "item_count",
        "day",
        "hour",
        "placed_at",
        "updated_at",
        "version",
    ];
    fill.rows("\"order\"", columns, rows).await
}

async fn items(fill: &mut Fill, plan: &Plan, some: Range<usize>) -> Result<()> {
    let rows = some.map(|at| {
        let order = plan.order(at);
        [
            Cell::Id(order.id(ITEM)),
            Cell::Id(order.id(ORDER)),
            Cell::Int(0),
            Cell::Id(order.of.listing),
            Cell::Text(&order.of.title),
            Cell::Int(order.of.price),
            Cell::Int(1),
            Cell::Bool(false),
        ]
    });
    let columns = [
        "id",
        "order_id",
        "position",
        "listing_id",
        "title",
        "price_minor",
        "quantity",
        "stock_taken",
    ];
    fill.rows("order_item", columns, rows).await
}

/// One an order: what came after it was placed would be as many rows again.
async fn events(fill: &mut Fill, plan: &Plan, some: Range<usize>) -> Result<()> {
    let kind = Cell::Int(OrderEventKind::Placed as i64);
    let rows = some.map(|at| {
        let order = plan.order(at);
        let ids = [order.id(EVENT), order.id(ORDER), order.buyer].map(Cell::Id);
        let [id, order_id, actor] = ids;
        [id, order_id, Cell::Int(1), kind, actor, Cell::Int(order.micros())]
    });
    let columns = ["id", "order_id", "version", "kind", "actor_id", "occurred_at"];
    fill.rows("order_event", columns, rows).await
}

/// Sums of the days that are not written yet
#[derive(Default)]
struct Figures {
    /// By day, hour, store and state: orders, and what they cost
    hours: BTreeMap<(i64, i64, usize, i64), (i64, i64)>,
    /// By day and store: how many of its listing were sold, and for how much
    sold: BTreeMap<(i64, usize), (i64, i64)>,
}

impl Figures {
    fn count(&mut self, order: &Order<'_>) {
        let (day, price) = (order.day(), order.of.price);
        let key = (day, order.hour(), order.seller, order.status as i64);
        let add = |sum: &mut (i64, i64)| *sum = (sum.0 + 1, sum.1 + price);
        add(self.hours.entry(key).or_default());
        if order.status.counts() {
            add(self.sold.entry((day, order.seller)).or_default());
        }
    }

    /// Writes the days before this one: no more orders come for them.
    async fn write(&mut self, fill: &mut Fill, sellers: &[Seller], day: i64) -> Result<()> {
        let later = self.hours.split_off(&(day, 0, 0, 0));
        let hours = std::mem::replace(&mut self.hours, later);
        let rows = hours.iter().map(|(&(day, hour, seller, status), &(orders, total))| {
            let seller = &sellers[seller];
            let [day, hour, status, orders, total] =
                [day, hour, status, orders, total].map(Cell::Int);
            let currency = Cell::Text(&seller.currency);
            [Cell::Id(seller.store), day, hour, status, currency, orders, total]
        });
        let columns = ["store_id", "day", "hour", "status", "currency", "orders", "total_minor"];
        fill.rows("order_figure", columns, rows).await?;
        let later = self.sold.split_off(&(day, 0));
        let sold = std::mem::replace(&mut self.sold, later);
        let rows = sold.iter().map(|(&(day, seller), &(quantity, total))| {
            let seller = &sellers[seller];
            let [day, quantity, total] = [day, quantity, total].map(Cell::Int);
            let currency = Cell::Text(&seller.currency);
            [Cell::Id(seller.store), day, Cell::Id(seller.listing), currency, quantity, total]
        });
        let columns = ["store_id", "day", "listing_id", "currency", "quantity", "total_minor"];
        fill.rows("listing_figure", columns, rows).await
    }
}
