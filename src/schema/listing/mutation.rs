//! Putting listings up, changing them, moving them along.

use super::Listing;
use crate::entities::{CategoryId, ListingId, StoreId};
use crate::error::Result;
use crate::schema::context::ContextExt;
use crate::schema::node::Global;
use crate::schema::user::no_media_list;
use crate::schema::user_error::{outcome, payload};
use crate::schema::value::{GeoPointInput, MoneyInput};
use crate::schema::viewer::{change, read};
use crate::services::{self, ListingCreate, ListingStep, ListingUpdate};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};

/// New listing
#[derive(InputObject)]
pub struct ListingCreateInput {
    /// Counter that offers it
    store_id: ID,
    /// Where it is found
    category_id: ID,
    /// 3 to 120 characters
    title: String,
    /// At most 10,000 characters
    description: Option<String>,
    /// Price of one
    price: MoneyInput,
    /// How many there are; null: not counted
    stock: Option<i32>,
    /// Pictures that were uploaded before
    image_ids: Option<Vec<ID>>,
    /// Place by name; without a place it is the store's
    location_name: Option<String>,
    /// Place on the map
    location: Option<GeoPointInput>,
    /// On the market at once; otherwise a draft
    #[graphql(default)]
    publish: bool,
    /// Same key and input: the same listing again, never a second
    idempotency_key: Option<String>,
}

/// Changes to a listing; an omitted field stays, null clears it
#[derive(InputObject)]
pub struct ListingUpdateInput {
    /// Which listing
    id: ID,
    /// Refused with CONFLICT where the listing has moved on
    version: Option<i32>,
    /// Where it is found
    category_id: MaybeUndefined<ID>,
    /// 3 to 120 characters
    title: MaybeUndefined<String>,
    /// At most 10,000 characters
    description: MaybeUndefined<String>,
    /// Price of one
    price: MaybeUndefined<MoneyInput>,
    /// How many there are; null: not counted. 0 is sold out
    stock: MaybeUndefined<i32>,
    /// Pictures that were uploaded before
    image_ids: Option<Vec<ID>>,
    /// Place by name
    location_name: MaybeUndefined<String>,
    /// Place on the map
    location: MaybeUndefined<GeoPointInput>,
}

payload! {
    /// New listing
    ListingCreatePayload { listing: Listing }
}
payload! {
    /// Listing after the change
    ListingUpdatePayload { listing: Listing }
}
payload! {
    /// Listing after the step
    ListingStatusPayload { listing: Listing }
}

/// Mutations on listings
#[derive(Default)]
pub struct ListingMutation;

#[Object]
impl ListingMutation {
    /// Owner and managers of the store only
    async fn listing_create(
        &self,
        ctx: &Context<'_>,
        input: ListingCreateInput,
    ) -> Result<ListingCreatePayload> {
        let created = async {
            ctx.viewer().member()?;
            no_media_list(input.image_ids.as_deref(), "imageIds")?;
            let input = ListingCreate {
                store_id: StoreId::read(&input.store_id, "storeId")?,
                category_id: CategoryId::read(&input.category_id, "categoryId")?,
                title: input.title,
                description: input.description,
                price: input.price.price()?,
                stock: input.stock,
                location_name: input.location_name,
                location: input.location.map(Into::into),
                publish: input.publish,
                idempotency_key: input.idempotency_key,
            };
            services::listing_create(ctx.app(), ctx.viewer(), input).await
        };
        outcome(created.await, |row| ListingCreatePayload::done(Listing::of(row)))
    }

    /// Owner and managers of the store only; an omitted field stays, null clears it
    async fn listing_update(
        &self,
        ctx: &Context<'_>,
        input: ListingUpdateInput,
    ) -> Result<ListingUpdatePayload> {
        let updated = async {
            ctx.viewer().member()?;
            no_media_list(input.image_ids.as_deref(), "imageIds")?;
            let input = ListingUpdate {
                id: ListingId::read(&input.id, "id")?,
                version: input.version,
                category_id: read(input.category_id, |id| CategoryId::read(&id, "categoryId"))?,
                title: change(input.title),
                description: change(input.description),
                price: read(input.price, MoneyInput::price)?,
                stock: change(input.stock),
                location_name: change(input.location_name),
                location: change(input.location.map_value(Into::into)),
            };
            services::listing_update(ctx.app(), ctx.viewer(), input).await
        };
        outcome(updated.await, |row| ListingUpdatePayload::done(Listing::of(row)))
    }

    /// Puts a listing on the market; without stock it is sold out
    async fn listing_publish(&self, ctx: &Context<'_>, id: ID) -> Result<ListingStatusPayload> {
        step(ctx, &id, ListingStep::Publish).await
    }

    /// Takes a listing from the market for a while
    async fn listing_pause(&self, ctx: &Context<'_>, id: ID) -> Result<ListingStatusPayload> {
        step(ctx, &id, ListingStep::Pause).await
    }

    /// Puts a listing away for good
    async fn listing_archive(&self, ctx: &Context<'_>, id: ID) -> Result<ListingStatusPayload> {
        step(ctx, &id, ListingStep::Archive).await
    }
}

async fn step(ctx: &Context<'_>, id: &ID, step: ListingStep) -> Result<ListingStatusPayload> {
    let stepped = async {
        ctx.viewer().member()?;
        let id = ListingId::read(id, "id")?;
        services::listing_step(ctx.app(), ctx.viewer(), id, step).await
    };
    outcome(stepped.await, |row| ListingStatusPayload::done(Listing::of(row)))
}
