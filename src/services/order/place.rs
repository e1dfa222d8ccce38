//! Placing an order: stock taken, order, items, event, figures and key in one transaction.

use super::step::MAX_NOTE;
use super::{figure, read, stock, tell};
use crate::app::App;
use crate::db::{Columns, Reads, WriteTx};
use crate::entities::{
    Fulfilment, Listing, ListingId, ListingStatus, Money, Order, OrderEvent, OrderEventId,
    OrderEventKind, OrderId, OrderItem, OrderItemId, OrderStatus, Row, Store, StoreHours, StoreId,
    Timestamp, day_number,
};
use crate::error::{Code, Error, Fault, Refusal, Refusals, Result};
use crate::events::News;
use crate::rules::opening_hours::{self, Span};
use crate::services::idempotency::Keyed;
use crate::services::input::paragraphs;
use crate::services::store::no_store;
use crate::services::viewer::{Member, Viewer};
use chrono::Timelike;
use sea_orm::{FromQueryResult, TryGetable};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Most lines of an order
const MAX_ITEMS: usize = 100;
/// Most of one listing
const MAX_QUANTITY: i32 = 1000;
/// How far ahead an order can be scheduled
const MAX_AHEAD_DAYS: i64 = 30;

/// A line of an order as a client sends it
#[derive(Clone, Copy, Debug)]
pub struct OrderItemInput {
    pub listing_id: ListingId,
    pub quantity: i32,
}

/// Input of [`order_place`]
#[derive(Clone, Debug)]
pub struct OrderPlace {
    pub store_id: StoreId,
    pub items: Vec<OrderItemInput>,
    pub fulfilment: Fulfilment,
    pub note: Option<String>,
    pub scheduled_for: Option<Timestamp>,
    pub idempotency_key: String,
}

/// Places an order with one store, at the prices of this moment.
///
/// # Errors
/// Refused with everything wrong with the items at once: unknown, of another store, not on the
/// market, out of stock, of two currencies; and where the store is closed at that time.
pub async fn order_place(app: &App, viewer: &Viewer, input: OrderPlace) -> Result<Arc<Order>> {
    let member = viewer.member()?;
    let keyed = Keyed::new("orderPlace", Some(&input.idempotency_key), &input)?;
    let now = app.clock.now();
    let mut refusals = Refusals::default();
    check_items(&input.items, &mut refusals);
    let note =
        input.note.clone().and_then(|note| refusals.keep(paragraphs("note", MAX_NOTE)(note)));
    let scheduled = input.scheduled_for.map(|at| check_time(at, now)).transpose();
    if let Err(refusal) = &scheduled
        && !refusals.is_empty()
    {
        refusals.add(refusal.clone());
    }
    refusals.check()?;
    let tx = app.db.write().await?;
    let id = OrderId(app.ids.next());
    if let Some(keyed) = keyed
        && let Some(earlier) = keyed.claim(app, &tx, member, id.0).await?
    {
        return placed_earlier(tx, OrderId(earlier)).await;
    }
    if !app.settings.now().orders_open {
        let message = "No orders are taken at the moment; try again later";
        return Err(Refusal::new(Code::Unavailable, message).into());
    }
    // After the key: a time that has come since the order was placed is no other input.
    let scheduled = scheduled?;
    let store = lock_store(&tx, input.store_id).await?;
    let store = store.filter(|store| !store.is_hidden()).ok_or_else(|| no_store("storeId"))?;
    demand_open(&tx, &store, scheduled, now).await?;
    let listings = stock::lock(&tx, input.items.iter().map(|item| item.listing_id.0)).await?;
    let bought = Bought::of(app, id, &store, &input.items, &listings)?;
    stock::take(&tx, &stock::taken(&bought.items), now).await?;
    let local = now.to_utc().with_timezone(&store.time_zone());
    let order = Order {
        id,
        store_id: store.id,
        buyer_id: member.user.id,
        number: next_number(&tx, store.id).await?,
        status: OrderStatus::Placed,
        fulfilment: input.fulfilment,
        note: note.filter(|note| !note.is_empty()),
        currency: bought.total.currency,
        total_minor: bought.total.minor,
        item_count: bought.items.iter().map(|item| item.quantity).sum(),
        day: day_number(local.date_naive()),
        hour: i16::try_from(local.hour()).unwrap_or_default(),
        placed_at: now,
        scheduled_for: scheduled,
        updated_at: now,
        version: 1,
    };
    insert(&tx, &order, &bought.items).await?;
    let news = first_event(app, &tx, member, &order).await?;
    figure::placed(&tx, &order, &bought.items).await?;
    app.log.commit(tx, news, now).await?;
    Ok(Arc::new(order))
}

