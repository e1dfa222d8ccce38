//! Goods on the market.

use super::{ListingsWanted, search, told};
use crate::app::App;
use crate::db::{Reads, Sql};
use crate::entities::{Listing, Row, Store, StoreId, listing, sort_amount_of};
use crate::error::Result;
use crate::rules::search_text::query_terms;
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use serde::Serialize;
use std::collections::HashMap;

/// Listings that are told of
const MOST: u32 = 8;
/// Characters of a description that are told
const DESCRIPTION: usize = 300;

/// A listing as it is told
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(in crate::services::assistant) struct FoundListing {
    pub title: String,
    description: String,
    pub price: String,
    /// None: not counted
    pub stock: Option<i32>,
    pub store: Option<String>,
    pub place: Option<String>,
}

/// Listings by words, best match first.
///
/// # Errors
/// The database gave no answer.
pub(in crate::services::assistant) async fn listings(
    app: &App,
    wanted: &ListingsWanted,
) -> Result<Vec<FoundListing>> {
    let terms = query_terms(&wanted.words);
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let mut columns = Listing::CARD.to_vec();
    columns.push(listing::WIDE);
    let in_stock = wanted.in_stock;
    let most = wanted.max_price.and_then(|most| sort_amount_of(Decimal::try_from(most).ok()?));
    let filter = move |sql: &mut Sql, l: &str| {
        if in_stock {
            sql.push(&format!(" AND ({l}.stock IS NULL OR {l}.stock > 0)"));
        }
        if let Some(most) = most {
            sql.push(&format!(" AND {l}.price_sort <= ")).bind(most);
        }
    };
    let found: Vec<Listing> = search(app, "listing", &columns, &terms, MOST, &filter).await?;
    let stores = stores_of(app, found.iter().map(|listing| listing.store_id)).await?;
    let told_of = found.iter().map(|listing| {
        let store = stores.get(&listing.store_id);
        let description = listing.description.get().map(|text| &**text).unwrap_or_default();
        let place = listing.location_name.clone();
        FoundListing {
            title: listing.title.clone(),
            description: description.chars().take(DESCRIPTION).collect(),
            price: told(listing.price()),
            stock: listing.stock,
            store: store.map(|store| store.name.clone()),
            place: place.or_else(|| store.and_then(|store| store.location_name.clone())),
        }
    });
    Ok(told_of.collect())
}

/// Stores by their ids
pub(super) async fn stores_of(
    app: &App,
    ids: impl Iterator<Item = StoreId>,
) -> Result<HashMap<StoreId, Store>> {
    let reader = app.db.reader();
    let mut sql = reader.sql("SELECT ");
    sql.columns("s", Store::CARD).push(" FROM store s WHERE ");
    sql.any_id("s.id", ids.map(|id| id.0));
    let mut stores = HashMap::new();
    for row in reader.all(sql).await? {
        let store = Store::from_query_result(&row, "")?;
        stores.insert(store.id, store);
    }
    Ok(stores)
}
