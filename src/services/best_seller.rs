//! What sold best in each store in the last 30 days, counted anew by a job each hour.

use crate::app::App;
use crate::db::{Columns, Reads, UPKEEP, WriteTx};
use crate::entities::{Cell, ListingId, StoreId, Timestamp, day_number};
use crate::error::{Fault, Result};
use crate::jobs::queue::{Progress, Taken};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Days that count
const DAYS: i32 = 30;
/// Listings that a store's list has at most
const MOST: i32 = 100;
/// Stores that are counted in one transaction
const AT_ONCE: i32 = 200;

/// Best sellers of a store, the best first
type Ranks = BTreeMap<StoreId, Vec<ListingId>>;

/// Counts the best sellers of all stores that have sold anything, some stores at a time. Only what
/// differs is written. Goes on behind the last store of an attempt before.
///
/// # Errors
/// The database failed.
pub async fn best_sellers(app: &App, taken: &mut Taken) -> Result<Value> {
    let mut last = match &taken.state {
        Some(state) => {
            Uuid::try_parse(state).map_err(|err| Fault::new("going on with best sellers", err))?
        }
        None => Uuid::nil(),
    };
    let (mut stores, mut changed) = (taken.job.done, 0);
    loop {
        let some = sellers_after(app, last).await?;
        let Some(end) = some.last() else { break };
        last = end.0;
        let now = app.clock.now();
        let tx = app.db.write().await?;
        changed += write(&tx, &some, now).await?;
        stores += i64::try_from(some.len()).unwrap_or_default();
        let progress =
            Progress { done: stores, state: Some(last.to_string()), ..Progress::default() };
        taken.lease.step(&app.log, tx, progress, now).await?;
    }
    Ok(json!({ "stores": stores, "changed": changed }))
}

/// The next stores that have ever sold something, by id
async fn sellers_after(app: &App, last: Uuid) -> Result<Vec<StoreId>> {
    let reader = app.db.reader();
    let mut sql = reader.sql(UPKEEP);
    sql.push("SELECT s.id FROM store s WHERE s.id > ").bind(last);
    sql.push(
        " AND EXISTS (SELECT 1 FROM listing_figure f WHERE f.store_id = s.id) ORDER BY s.id LIMIT ",
    );
    sql.bind(AT_ONCE);
    reader.all(sql).await?.iter().map(|row| Ok(StoreId::cell(row, 0)?)).collect()
}

/// How many of these stores have other best sellers than before
async fn write(tx: &WriteTx, stores: &[StoreId], now: Timestamp) -> Result<u64> {
    let ids = || stores.iter().map(|store| store.0);
    let mut sql = tx.sql(UPKEEP);
    sql.push("SELECT store_id, listing_id FROM store_top_listing WHERE ").any_id("store_id", ids());
    let before = ranks(tx, sql.push(" ORDER BY store_id, rank")).await?;
    let mut sql = tx.sql(UPKEEP);
    sql.push(
        "SELECT r.store_id, r.listing_id FROM (SELECT f.store_id, f.listing_id, ROW_NUMBER() OVER \
         (PARTITION BY f.store_id ORDER BY SUM(f.quantity) DESC, f.listing_id) AS place \
         FROM listing_figure f JOIN listing l ON l.id = f.listing_id AND l.shelf = 1 WHERE ",
    );
    sql.any_id("f.store_id", ids()).push(" AND f.day > ");
    sql.bind(day_number(now.to_utc().date_naive()) - DAYS);
    sql.push(" GROUP BY f.store_id, f.listing_id HAVING SUM(f.quantity) > 0) r WHERE r.place <= ");
    sql.bind(MOST).push(" ORDER BY r.store_id, r.place");
    let after = ranks(tx, &mut sql).await?;
    let differs = |store: &&StoreId| before.get(store) != after.get(store);
    let changed: Vec<StoreId> = stores.iter().filter(differs).copied().collect();
    if changed.is_empty() {
        return Ok(0);
    }
    let mut sql = tx.sql(UPKEEP);
    sql.push("DELETE FROM store_top_listing WHERE ");
    sql.any_id("store_id", changed.iter().map(|store| store.0));
    tx.run(sql).await?;
    let mut rows = Vec::new();
    for store in &changed {
        let best = after.get(store).map(Vec::as_slice).unwrap_or_default();
        rows.extend((1_i16..).zip(best).map(|(rank, listing)| {
            Columns::of("store_top_listing")
                .set("store_id", *store)
                .set("rank", rank)
                .set("listing_id", *listing)
        }));
    }
    tx.insert_all(rows).await?;
    Ok(changed.len() as u64)
}

async fn ranks(tx: &WriteTx, sql: &mut crate::db::Sql) -> Result<Ranks> {
    let sql = std::mem::replace(sql, tx.sql(""));
    let mut ranks = Ranks::new();
    for row in tx.all(sql).await? {
        ranks.entry(StoreId::cell(&row, 0)?).or_default().push(ListingId::cell(&row, 1)?);
    }
    Ok(ranks)
}
