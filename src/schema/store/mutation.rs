//! Opening and changing stores, naming their people.

use super::hours::OpeningHoursInput;
use super::{Store, StoreRole};
use crate::entities::{StoreId, UserId};
use crate::error::Result;
use crate::schema::context::ContextExt;
use crate::schema::node::Global;
use crate::schema::scalar::CurrencyCode;
use crate::schema::user::no_media;
use crate::schema::user_error::{outcome, payload};
use crate::schema::value::GeoPointInput;
use crate::schema::viewer::change;
use crate::services::{self, StoreCreate, StoreUpdate};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};

/// New store, owned by the viewer
#[derive(InputObject)]
pub struct StoreCreateInput {
    /// Unique short name: 3 to 30 of a-z, 0-9, `_`, `.`, `-`
    handle: String,
    /// Name over the door, 1 to 80 characters
    name: String,
    /// At most 5,000 characters
    description: Option<String>,
    /// Currency of the books; stays for good
    currency: CurrencyCode,
    /// IANA name, such as "America/Managua"
    time_zone: String,
    /// Spans that don't overlap; none: never open
    opening_hours: Option<Vec<OpeningHoursInput>>,
    /// Place by name
    location_name: Option<String>,
    /// Place on the map
    location: Option<GeoPointInput>,
}

/// Changes to a store; an omitted field stays, null clears it
#[derive(InputObject)]
pub struct StoreUpdateInput {
    /// Which store
    id: ID,
    /// Name over the door
    name: MaybeUndefined<String>,
    /// At most 5,000 characters
    description: MaybeUndefined<String>,
    /// IANA name
    time_zone: MaybeUndefined<String>,
    /// All spans anew
    opening_hours: MaybeUndefined<Vec<OpeningHoursInput>>,
    /// Place by name
    location_name: MaybeUndefined<String>,
    /// Place on the map
    location: MaybeUndefined<GeoPointInput>,
    /// Picture that was uploaded before
    logo_id: MaybeUndefined<ID>,
}

/// Role of a person in a store
#[derive(InputObject)]
pub struct StoreMemberSetInput {
    /// Which store
    store_id: ID,
    /// Which person
    user_id: ID,
    /// Null: remove
    role: Option<StoreRole>,
}

payload! {
    /// New store
    StoreCreatePayload { store: Store }
}
payload! {
    /// Store after the change
    StoreUpdatePayload { store: Store }
}
payload! {
    /// Store whose people changed
    StoreMemberSetPayload { store: Store }
}

/// Mutations on stores
#[derive(Default)]
pub struct StoreMutation;

#[Object]
impl StoreMutation {
    /// Opens a store that the viewer owns
    async fn store_create(
        &self,
        ctx: &Context<'_>,
        input: StoreCreateInput,
    ) -> Result<StoreCreatePayload> {
        let created = async {
            ctx.viewer().member()?;
            let input = StoreCreate {
                currency: input.currency.currency("currency")?,
                handle: input.handle,
                name: input.name,
                description: input.description,
                time_zone: input.time_zone,
                opening_hours: input
                    .opening_hours
                    .map(|spans| spans.into_iter().map(Into::into).collect()),
                location_name: input.location_name,
                location: input.location.map(Into::into),
            };
            services::store_create(ctx.app(), ctx.viewer(), input).await
        };
        outcome(created.await, |row| StoreCreatePayload::done(Store { row, distance: None }))
    }

    /// Owner and managers only; an omitted field stays, null clears it
    async fn store_update(
        &self,
        ctx: &Context<'_>,
        input: StoreUpdateInput,
    ) -> Result<StoreUpdatePayload> {
        let updated = async {
            ctx.viewer().member()?;
            no_media(&input.logo_id, "logoId")?;
            let input = StoreUpdate {
                id: StoreId::read(&input.id, "id")?,
                name: change(input.name),
                description: change(input.description),
                time_zone: change(input.time_zone),
                opening_hours: change(
                    input
                        .opening_hours
                        .map_value(|spans| spans.into_iter().map(Into::into).collect()),
                ),
                location_name: change(input.location_name),
                location: change(input.location.map_value(Into::into)),
            };
            services::store_update(ctx.app(), ctx.viewer(), input).await
        };
        outcome(updated.await, |row| StoreUpdatePayload::done(Store { row, distance: None }))
    }

    /// Owner only: gives a person a role, or removes them; OWNER hands the store over
    async fn store_member_set(
        &self,
        ctx: &Context<'_>,
        input: StoreMemberSetInput,
    ) -> Result<StoreMemberSetPayload> {
        let set = async {
            ctx.viewer().member()?;
            let store = StoreId::read(&input.store_id, "storeId")?;
            let user = UserId::read(&input.user_id, "userId")?;
            let (role, caller) = (input.role.map(Into::into), &ctx.request().caller);
            services::store_member_set(ctx.app(), ctx.viewer(), caller, store, user, role).await
        };
        outcome(set.await, |row| StoreMemberSetPayload::done(Store { row, distance: None }))
    }
}
