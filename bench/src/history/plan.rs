//! Every order as its number alone tells it: whose it is, where it stands, when it was placed.

use crate::people::column;
use crate::talks::made_id;
use crate::words::Dice;
use anyhow::Result;
use plaza::entities::OrderStatus;
use sea_orm::QueryResult;
use uuid::Uuid;

/// Orders that are open
pub const OPEN: usize = 2_000;
/// Of a store's orders, one in so many was called off
const CALLED_OFF: usize = 50;

/// First day, since 1970: 2024-11-01
const FROM_DAY: i64 = 20_028;
/// In milliseconds
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// From the stores' time to UTC: Nicaragua, where clocks stay as they are
const BEHIND: i64 = 6 * HOUR;
/// When stores open, and for how long
const OPENS: i64 = 8 * HOUR;
const OPENED: i64 = 10 * HOUR;

/// Kinds of ids; conversations have those before
pub const ORDER: u64 = 6;
pub const ITEM: u64 = 7;
pub const EVENT: u64 = 8;
/// The kind of chance by which people order
const WHO: u64 = 9;

/// A store, its owner, and what is bought there
pub struct Seller {
    pub store: Uuid,
    pub owner: Uuid,
    pub handle: String,
    pub listing: Uuid,
    pub title: String,
    pub price: i64,
    pub currency: String,
}

impl Seller {
    /// From a row: store, owner, handle, listing, title, price, currency
    ///
    /// # Errors
    /// It holds something else.
    pub fn of(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            store: column(row, 0)?,
            owner: column(row, 1)?,
            handle: column(row, 2)?,
            listing: column(row, 3)?,
            title: column(row, 4)?,
            price: column(row, 5)?,
            currency: column(row, 6)?,
        })
    }
}

/// All orders to be
pub struct Plan {
    pub orders: usize,
    pub sellers: Vec<Seller>,
    pub buyers: Vec<Uuid>,
    pub now: i64,
}

/// One of them
pub struct Order<'a> {
    at: usize,
    /// Place of the store among all, and the store
    pub seller: usize,
    pub of: &'a Seller,
    pub buyer: Uuid,
    pub number: i64,
    pub status: OrderStatus,
    /// When it was placed, by the store's clock
    local: i64,
}

impl Plan {
    /// The last day
    pub fn today(&self) -> i64 {
        local_day(self.now)
    }

    /// Where those that are open begin
    pub fn first_open(&self) -> usize {
        self.orders.saturating_sub(OPEN)
    }

    /// How many of the first so many orders are one store's
    pub fn of_seller(&self, seller: usize, orders: usize) -> usize {
        orders.saturating_sub(seller).div_ceil(self.sellers.len())
    }

    /// Ids of so many orders of the first store, evenly from all of them
    pub fn some_of_first(&self, some: usize) -> Vec<Uuid> {
        let all = self.of_seller(0, self.orders);
        let some = some.min(all);
        (0..some).map(|at| self.order(at * all / some * self.sellers.len()).id(ORDER)).collect()
    }

    /// An order by its number among all, from 0
    pub fn order(&self, at: usize) -> Order<'_> {
        let (turn, seller) = (at / self.sellers.len(), at % self.sellers.len());
        // By chance: in turns, people would stay with a few stores.
        let drawn = usize::try_from(Dice::of(WHO, count(at)).next() >> 32).unwrap_or_default();
        let buyer = self.buyers[drawn % self.buyers.len()];
        let status = if at >= self.first_open() {
            match turn % 4 {
                0 => OrderStatus::Placed,
                1 => OrderStatus::Accepted,
                2 => OrderStatus::Preparing,
                _ => OrderStatus::Ready,
            }
        } else if turn % CALLED_OFF == CALLED_OFF - 1 {
            OrderStatus::Cancelled
        } else {
            OrderStatus::Completed
        };
        let (of, number, local) = (&self.sellers[seller], whole(turn) + 1, self.placed(at));
        Order { at, seller, of, buyer, number, status, local }
    }

    /// When an order was placed, by the stores' clocks
    fn placed(&self, at: usize) -> i64 {
        let (today, first_open) = (self.today(), self.first_open());
        if at < first_open {
            let all = (today - FROM_DAY) * OPENED;
            let along = whole(at) * all / whole(first_open);
            (FROM_DAY + along / OPENED) * DAY + OPENS + along % OPENED
        } else {
            let midnight = today * DAY;
            let so_far = self.now - BEHIND - midnight;
            midnight + so_far * whole(at - first_open) / whole(OPEN)
        }
    }
}

impl Order<'_> {
    /// The store's day, since 1970
    pub fn day(&self) -> i64 {
        self.local.div_euclid(DAY)
    }

    /// The hour of it
    pub fn hour(&self) -> i64 {
        self.local.rem_euclid(DAY) / HOUR
    }

    /// When it was placed, in microseconds
    pub fn micros(&self) -> i64 {
        (self.local + BEHIND) * 1_000
    }

    /// The id of the order, or of a row of it
    pub fn id(&self, kind: u64) -> Uuid {
        let millis = u64::try_from(self.local + BEHIND).unwrap_or_default();
        made_id(millis, kind, count(self.at))
    }
}

/// The stores' day at a moment, since 1970
pub fn local_day(millis: i64) -> i64 {
    (millis - BEHIND).div_euclid(DAY)
}

/// A number as cells have it
pub fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
