//! Changing one's own profile.

use super::{Profile, ProfileKind};
use crate::entities::CategoryId;
use crate::error::Result;
use crate::schema::context::ContextExt;
use crate::schema::node::Global;
use crate::schema::user::no_media_list;
use crate::schema::user_error::{outcome, payload};
use crate::schema::value::GeoPointInput;
use crate::schema::viewer::{change, read};
use crate::services::{self, ProfileUpdate};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};

/// Changes to one's own profile; an omitted field stays, null clears it
#[derive(InputObject)]
pub struct ProfileUpdateInput {
    /// What one is here for
    kind: MaybeUndefined<ProfileKind>,
    /// One line of at most 120 characters
    headline: MaybeUndefined<String>,
    /// At most 10,000 characters
    bio: MaybeUndefined<String>,
    /// Trade
    category_id: MaybeUndefined<ID>,
    /// Place by name
    location_name: MaybeUndefined<String>,
    /// Place on the map
    location: MaybeUndefined<GeoPointInput>,
    /// Pictures that were uploaded before
    work_image_ids: Option<Vec<ID>>,
}

payload! {
    /// Own profile after the change
    ProfileUpdatePayload { profile: Profile }
}

/// Mutations on profiles
#[derive(Default)]
pub struct ProfileMutation;

#[Object]
impl ProfileMutation {
    /// Changes the viewer's own profile, which is made at its first change; an omitted field stays, null clears it
    async fn profile_update(
        &self,
        ctx: &Context<'_>,
        input: ProfileUpdateInput,
    ) -> Result<ProfileUpdatePayload> {
        let updated = async {
            ctx.viewer().member()?;
            no_media_list(input.work_image_ids.as_deref(), "workImageIds")?;
            let input = ProfileUpdate {
                kind: change(input.kind.map_value(Into::into)),
                headline: change(input.headline),
                bio: change(input.bio),
                category_id: read(input.category_id, |id| CategoryId::read(&id, "categoryId"))?,
                location_name: change(input.location_name),
                location: change(input.location.map_value(Into::into)),
            };
            services::profile_update(ctx.app(), ctx.viewer(), input).await
        };
        outcome(updated.await, |row| ProfileUpdatePayload::done(Profile { row, distance: None }))
    }
}
