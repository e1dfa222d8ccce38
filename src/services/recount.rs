//! Figures against a recount: what the day's figures should be, from the orders themselves.

use crate::db::{Reader, Reads};
use crate::error::Result;
use sea_orm::TryGetable;
use uuid::Uuid;

/// A figure that is not what the orders say
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongFigure {
    /// Table and key
    pub what: String,
    /// Number and sum that are kept
    pub kept: (i64, i64),
    /// Number and sum that the orders add up to
    pub counted: (i64, i64),
}

/// All figures that differ from a recount, a hundred of each kind at most.
///
/// # Errors
/// The database gave no answer.
pub async fn figures_recount(reader: &Reader) -> Result<Vec<WrongFigure>> {
    const ORDERS: &str = r#"SELECT 'order_figure', COALESCE(k.store_id, c.store_id), COALESCE(k.day, c.day),
        CAST(COALESCE(k.orders, 0) AS bigint), COALESCE(k.total_minor, 0), COALESCE(c.orders, 0), COALESCE(c.total_minor, 0)
        FROM (SELECT * FROM order_figure WHERE orders <> 0) k FULL JOIN
          (SELECT store_id, day, hour, status, currency, count(*) AS orders,
             CAST(sum(total_minor) AS bigint) AS total_minor
           FROM "order" GROUP BY store_id, day, hour, status, currency) c
        ON c.store_id = k.store_id AND c.day = k.day AND c.hour = k.hour AND c.status = k.status
          AND c.currency = k.currency
        WHERE k.orders IS NULL OR c.orders IS NULL OR k.orders <> c.orders
          OR k.total_minor <> c.total_minor LIMIT 100"#;
    const LISTINGS: &str = r#"SELECT 'listing_figure', COALESCE(k.store_id, c.store_id), COALESCE(k.day, c.day),
        CAST(COALESCE(k.quantity, 0) AS bigint), COALESCE(k.total_minor, 0), COALESCE(c.quantity, 0), COALESCE(c.total_minor, 0)
        FROM (SELECT * FROM listing_figure WHERE quantity <> 0) k FULL JOIN
          (SELECT o.store_id, o.day, i.listing_id, o.currency, CAST(sum(i.quantity) AS bigint) AS quantity,
             CAST(sum(i.quantity * i.price_minor) AS bigint) AS total_minor
           FROM order_item i JOIN "order" o ON o.id = i.order_id
           WHERE o.status < 5 AND i.listing_id IS NOT NULL
           GROUP BY o.store_id, o.day, i.listing_id, o.currency) c
        ON c.store_id = k.store_id AND c.day = k.day AND c.listing_id = k.listing_id
          AND c.currency = k.currency
        WHERE k.quantity IS NULL OR c.quantity IS NULL OR k.quantity <> c.quantity
          OR k.total_minor <> c.total_minor LIMIT 100"#;
    // One state for all: orders may be moving meanwhile.
    let reader = reader.snapshot().await?;
    let mut wrong = Vec::new();
    for statement in [ORDERS, LISTINGS] {
        for row in reader.all(reader.sql(statement)).await? {
            let number = |at| i64::try_get_by_index(&row, at);
            let (store, day) = (Uuid::try_get_by_index(&row, 1)?, i32::try_get_by_index(&row, 2)?);
            wrong.push(WrongFigure {
                what: format!("{} of store {store}, day {day}", String::try_get_by_index(&row, 0)?),
                kept: (number(3)?, number(4)?),
                counted: (number(5)?, number(6)?),
            });
        }
    }
    Ok(wrong)
}
