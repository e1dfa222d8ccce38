//! What is in the market that all are asked about: orders besides the seeded listings, and people
//! who ask for theirs.

use super::question::{Asker, Keys};
use crate::engine::Place;
use crate::people::{sign_in, told};
use crate::{postgres, tell};
use anyhow::{Context, Result, anyhow, ensure};
use plaza::db::{Db, Reads};
use sea_orm::TryGetable;
use uuid::Uuid;

/// Orders, and people who placed them
const ORDERS: u32 = 100_000;
const BUYERS: u32 = 5_000;
/// People who ask, and stores that are looked up
const ASKERS: i64 = 200;
const HANDLES: i64 = 1_000;

/// Orders of three things at a store, in turns, an order a minute up to the last listing
const FILL: &str = r#"
CREATE TEMP TABLE shop AS
    SELECT row_number() OVER (ORDER BY store_id, currency) - 1 AS at, store_id, currency, ids[1:3] AS ids
    FROM (SELECT store_id, currency, array_agg(id ORDER BY id) AS ids FROM listing
          WHERE shelf = 1 GROUP BY store_id, currency HAVING count(*) >= 3) AS shops;
CREATE TEMP TABLE buyer AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS at, id FROM "user" ORDER BY id LIMIT BUYERS;
INSERT INTO "order" (id, store_id, buyer_id, number, status, fulfilment, currency, total_minor,
                     item_count, day, hour, placed_at, updated_at, version)
    SELECT md5('order ' || n)::uuid, shop.store_id, buyer.id,
           row_number() OVER (PARTITION BY shop.store_id ORDER BY n), n % 5, 0, shop.currency,
           (SELECT sum(price_minor) FROM listing WHERE id = ANY (shop.ids)), 3, 0, 0,
           last.at - n * 60000000::bigint, last.at - n * 60000000::bigint, 1
    FROM generate_series(1, ORDERS) AS n
    JOIN shop ON shop.at = n % (SELECT count(*) FROM shop)
    JOIN buyer ON buyer.at = n % BUYERS
    CROSS JOIN (SELECT max(created_at) AS at FROM listing) AS last;
INSERT INTO order_item (id, order_id, position, listing_id, title, price_minor, quantity, stock_taken)
    SELECT md5('item ' || n || ' ' || position)::uuid, md5('order ' || n)::uuid, position - 1, listing.id,
           listing.title, listing.price_minor, 1, false
    FROM generate_series(1, ORDERS) AS n
    JOIN shop ON shop.at = n % (SELECT count(*) FROM shop)
    CROSS JOIN LATERAL unnest(shop.ids) WITH ORDINALITY AS bought (listing_id, position)
    JOIN listing ON listing.id = bought.listing_id;
"#;

/// Fills in orders where there are none, and signs people in.
///
/// # Errors
/// The database refuses.
pub(super) async fn open(place: &Place) -> Result<Keys> {
    let url = place.url().context("orders are filled in on PostgreSQL")?;
    if postgres::number(&url, r#"SELECT count(*) FROM "order""#).await? < i64::from(ORDERS) {
        tell(&format!("  placing {ORDERS} orders"));
        let sql = FILL.replace("BUYERS", &BUYERS.to_string());
        postgres::run(&url, &sql.replace("ORDERS", &ORDERS.to_string())).await?;
        postgres::run(&url, "VACUUM (ANALYZE)").await?;
        postgres::run(&url, "CHECKPOINT").await?;
    }
    let db = Db::connect(&url, 2).await.map_err(told)?;
    let tx = db.write().await.map_err(told)?;
    let mut sql = tx.sql(r#"SELECT DISTINCT buyer_id FROM "order" ORDER BY buyer_id LIMIT "#);
    sql.bind(ASKERS);
    let people: Vec<Uuid> =
        tx.all(sql).await.map_err(told)?.iter().map(first).collect::<Result<_>>()?;
    ensure!(!people.is_empty(), "nobody has ordered anything");
    let tokens = sign_in(&tx, people.iter().copied()).await?;
    let mut sql = tx.sql("SELECT handle FROM store ORDER BY id LIMIT ");
    sql.bind(HANDLES);
    let handles = tx.all(sql).await.map_err(told)?.iter().map(first).collect::<Result<_>>()?;
    tx.commit().await.map_err(told)?;
    db.close().await;
    let askers = people.iter().zip(tokens);
    let askers = askers.map(|(id, token)| Asker { id: id.to_string(), token }).collect();
    Ok(Keys { handles, askers })
}

fn first<T: TryGetable>(row: &sea_orm::QueryResult) -> Result<T> {
    row.try_get_by_index(0).map_err(|err| anyhow!("{err}"))
}