async fn placed_earlier(tx: WriteTx, id: OrderId) -> Result<Arc<Order>> {
    let order = read(&tx, id, false).await?;
    tx.commit().await?;
    let gone = || Error::from(Fault::new("finding the order of a key", "it is gone"));
    order.map(Arc::new).ok_or_else(gone)
}

fn check_items(items: &[OrderItemInput], refusals: &mut Refusals) {
    if items.is_empty() {
        refusals.add(Refusal::new(Code::Required, "An order has at least one item").at("items"));
    }
    if items.len() > MAX_ITEMS {
        let message = format!("An order has at most {MAX_ITEMS} items");
        refusals.add(Refusal::new(Code::OutOfRange, message).at("items"));
    }
    let mut seen = HashSet::new();
    for (at, item) in items.iter().enumerate() {
        if !(1..=MAX_QUANTITY).contains(&item.quantity) {
            let message = format!("A quantity is 1 to {MAX_QUANTITY}");
            let field = format!("items.{at}.quantity");
            refusals.add(Refusal::new(Code::OutOfRange, message).at(&field));
        }
        if !seen.insert(item.listing_id) {
            let message = "This listing is in the order already; send it once, with the sum";
            let field = format!("items.{at}.listingId");
            refusals.add(Refusal::new(Code::Invalid, message).at(&field));
        }
    }
}

fn check_time(at: Timestamp, now: Timestamp) -> Result<Timestamp, Refusal> {
    let refuse = |message: String| Err(Refusal::new(Code::OutOfRange, message).at("scheduledFor"));
    if at <= now {
        return refuse("An order is scheduled for a time to come".to_owned());
    }
    if at > now.plus_seconds(MAX_AHEAD_DAYS * 24 * 3600) {
        return refuse(format!("An order is scheduled at most {MAX_AHEAD_DAYS} days ahead"));
    }
    Ok(at)
}

/// The store, kept from changing hands or hours until the transaction ends
async fn lock_store(tx: &WriteTx, id: StoreId) -> Result<Option<Store>> {
    let mut sql = tx.sql("SELECT ");
    sql.columns("s", Store::CARD).push(" FROM store s WHERE s.id = ").bind(id);
    // Orders of one store may be placed side by side.
    sql.either(" FOR KEY SHARE", "");
    Ok(tx.one(sql).await?.map(|row| Store::from_query_result(&row, "")).transpose()?)
}

