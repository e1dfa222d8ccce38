//! Listings by id, their long text where a list left it out, and best sellers of a store.

use super::batch::{Table, question};
use crate::entities::{Listing, ListingId, Row, StoreId, listing};
use std::sync::Arc;

const LISTINGS: Table = Table { name: "listing", only: "" };

question! {
    /// The listing with an id, in whatever state; whether the viewer may see it is the caller's care
    ListingById(ListingId) -> Arc<Listing>,
    |loads, keys| {
        loads.kept(keys, |key| key.0.0, async |keys| {
            let ids = keys.iter().map(|key| key.0.0);
            loads.rows_by_id(LISTINGS, "t.id", ids, |listing: &Listing| ListingById(listing.id)).await
        }).await
    }
}

question! {
    /// The long text of a listing that was read without it
    DescriptionOfListing(ListingId) -> Arc<str>,
    |loads, keys| {
        let ids = keys.iter().map(|key| key.0.0);
        loads.text_by_id("listing", listing::WIDE, ids, |id| DescriptionOfListing(ListingId(id))).await
    }
}

question! {
    /// A store's best sellers of the last 30 days that are on the market
    TopListingsOfStore(StoreId) -> Arc<[Arc<Listing>]>,
    |loads, keys| {
        let mut sql = loads.sql("SELECT ");
        sql.columns("l", Listing::CARD);
        sql.push(" FROM store_top_listing t JOIN listing l ON l.id = t.listing_id WHERE l.shelf = 1 AND ");
        sql.any_id("t.store_id", keys.iter().map(|key| key.0.0));
        sql.push(" ORDER BY t.store_id, t.rank");
        loads.grouped(sql, keys, |key| key.0, |_, listing: &Listing| Ok(listing.store_id)).await
    }
}
