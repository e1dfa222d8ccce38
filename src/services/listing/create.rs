//! Putting something up.

use super::{MAX_DESCRIPTION, MAX_TITLE, PriceInput, demand_category, finish, price, stock};
use crate::app::App;
use crate::db::Columns;
use crate::entities::{
    CategoryId, Listing, ListingId, ListingStatus, Money, Store, StoreId, StoreRole, Timestamp,
    UserId,
};
use crate::error::{Refusals, Result};
use crate::rules::distance::Point;
use crate::services::idempotency::Keyed;
use crate::services::input::{PlaceInput, line, paragraphs, point};
use crate::services::store::{lock_store, no_store};
use crate::services::viewer::{Viewer, demand_role};
use std::sync::Arc;

/// Input of [`listing_create`]
#[derive(Clone, Debug)]
pub struct ListingCreate {
    pub store_id: StoreId,
    pub category_id: CategoryId,
    pub title: String,
    pub description: Option<String>,
    pub price: PriceInput,
    pub stock: Option<i32>,
    pub location_name: Option<String>,
    pub location: Option<PlaceInput>,
    pub publish: bool,
    pub idempotency_key: Option<String>,
}

/// Makes a listing: a draft, or on the market at once. Without a place of its own it has its
/// store's.
///
/// # Errors
/// Refused to everybody but the store's owner and managers, and with everything wrong with the input.
pub async fn listing_create(
    app: &App,
    viewer: &Viewer,
    input: ListingCreate,
) -> Result<Arc<Listing>> {
    let member = viewer.member()?;
    let keyed = Keyed::new("listingCreate", input.idempotency_key.as_deref(), &input)?;
    let mut refusals = Refusals::default();
    let title = refusals.keep(line("title", 3, MAX_TITLE)(input.title.clone())).unwrap_or_default();
    let description = input.description.clone().unwrap_or_default();
    let description =
        refusals.keep(paragraphs("description", MAX_DESCRIPTION)(description)).unwrap_or_default();
    let price = refusals.keep(price(input.price));
    let stock = input.stock.and_then(|count| refusals.keep(stock(count)));
    let location_name = input
        .location_name
        .clone()
        .and_then(|name| refusals.keep(line("locationName", 1, 120)(name)));
    let place = input.location.and_then(|place| refusals.keep(point("location")(place)));
    refusals.check()?;
    let tx = app.db.write().await?;
    let Some(store) = lock_store(&tx, input.store_id).await? else {
        return Err(no_store("storeId").into());
    };
    demand_role(&tx, member, store.id, StoreRole::Manager).await?;
    let (id, now) = (ListingId(app.ids.next()), app.clock.now());
    if let Some(keyed) = keyed
        && let Some(earlier) = keyed.claim(app, &tx, member, id.0).await?
    {
        return finish(tx, ListingId(earlier)).await;
    }
    demand_category(&tx, input.category_id).await?;
    let new = NewListing {
        id,
        publisher: member.user.id,
        category: input.category_id,
        title,
        description,
        price,
        stock,
        location_name,
        place,
        publish: input.publish,
        now,
    };
    tx.insert(new.columns(&store)).await?;
    finish(tx, id).await
}

fn point_of(store: &Store) -> Option<Point> {
    store.latitude.zip(store.longitude).and_then(|(lat, lon)| Point::new(lat, lon).ok())
}

/// A listing about to be made, every part of it checked
pub(in crate::services) struct NewListing {
    pub(in crate::services) id: ListingId,
    pub(in crate::services) publisher: UserId,
    pub(in crate::services) category: CategoryId,
    pub(in crate::services) title: String,
    pub(in crate::services) description: String,
    pub(in crate::services) price: Option<Money>,
    pub(in crate::services) stock: Option<i32>,
    pub(in crate::services) location_name: Option<String>,
    pub(in crate::services) place: Option<Point>,
    pub(in crate::services) publish: bool,
    pub(in crate::services) now: Timestamp,
}

impl NewListing {
    /// Its row in a store, with the store's place where it has none of its own
    pub(in crate::services) fn columns(self, store: &Store) -> Columns {
        let own_place = self.place.is_some() || self.location_name.is_some();
        let (place, location_name) = if own_place {
            (self.place, self.location_name)
        } else {
            (point_of(store), store.location_name.clone())
        };
        let status = match (self.publish, self.stock) {
            (false, _) => ListingStatus::Draft,
            (true, Some(0)) => ListingStatus::SoldOut,
            (true, _) => ListingStatus::Active,
        };
        Columns::of("listing")
            .set("id", self.id)
            .set("store_id", store.id)
            .set("publisher_id", self.publisher)
            .set("category_id", self.category)
            .search(&self.title, &self.description)
            .set("title", self.title)
            .set("description", self.description)
            .set_if("price_minor", self.price.map(|price| price.minor))
            .set_if("price_sort", self.price.map(Money::sort_amount))
            .set_if("currency", self.price.map(|price| price.currency.code()))
            .set("stock", self.stock)
            .set("status", status)
            .set("hidden", store.is_hidden())
            .set("location_name", location_name)
            .place(place)
            .set("promoted", false)
            .set("version", 1)
            .set("created_at", self.now)
            .set("updated_at", self.now)
    }
}
