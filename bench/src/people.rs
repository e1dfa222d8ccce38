//! A busy store: thousands of signed-in devices behind the counter, and somebody who orders.
//!
//! Signing in by password takes a core tens of milliseconds by design, so the devices' sessions are
//! written into the database and their tokens signed here, by Plaza's own code.

use crate::ask::request;
use crate::client::Client;
use crate::engine::{Place, SECRET};
use anyhow::{Context, Result, anyhow, ensure};
use bytes::Bytes;
use plaza::app::{Clock, Ids};
use plaza::config::Secret;
use plaza::db::{Reads, WriteTx};
use plaza::entities::{ListingStatus, SessionId, UserId};
use plaza::error::Error;
use plaza::services::Tokens;
use sea_orm::{QueryResult, TryGetable};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use uuid::Uuid;

/// How long the sessions live
const DAY: i64 = 24 * 60 * 60;

/// Pieces of each listing: more than anybody orders
const STOCK: i32 = 1_000_000_000;

/// Stores with their people
pub struct Market {
    /// Access tokens of the devices of the first store's owner
    pub staff: Vec<String>,
    /// Access tokens of people who order
    pub buyers: Vec<String>,
    /// Handles of the stores
    handles: Vec<String>,
}

/// A store at which orders are placed
pub struct Counter {
    /// Its id, as the API has it
    pub store: String,
    handle: String,
    listings: Vec<String>,
    buyers: Vec<String>,
    orders: AtomicUsize,
}

impl Market {
    /// Opens the largest stores of a seeded database around the clock, with all the stock that
    /// anybody can want: devices behind the first one's counter, and people who order.
    ///
    /// # Errors
    /// The database can't be written, or has too few stores that sell.
    pub async fn open(place: &Place, stores: usize, staff: u32, buyers: u32) -> Result<Self> {
        let db = place.connect().await?;
        let tx = db.write().await.map_err(told)?;
        let mut sql = tx.sql(
            "SELECT s.handle, s.owner_id FROM store s JOIN listing l ON l.store_id = s.id \
             WHERE l.shelf = ",
        );
        sql.bind(ListingStatus::Active);
        sql.push(" GROUP BY s.id, s.handle, s.owner_id ORDER BY count(*) DESC, s.id LIMIT ");
        sql.bind(i64::try_from(stores)?);
        let rows = tx.all(sql).await.map_err(told)?;
        ensure!(rows.len() == stores, "only {} stores sell anything", rows.len());
        let owner: Uuid = column(rows.first().context("no store is wanted")?, 1)?;
        tx.run(tx.sql("DELETE FROM store_hours")).await?;
        let mut fill = tx.sql("UPDATE listing SET stock = ");
        fill.bind(STOCK);
        tx.run(fill).await?;
        let mut others = tx.sql(r#"SELECT id FROM "user" WHERE id <> "#);
        others.bind(owner).push(" ORDER BY id LIMIT ").bind(i64::from(buyers));
        let people = tx.all(others).await.map_err(told)?;
        let people: Vec<Uuid> = people.iter().map(|row| column(row, 0)).collect::<Result<_>>()?;
        let staff = sign_in(&tx, std::iter::repeat_n(owner, staff as usize)).await?;
        let buyers = sign_in(&tx, people.into_iter()).await?;
        tx.commit().await.map_err(told)?;
        db.close().await;
        let handles = rows.iter().map(|row| column(row, 0)).collect::<Result<_>>()?;
        Ok(Self { staff, buyers, handles })
    }

    /// Where orders are placed, store by store.
    ///
    /// # Errors
    /// The server does not know a store.
    pub async fn counters(&self, client: &mut Client) -> Result<Vec<Counter>> {
        let query = "query($handle: String!) { store(handle: $handle) { id listings(first: 2) { nodes { id } } } }";
        let mut counters = Vec::new();
        for handle in &self.handles {
            let data = client.data(request(query, &json!({ "handle": handle }))).await?;
            let id = |value: &Value| value["id"].as_str().map(str::to_owned);
            let store = &data["store"];
            let listings = store["listings"]["nodes"].as_array().into_iter().flatten();
            counters.push(Counter {
                store: id(store).with_context(|| format!("no store {handle}"))?,
                handle: handle.clone(),
                listings: listings.filter_map(id).collect(),
                buyers: self.buyers.clone(),
                orders: AtomicUsize::new(0),
            });
        }
        Ok(counters)
    }
}

/// Signs people in, each on a new device: their access tokens.
///
/// # Errors
/// The database can't be written.
pub async fn sign_in(tx: &WriteTx, people: impl Iterator<Item = Uuid>) -> Result<Vec<String>> {
    let (ids, tokens) = (Ids::new(Clock::System), Tokens::new(&Secret::new(SECRET)));
    let now = Clock::System.now();
    let mut signed = Vec::new();
    for person in people {
        let session = SessionId(ids.next());
        let mut sql = tx.sql("INSERT INTO session (id, user_id, generation, rotated_at, created_at, last_used_at, expires_at) VALUES (");
        sql.bind(session).push(", ").bind(person).push(", 0, ").bind(now).push(", ").bind(now);
        sql.push(", ").bind(now).push(", ").bind(now.plus_seconds(DAY)).push(")");
        tx.run(sql).await?;
        signed.push(tokens.issue(UserId(person), session, 0, now).map_err(told)?.access);
    }
    Ok(signed)
}

impl Counter {
    /// Places an order of two things.
    ///
    /// # Errors
    /// It was not taken.
    pub async fn place(&self, client: &mut Client, note: &str) -> Result<()> {
        let (body, buyer) = self.order(note);
        let data = client.post_as(body, Some(buyer)).await?.data()?;
        ensure!(data["orderPlace"]["order"]["id"].is_string(), "the order was not taken: {data}");
        Ok(())
    }

    /// The request for such an order, each time for another one, and the token of who orders
    pub fn order(&self, note: &str) -> (Bytes, &str) {
        let number = self.orders.fetch_add(1, Ordering::Relaxed);
        let query = "mutation($input: OrderPlaceInput!) { orderPlace(input: $input) { order { id number } userErrors { code message } } }";
        let item = |id: &String| json!({ "listingId": id, "quantity": 1 });
        let input = json!({
            "storeId": self.store,
            "items": self.listings.iter().map(item).collect::<Vec<_>>(),
            "note": note,
            "idempotencyKey": format!("{}-{}-{}", self.handle, std::process::id(), number),
        });
        let buyer = &self.buyers[number % self.buyers.len()];
        (request(query, &json!({ "input": input })), buyer)
    }
}

/// An error of Plaza's as one of ours
pub fn told(err: Error) -> anyhow::Error {
    anyhow!("{err:?}")
}

/// The value of a row at a place
///
/// # Errors
/// It is of another type.
pub fn column<T: TryGetable>(row: &QueryResult, at: usize) -> Result<T> {
    T::try_get_by_index(row, at).map_err(|err| anyhow!("{err:?}"))
}