/// Refuses where the store is closed at that time. A store without hours takes orders at any time.
async fn demand_open(
    tx: &WriteTx,
    store: &Store,
    scheduled: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    let mut sql = tx.sql("SELECT h.* FROM store_hours h WHERE h.store_id = ");
    sql.bind(store.id);
    let rows = tx.all(sql).await?;
    let spans: Vec<Span> = rows
        .iter()
        .map(|row| StoreHours::from_query_result(row, "").map(|hours| Span::from(&hours)))
        .collect::<Result<_, _>>()?;
    let at = scheduled.unwrap_or(now);
    if spans.is_empty() || opening_hours::is_open(&spans, store.time_zone(), at.to_utc()) {
        return Ok(());
    }
    let next = opening_hours::next_opens_at(&spans, store.time_zone(), at.to_utc())
        .map(|next| next.with_timezone(&store.time_zone()).format("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default();
    let (message, field) = match scheduled {
        None => (format!("The store is closed; schedule the order for {next} or later"), None),
        Some(_) => {
            (format!("The store is closed at that time; it opens at {next}"), Some("scheduledFor"))
        }
    };
    let refusal = Refusal::new(Code::StoreClosed, message);
    Err(match field {
        Some(field) => refusal.at(field),
        None => refusal,
    }
    .into())
}

/// The lines of an order, and what they cost together
struct Bought {
    items: Vec<OrderItem>,
    total: Money,
}

impl Bought {
    fn of(
        app: &App,
        order: OrderId,
        store: &Store,
        wanted: &[OrderItemInput],
        listings: &HashMap<ListingId, Listing>,
    ) -> Result<Self> {
        let (mut items, mut refusals) = (Vec::with_capacity(wanted.len()), Refusals::default());
        let mut total: Option<Money> = None;
        for (at, item) in wanted.iter().enumerate() {
            let listing = listings.get(&item.listing_id);
            let Some(listing) = refusals.keep(sellable(listing, store, *item, at)) else {
                continue;
            };
            let price = listing.price();
            let sum = total.get_or_insert(Money { minor: 0, currency: price.currency });
            if sum.currency != price.currency {
                let message = format!(
                    "{} is priced in {} and the items before in {}; place an order for each currency",
                    listing.title, price.currency, sum.currency
                );
                let field = format!("items.{at}.listingId");
                refusals.add(Refusal::new(Code::Invalid, message).at(&field));
                continue;
            }
            let line = OrderItem {
                id: OrderItemId(app.ids.next()),
                order_id: order,
                position: i16::try_from(at).unwrap_or(i16::MAX),
                listing_id: Some(listing.id),
                title: listing.title.clone(),
                price_minor: price.minor,
                quantity: item.quantity,
                stock_taken: listing.stock.is_some(),
            };
            sum.minor = sum.minor.saturating_add(line.total(price.currency).minor);
            items.push(line);
        }
        refusals.check()?;
        let total = total.ok_or_else(|| Fault::new("adding up an order", "it has no items"))?;
        // No amount is larger anywhere, and so many orders add up without running over.
        if Money::from_major(total.major(), total.currency).is_err() {
            let message = "An order costs at most 1,000,000,000,000 in all";
            return Err(Refusal::new(Code::OutOfRange, message).at("items").into());
        }
        Ok(Self { items, total })
    }
}

/// The listing, or why this many of it can't be had here.
fn sellable<'a>(
    listing: Option<&'a Listing>,
    store: &Store,
    item: OrderItemInput,
    at: usize,
) -> Result<&'a Listing, Refusal> {
    let refuse = |code, message: String, part: &str| {
        Err(Refusal::new(code, message).at(&format!("items.{at}.{part}")))
    };
    // What nobody but its staff sees does not exist here.
    let seen = listing.filter(|l| !l.hidden && l.status != ListingStatus::Draft);
    let Some(listing) = seen else {
        return refuse(Code::NotFound, "There is no such listing".to_owned(), "listingId");
    };
    if listing.store_id != store.id {
        let message = format!("{} is not offered by {}", listing.title, store.name);
        return refuse(Code::Invalid, message, "listingId");
    }
    match (listing.status, listing.stock) {
        (ListingStatus::SoldOut, _) | (ListingStatus::Active, Some(..=0)) => {
            refuse(Code::OutOfStock, format!("{} is sold out", listing.title), "quantity")
        }
        (ListingStatus::Active, Some(left)) if left < item.quantity => {
            let message = format!("Of {} there are {left} left", listing.title);
            refuse(Code::OutOfStock, message, "quantity")
        }
        (ListingStatus::Active, _) => Ok(listing),
        _ => {
            let message = format!("{} is not on the market at the moment", listing.title);
            refuse(Code::Conflict, message, "listingId")
        }
    }
}

async fn next_number(tx: &WriteTx, store: StoreId) -> Result<i32> {
    let mut sql = tx.sql("INSERT INTO store_counter (store_id, orders) VALUES (");
    sql.bind(store).push(
        ", 1) ON CONFLICT (store_id) DO UPDATE SET orders = store_counter.orders + 1 RETURNING orders",
    );
    match tx.one(sql).await? {
        Some(row) => Ok(i32::try_get_by_index(&row, 0)?),
        None => Err(Fault::new("numbering an order", "the counter returned nothing").into()),
    }
}

async fn insert(tx: &WriteTx, order: &Order, items: &[OrderItem]) -> Result<()> {
    let columns = Columns::of("order")
        .set("id", order.id)
        .set("store_id", order.store_id)
        .set("buyer_id", order.buyer_id)
        .set("number", order.number)
        .set("status", order.status)
        .set("fulfilment", order.fulfilment)
        .set("note", order.note.clone())
        .set("currency", order.currency.code())
        .set("total_minor", order.total_minor)
        .set("item_count", order.item_count)
        .set("day", order.day)
        .set("hour", order.hour)
        .set("placed_at", order.placed_at)
        .set("scheduled_for", order.scheduled_for)
        .set("updated_at", order.updated_at)
        .set("version", order.version);
    tx.insert(columns).await?;
    let lines = items.iter().map(|item| {
        Columns::of("order_item")
            .set("id", item.id)
            .set("order_id", item.order_id)
            .set("position", item.position)
            .set("listing_id", item.listing_id)
            .set("title", item.title.clone())
            .set("price_minor", item.price_minor)
            .set("quantity", item.quantity)
            .set("stock_taken", item.stock_taken)
    });
    tx.insert_all(lines.collect()).await?;
    Ok(())
}

async fn first_event(app: &App, tx: &WriteTx, member: &Member, order: &Order) -> Result<News> {
    let mut news = News::default();
    let event = OrderEvent {
        id: OrderEventId(app.ids.next()),
        order_id: order.id,
        version: order.version,
        kind: OrderEventKind::Placed,
        actor_id: Some(member.user.id),
        note: None,
        occurred_at: order.placed_at,
    };
    tell(tx, &mut news, order, event).await?;
    Ok(news)
}
