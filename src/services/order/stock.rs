//! Stock: taken by an order, put back when it is called off.

use crate::db::{Reads, WriteTx};
use crate::entities::{Listing, ListingId, ListingStatus, OrderItem, Row, Timestamp};
use crate::error::Result;
use sea_orm::FromQueryResult;
use std::collections::HashMap;
use uuid::Uuid;

/// Listings by id, locked until the transaction ends.
pub(super) async fn lock(
    tx: &WriteTx,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<ListingId, Listing>> {
    let mut sql = tx.sql("SELECT ");
    sql.columns("l", Listing::CARD).push(" FROM listing l WHERE ").any_id("l.id", ids);
    sql.push(" ORDER BY l.id").either(" FOR NO KEY UPDATE", "");
    let rows = tx.all(sql).await?;
    rows.iter()
        .map(|row| {
            let listing = Listing::from_query_result(row, "")?;
            Ok((listing.id, listing))
        })
        .collect()
}

/// Takes these numbers from counted stock; what reaches 0 is sold out.
pub(super) async fn take(tx: &WriteTx, taken: &[(Uuid, i32)], now: Timestamp) -> Result<()> {
    let emptied = (ListingStatus::Active, "= v.quantity", ListingStatus::SoldOut);
    change(tx, "-", taken, emptied, now).await
}

/// Puts back what an order took; what was sold out is on the market again. The listings must be
/// locked.
pub(super) async fn put_back(tx: &WriteTx, items: &[OrderItem], now: Timestamp) -> Result<()> {
    let filled = (ListingStatus::SoldOut, "IS NOT NULL", ListingStatus::Active);
    change(tx, "+", &taken(items), filled, now).await
}

/// What an order took of counted stock
pub(super) fn taken(items: &[OrderItem]) -> Vec<(Uuid, i32)> {
    items
        .iter()
        .filter(|item| item.stock_taken)
        .filter_map(|item| Some((item.listing_id?.0, item.quantity)))
        .collect()
}

async fn change(
    tx: &WriteTx,
    sign: &str,
    quantities: &[(Uuid, i32)],
    (from, when, to): (ListingStatus, &str, ListingStatus),
    now: Timestamp,
) -> Result<()> {
    if quantities.is_empty() {
        return Ok(());
    }
    let mut sql = tx.sql("UPDATE listing SET status = CASE WHEN status = ");
    sql.bind(from).push(&format!(" AND stock {when} THEN ")).bind(to);
    sql.push(&format!(
        " ELSE status END, stock = stock {sign} v.quantity, version = version + 1, updated_at = "
    ));
    sql.bind(now).push(" FROM ").quantities(quantities).push(" WHERE listing.id = v.id");
    sql.only_rows(quantities.iter().map(|(listing, _)| *listing));
    tx.run(sql).await?;
    Ok(())
}
