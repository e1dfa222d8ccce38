//! A store's day in figures: sums over the few rows that orders keep up to date.

use super::OrderStatus;
use crate::entities::{
    Currency, ListingFigure as ListingRow, Money as Amount, OrderFigure, OrderStatus as Status,
    Store as Row, day_number,
};
use crate::error::Result;
use crate::loaders::{BestOfDay, FiguresOfDay, ListingById};
use crate::schema::context::ContextExt;
use crate::schema::listing::Listing;
use crate::schema::scalar::Date;
use crate::schema::value::Money;
use async_graphql::{Context, Object, SimpleObject};
use chrono::{NaiveDate, Timelike};
use std::sync::Arc;

/// Best sellers that are shown
const BEST: usize = 10;

/// Figures kept up to date by events, never by scanning. Orders that were rejected or cancelled
/// count in `byStatus` alone
pub struct StoreDashboard {
    store: Arc<Row>,
    date: NaiveDate,
    hour: u32,
}

impl StoreDashboard {
    /// Today by the store's clock
    pub fn today(ctx: &Context<'_>, store: Arc<Row>) -> Self {
        let local = ctx.now().to_utc().with_timezone(&store.time_zone());
        Self { date: local.date_naive(), hour: local.hour(), store }
    }

    async fn figures(&self, ctx: &Context<'_>) -> Result<Arc<[Arc<OrderFigure>]>> {
        Ok(ctx
            .loaders()
            .load(FiguresOfDay((self.store.id, day_number(self.date))))
            .await?
            .unwrap_or_default())
    }

    fn money(&self, minor: i64) -> Money {
        Amount { minor, currency: self.store.currency() }.into()
    }
}

/// Figures kept up to date by events, never by scanning. Orders that were rejected or cancelled
/// count in `byStatus` alone
#[Object]
impl StoreDashboard {
    /// Today in the store's time zone
    async fn day(&self) -> Date {
        Date(self.date)
    }

    /// Orders placed today that were not called off
    async fn order_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let figures = self.figures(ctx).await?;
        Ok(counted(&figures).map(|figure| figure.orders).sum())
    }

    /// What they cost together, as far as they are in the store's currency
    async fn revenue(&self, ctx: &Context<'_>) -> Result<Money> {
        let figures = self.figures(ctx).await?;
        Ok(self.money(sums(&figures, self.store.currency()).1))
    }

    /// What those in other currencies cost together, a sum a currency
    async fn other_revenue(&self, ctx: &Context<'_>) -> Result<Vec<Money>> {
        let figures = self.figures(ctx).await?;
        let mut currencies: Vec<Currency> =
            counted(&figures).map(|figure| figure.currency).collect();
        currencies.retain(|currency| *currency != self.store.currency());
        currencies.sort_unstable_by_key(|currency| currency.code());
        currencies.dedup();
        let sum = |currency| Amount { minor: sums(&figures, currency).1, currency }.into();
        Ok(currencies.into_iter().map(sum).collect())
    }

    /// Revenue by order, in the store's currency; 0 without orders
    async fn average_order(&self, ctx: &Context<'_>) -> Result<Money> {
        let figures = self.figures(ctx).await?;
        let (orders, minor) = sums(&figures, self.store.currency());
        // Half a minor unit and more is one.
        Ok(self.money(if orders == 0 { 0 } else { (2 * minor + orders) / (2 * orders) }))
    }

    /// Today's orders in every state
    async fn by_status(&self, ctx: &Context<'_>) -> Result<Vec<OrderStatusCount>> {
        let figures = self.figures(ctx).await?;
        let count = |status: Status| {
            let here = figures.iter().filter(|figure| figure.status == status);
            let count = here.map(|figure| figure.orders).sum();
            OrderStatusCount { status: status.into(), count }
        };
        Ok(Status::ALL.into_iter().map(count).collect())
    }

    /// One entry an hour of the day so far
    async fn hourly(&self, ctx: &Context<'_>) -> Result<Vec<HourlyFigure>> {
        let figures = self.figures(ctx).await?;
        let of_hour = |hour: u32| {
            let here = || counted(&figures).filter(move |row| u32::try_from(row.hour) == Ok(hour));
            let own = here().filter(|row| row.currency == self.store.currency());
            HourlyFigure {
                hour: i32::try_from(hour).unwrap_or_default(),
                order_count: here().map(|row| row.orders).sum(),
                revenue: self.money(own.map(|row| row.total_minor).sum()),
            }
        };
        Ok((0..=self.hour).map(of_hour).collect())
    }

    /// Ten best sellers of the day, by number sold
    async fn top_listings(&self, ctx: &Context<'_>) -> Result<Vec<ListingFigure>> {
        let key = BestOfDay((self.store.id, day_number(self.date)));
        let rows = ctx.loaders().load(key).await?.unwrap_or_default();
        let best = rows.iter().take(BEST);
        let ids = best.clone().map(|row| ListingById(row.listing_id)).collect();
        let listings = ctx.loaders().load_all(ids).await?;
        let found = best.zip(listings).filter_map(|(row, listing)| Some(figure(row, listing?)));
        Ok(found.collect())
    }
}

fn figure(row: &ListingRow, listing: Arc<crate::entities::Listing>) -> ListingFigure {
    ListingFigure {
        listing: Listing::of(listing),
        quantity: row.quantity,
        revenue: Amount { minor: row.total_minor, currency: row.currency }.into(),
    }
}

fn counted(figures: &[Arc<OrderFigure>]) -> impl Iterator<Item = &Arc<OrderFigure>> {
    figures.iter().filter(|figure| figure.status.counts())
}

/// Number and sum of the orders in a currency
fn sums(figures: &[Arc<OrderFigure>], currency: Currency) -> (i64, i64) {
    counted(figures)
        .filter(|figure| figure.currency == currency)
        .fold((0, 0), |(orders, minor), figure| {
            (orders + i64::from(figure.orders), minor + figure.total_minor)
        })
}

/// Orders in one state
#[derive(SimpleObject)]
pub struct OrderStatusCount {
    /// The state
    pub status: OrderStatus,
    /// How many stand in it
    pub count: i32,
}

/// One hour of the day, by the store's clock
#[derive(SimpleObject)]
pub struct HourlyFigure {
    /// 0 to 23
    pub hour: i32,
    /// Orders placed within the hour
    pub order_count: i32,
    /// What they cost together, in the store's currency
    pub revenue: Money,
}

/// What was sold of one listing
#[derive(SimpleObject)]
pub struct ListingFigure {
    /// What was sold
    pub listing: Listing,
    /// How many
    pub quantity: i32,
    /// What they cost together
    pub revenue: Money,
}
