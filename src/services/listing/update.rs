//! Changing what is up.

use super::{
    MAX_DESCRIPTION, MAX_TITLE, PriceInput, demand_category, finish, lock_own, price, stock,
};
use crate::app::App;
use crate::db::Columns;
use crate::entities::{CategoryId, Listing, ListingId, Money};
use crate::error::{Code, Refusal, Refusals, Result};
use crate::rules::listing_flow;
use crate::services::change::Change;
use crate::services::input::{PlaceInput, line, paragraphs, point};
use crate::services::viewer::Viewer;
use std::sync::Arc;

/// Input of [`listing_update`]
#[derive(Clone)]
pub struct ListingUpdate {
    pub id: ListingId,
    pub version: Option<i32>,
    pub category_id: Change<CategoryId>,
    pub title: Change<String>,
    pub description: Change<String>,
    pub price: Change<PriceInput>,
    pub stock: Change<i32>,
    pub location_name: Change<String>,
    pub location: Change<PlaceInput>,
}

/// Changes a listing.
///
/// # Errors
/// Refused to everybody but the store's owner and managers, with `CONFLICT` where the listing has
/// moved on, and with everything wrong with the input.
pub async fn listing_update(
    app: &App,
    viewer: &Viewer,
    input: ListingUpdate,
) -> Result<Arc<Listing>> {
    let member = viewer.member()?;
    let mut refusals = Refusals::default();
    let title = input
        .title
        .checked(&mut refusals, line("title", 3, MAX_TITLE))
        .required("title", &mut refusals);
    let description = input
        .description
        .checked(&mut refusals, paragraphs("description", MAX_DESCRIPTION))
        .optional()
        .map(Option::unwrap_or_default);
    let price = input.price.checked(&mut refusals, price).required("price", &mut refusals);
    let stock = input.stock.checked(&mut refusals, stock).optional();
    let category = input.category_id.required("categoryId", &mut refusals);
    let location_name =
        input.location_name.checked(&mut refusals, line("locationName", 1, 120)).optional();
    let location = input.location.checked(&mut refusals, point("location")).optional();
    refusals.check()?;
    let tx = app.db.write().await?;
    let listing = lock_own(&tx, member, input.id).await?;
    demand_version(&listing, input.version)?;
    if let Some(category) = category {
        demand_category(&tx, category).await?;
    }
    let mut columns = Columns::of("listing")
        .set_if("category_id", category)
        .set_if("price_minor", price.map(|price| price.minor))
        .set_if("price_sort", price.map(Money::sort_amount))
        .set_if("currency", price.map(|price| price.currency.code()))
        .set_if("stock", stock)
        .set_if("location_name", location_name);
    if let Some(place) = location {
        columns = columns.place(place);
    }
    if let Some(stock) = stock {
        columns = columns.set("status", listing_flow::after_stock(listing.status, stock));
    }
    if title.is_some() || description.is_some() {
        let title = title.unwrap_or_else(|| listing.title.clone());
        let old = || listing.description.get().map(ToString::to_string).unwrap_or_default();
        let description = description.unwrap_or_else(old);
        columns = columns
            .search(&title, &description)
            .set("title", title)
            .set("description", description);
    }
    if !columns.is_empty() {
        let columns =
            columns.set("version", listing.version + 1).set("updated_at", app.clock.now());
        tx.update(listing.id.0, columns).await?;
    }
    finish(tx, listing.id).await
}

/// Refuses a change made on an older state than the listing is in.
fn demand_version(listing: &Listing, sent: Option<i32>) -> Result<(), Refusal> {
    match sent {
        Some(version) if version != listing.version => {
            let message = format!(
                "The listing has changed since version {version}; read it again (it is at {})",
                listing.version
            );
            Err(Refusal::new(Code::Conflict, message).at("version"))
        }
        _ => Ok(()),
    }
}
