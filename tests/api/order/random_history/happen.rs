//! What becomes of a town when something happens.

use super::act::Act;
use super::town::Town;
use crate::order::recount::local;
use chrono::{DateTime, Days, TimeDelta, TimeZone, Utc};
use plaza::entities::{Fulfilment, ListingId, Order, OrderStatus, Timestamp};
use plaza::error::{Error, Result};
use plaza::services::{
    Change, ListingUpdate, OrderItemInput, OrderPlace, OrderStep, PriceInput, listing_update,
    order_place, order_step,
};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What a service did; None where it refused
fn settled<T>(result: Result<T>) -> Result<Option<T>, TestCaseError> {
    match result {
        Ok(done) => Ok(Some(done)),
        Err(Error::Refused(_)) => Ok(None),
        Err(other) => Err(TestCaseError::fail(format!("{other:?}"))),
    }
}

impl Town<'_> {
    pub async fn act(&mut self, act: &Act) -> Result<(), TestCaseError> {
        match act {
            Act::Place { store, first, quantities, delivery, ahead } => {
                self.tried = Some(self.order((*store, *first), quantities, *delivery, *ahead));
                self.place().await
            }
            Act::Again => self.place().await,
            Act::Onward { order } => {
                let from = self.seen(*order).map_or(0, |order| order.status as usize);
                // Past the last state there is none: asked again, it is refused.
                self.step(0, *order, OrderStatus::ALL[(from + 1).min(4)]).await
            }
            Act::Step { who, order, to } => {
                let to = OrderStatus::ALL[to % OrderStatus::ALL.len()];
                self.step(*who, *order, to).await
            }
            Act::End { who, order, reject: true } => {
                self.step(*who, *order, OrderStatus::Rejected).await
            }
            Act::End { who, order, reject: false } => {
                self.step(*who, *order, OrderStatus::Cancelled).await
            }
            Act::Price { listing, cents, other } => self.price(*listing, *cents, *other).await,
            Act::Minutes(minutes) => {
                self.app.pass_seconds(60 * minutes);
                Ok(())
            }
            Act::Midnight { store, past } => {
                self.midnight(*store, *past);
                Ok(())
            }
        }
    }

    fn order(
        &mut self,
        (store, first): (usize, usize),
        quantities: &[i32],
        delivery: bool,
        ahead: Option<i64>,
    ) -> OrderPlace {
        let stall = &self.stalls[store % self.stalls.len()];
        let listings = stall.listings.iter().cycle().skip(first % stall.listings.len());
        let item = |((listing_id, _), quantity): (&(ListingId, _), &i32)| OrderItemInput {
            listing_id: *listing_id,
            quantity: *quantity,
        };
        let items = listings.zip(quantities).map(item).collect();
        self.keys += 1;
        OrderPlace {
            store_id: stall.id,
            items,
            fulfilment: if delivery { Fulfilment::Delivery } else { Fulfilment::Pickup },
            note: None,
            scheduled_for: ahead.map(|minutes| self.now().plus_seconds(60 * minutes)),
            idempotency_key: format!("clave-{}", self.keys),
        }
    }

    async fn place(&mut self) -> Result<(), TestCaseError> {
        let Some(input) = self.tried.clone() else { return Ok(()) };
        let store = input.store_id;
        let placed = settled(order_place(&self.app.app, &self.people[2], input).await)?;
        let Some(order) = placed else {
            self.tally.not_placed += 1;
            return Ok(());
        };
        if self.orders.iter().any(|earlier| earlier.id == order.id) {
            return Ok(());
        }
        self.tally.placed += 1;
        let zone = self.stalls.iter().find(|stall| stall.id == store).expect("a stall").zone;
        prop_assert_eq!((order.day, order.hour), local(self.now().0, zone));
        self.orders.push(order);
        Ok(())
    }

    fn seen(&self, order: usize) -> Option<&Arc<Order>> {
        self.orders.get(order.checked_rem(self.orders.len())?)
    }

    async fn step(
        &mut self,
        who: usize,
        order: usize,
        to: OrderStatus,
    ) -> Result<(), TestCaseError> {
        let Some(id) = self.seen(order).map(|order| order.id) else { return Ok(()) };
        let input = OrderStep { id, to, version: None, note: None, idempotency_key: None };
        let viewer = &self.people[who % self.people.len()];
        match settled(order_step(&self.app.app, viewer, input).await)? {
            Some(moved) => {
                let at = order % self.orders.len();
                self.orders[at] = moved;
                self.tally.steps += 1;
            }
            None => self.tally.no_steps += 1,
        }
        Ok(())
    }

    async fn price(&self, listing: usize, cents: i64, other: bool) -> Result<(), TestCaseError> {
        let stall = &self.stalls[listing % self.stalls.len()];
        let (id, currencies) = stall.listings[listing / 7 % stall.listings.len()];
        let currency = currencies[usize::from(other)];
        let amount = Decimal::new(cents, currency.decimals());
        let input = ListingUpdate {
            id,
            version: None,
            category_id: Change::Keep,
            title: Change::Keep,
            description: Change::Keep,
            price: Change::Set(PriceInput { amount, currency }),
            stock: Change::Keep,
            location_name: Change::Keep,
            location: Change::Keep,
        };
        settled(listing_update(&self.app.app, &self.people[0], input).await).map(|_| ())
    }

    fn now(&self) -> Timestamp {
        self.app.app.clock.now()
    }

    /// Goes to the store's next midnight, or a few minutes before or after; never back.
    fn midnight(&mut self, store: usize, past: i64) {
        let zone = self.stalls[store % self.stalls.len()].zone;
        let now: DateTime<Utc> = self.now().to_utc();
        let day = now.with_timezone(&zone).date_naive() + Days::new(1);
        let midnight = day.and_hms_opt(0, 0, 0).expect("a time");
        // Where clocks are put on at midnight, the day begins an hour later.
        let begins = [midnight, midnight + TimeDelta::hours(1)]
            .into_iter()
            .find_map(|time| zone.from_local_datetime(&time).earliest())
            .expect("a day begins");
        let then = begins.to_utc() + TimeDelta::minutes(past);
        self.app.go_to(then.max(now).timestamp_micros());
        self.tally.midnights += 1;
    }
}
