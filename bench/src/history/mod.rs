//! A market with a long history of orders: as many as wanted, from 2024-11-01 up to now.
//!
//! Stores take turns and people come by chance, so that everybody's orders reach back to the
//! beginning. All but the last are done, in ten hours a day. The last are open and of today, as many
//! however long the history is: what is asked of today and of the board has the same rows to it.
//!
//! - `plan`: every order as its number alone tells it
//! - `tables`: their rows

mod plan;
mod tables;

use crate::command;
use crate::engine::Place;
use crate::options::Options;
use crate::people::{column, sign_in, told};
use crate::{seeded, tell};
use anyhow::{Context, Result, ensure};
use plan::{OPEN, Plan, Seller, local_day};
use plaza::app::Clock;
use plaza::db::Reads;
use plaza::entities::ListingStatus;
use serde::Serialize;
use std::time::Instant;
use uuid::Uuid;

/// Listings of the database, and people who order
const LISTINGS: u32 = 10_000;
const BUYERS: i64 = 1_000;
/// Orders of the store that are looked up
const LOOKUPS: usize = 200;
/// First month
const FROM: &str = "2024-11";

/// A listing of each store that sells, the stores of Nicaragua first
const SELLERS: &str = "SELECT s.id, s.owner_id, s.handle, l.id, l.title, l.price_minor, l.currency \
    FROM store s JOIN listing l ON l.id = (SELECT x.id FROM listing x \
      WHERE x.store_id = s.id AND x.shelf = ";
const IN_ORDER: &str = " ORDER BY x.created_at, x.id LIMIT 1) \
    WHERE s.shelf = 1 ORDER BY s.time_zone <> 'America/Managua', s.id";

/// What there is
pub struct Past {
    pub filled: Filled,
    /// A store
    pub handle: String,
    /// Some of the store's orders, from the first to the last
    pub orders: Vec<Uuid>,
    /// How many of its orders are open
    pub open: usize,
    /// Day on which those were placed
    today: i64,
    /// The store's owner, and somebody who buys
    people: [Uuid; 2],
}

/// Access tokens: of the store's owner, and of somebody who buys
pub struct Signed {
    pub owner: String,
    pub buyer: String,
}

/// What filling it took
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Filled {
    pub orders: u32,
    /// A table a month
    pub by_month: bool,
    pub stores: usize,
    pub seconds: f64,
    /// Of the database when it was full
    pub bytes: u64,
}

impl Past {
    /// Orders of today: none once midnight has passed since they were written
    pub fn of_today(&self) -> usize {
        if local_day(now()) == self.today { self.open } else { 0 }
    }

    /// Signs in who asks. Not before it is time: their tokens last a quarter of an hour.
    ///
    /// # Errors
    /// The database can't be written.
    pub async fn sign_in(&self, place: &Place) -> Result<Signed> {
        let db = place.connect().await?;
        let tx = db.write().await.map_err(told)?;
        let tokens = sign_in(&tx, self.people.into_iter()).await?;
        tx.commit().await.map_err(told)?;
        db.close().await;
        let [owner, buyer] = <[String; 2]>::try_from(tokens).ok().context("two are signed in")?;
        Ok(Signed { owner, buyer })
    }
}

/// Now, in milliseconds
pub fn now() -> i64 {
    Clock::System.now().0.div_euclid(1_000)
}

/// Makes the database anew, with so many orders up to now.
///
/// # Errors
/// It can't be made, or its figures do not add up.
pub async fn make(
    options: &Options,
    place: &Place,
    orders: u32,
    by_month: bool,
    now: i64,
) -> Result<Past> {
    seeded::prepare(&options.plaza, place, LISTINGS, true).await?;
    if by_month {
        command::must(place.plaza(&options.plaza).args(["partition", "--from", FROM])).await?;
    }
    let months = if by_month { ", by month" } else { "" };
    tell(&format!("{}: writing {orders} orders{months}", place.engine.name()));
    let plan = read(place, orders, now).await?;
    let started = Instant::now();
    tables::fill(place, &plan).await?;
    let seconds = started.elapsed().as_secs_f64();
    let (stores, bytes) = (plan.sellers.len(), place.bytes().await?);
    tell(&format!("  {stores} stores, all in {seconds:.0} s"));
    command::must(place.plaza(&options.plaza).args(["check", "--figures"])).await?;
    let first = plan.sellers.first().context("no store sells anything")?;
    let buyer = *plan.buyers.last().context("nobody is there")?;
    Ok(Past {
        filled: Filled { orders, by_month, stores, seconds, bytes },
        handle: first.handle.clone(),
        orders: plan.some_of_first(LOOKUPS),
        open: plan.of_seller(0, plan.orders) - plan.of_seller(0, plan.first_open()),
        today: plan.today(),
        people: [first.owner, buyer],
    })
}

/// Reads who sells and who buys.
async fn read(place: &Place, orders: u32, now: i64) -> Result<Plan> {
    let db = place.connect().await?;
    let reader = db.reader();
    let mut sql = reader.sql(SELLERS);
    sql.bind(ListingStatus::Active).push(IN_ORDER);
    let rows = reader.all(sql).await.map_err(told)?;
    let sellers: Vec<Seller> = rows.iter().map(Seller::of).collect::<Result<_>>()?;
    let mut sql = reader.sql(r#"SELECT id FROM "user" ORDER BY id LIMIT "#);
    sql.bind(BUYERS);
    let rows = reader.all(sql).await.map_err(told)?;
    let buyers: Vec<Uuid> = rows.iter().map(|row| column(row, 0)).collect::<Result<_>>()?;
    db.close().await;
    let orders = usize::try_from(orders)?;
    ensure!(orders > OPEN, "more than {OPEN} orders are wanted");
    ensure!(!sellers.is_empty() && !buyers.is_empty(), "there is nobody who sells or buys");
    Ok(Plan { orders, sellers, buyers, now })
}
