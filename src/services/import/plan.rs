//! What a line means for the listing it is about: a new one, a change, or nothing.

use super::offer::Offer;
use crate::db::Columns;
use crate::entities::{CategoryId, Listing, Timestamp};
use crate::rules::listing_flow::{self, Step};
use crate::services::change::Change;

/// The columns that a line changes; None where all is as it says.
///
/// # Errors
/// The flow of states has no such step; the sentence names those it has.
pub(super) fn changes(
    offer: &Offer,
    listing: &Listing,
    category: CategoryId,
    now: Timestamp,
) -> Result<Option<Columns>, String> {
    let stock = match offer.stock {
        Change::Keep => listing.stock,
        Change::Clear => None,
        Change::Set(count) => Some(count),
    };
    let mut status = listing.status;
    if stock != listing.stock {
        status = listing_flow::after_stock(status, stock);
    }
    if offer.publish == Some(true) {
        status = listing_flow::next(status, Step::Publish, stock)
            .map_err(listing_flow::Refused::message)?;
    }
    let description = listing.description.get().map(AsRef::as_ref).unwrap_or_default();
    let new_description = match &offer.description {
        Change::Keep => description,
        Change::Clear => "",
        Change::Set(text) => text.as_str(),
    };
    let price = listing.price();
    let mut columns = Columns::of("listing")
        .set_if("category_id", (category != listing.category_id).then_some(category))
        .set_if("price_minor", (offer.price != price).then_some(offer.price.minor))
        .set_if("price_sort", (offer.price != price).then(|| offer.price.sort_amount()))
        .set_if(
            "currency",
            (offer.price.currency != price.currency).then(|| offer.price.currency.code()),
        )
        .set_if("stock", (stock != listing.stock).then_some(stock))
        .set_if("status", (status != listing.status).then_some(status));
    if offer.title != listing.title || new_description != description {
        columns = columns
            .search(&offer.title, new_description)
            .set("title", offer.title.clone())
            .set("description", new_description.to_owned());
    }
    // Nothing said of the place: it stays, be it the store's or its own.
    if offer.location_name.is_some() && offer.location_name != listing.location_name {
        columns = columns.set("location_name", offer.location_name.clone());
    }
    if let Some(place) = offer.place
        && (Some(place.lat()), Some(place.lon())) != (listing.latitude, listing.longitude)
    {
        columns = columns.place(Some(place));
    }
    if columns.is_empty() {
        return Ok(None);
    }
    Ok(Some(columns.set("version", listing.version + 1).set("updated_at", now)))
}
