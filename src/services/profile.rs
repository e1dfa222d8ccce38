//! A person's own profile: made at its first update.

use super::category::category_in;
use super::change::Change;
use super::input::{PlaceInput, line, paragraphs, point};
use super::user::name_key;
use super::viewer::Viewer;
use crate::app::App;
use crate::db::{Columns, Reads, WriteTx};
use crate::entities::{CategoryId, Profile, ProfileId, ProfileKind, UserId};
use crate::error::{Code, Refusal, Refusals, Result};
use sea_orm::FromQueryResult;
use std::sync::Arc;

/// Input of [`profile_update`]
#[derive(Clone, Default)]
pub struct ProfileUpdate {
    pub kind: Change<ProfileKind>,
    pub headline: Change<String>,
    pub bio: Change<String>,
    pub category_id: Change<CategoryId>,
    pub location_name: Change<String>,
    pub location: Change<PlaceInput>,
}

/// Changes the viewer's profile.
///
/// # Errors
/// Refused with everything that is wrong with the input at once.
pub async fn profile_update(app: &App, viewer: &Viewer, input: ProfileUpdate) -> Result<Arc<Profile>> {
    let member = viewer.member()?;
    let mut refusals = Refusals::default();
    let kind = input.kind.required("kind", &mut refusals);
    // An empty text is what a cleared one shows.
    let headline = input.headline.checked(&mut refusals, line("headline", 0, 120)).optional().map(Option::unwrap_or_default);
    let bio = input.bio.checked(&mut refusals, paragraphs("bio", 10_000)).optional().map(Option::unwrap_or_default);
    let location_name = input.location_name.checked(&mut refusals, line("locationName", 1, 120)).optional();
    let location = input.location.checked(&mut refusals, point("location")).optional();
    let category = input.category_id.optional();
    refusals.check()?;
    let tx = app.db.write().await?;
    if let Some(Some(category)) = category
        && category_in(&tx, category).await?.is_none()
    {
        return Err(Refusal::new(Code::NotFound, "There is no such category").at("categoryId").into());
    }
    let before = lock_profile(&tx, member.user.id).await?;
    let text = |new: Option<String>, old: Option<&str>| new.unwrap_or_else(|| old.unwrap_or_default().to_owned());
    let headline = text(headline, before.as_ref().map(|profile| profile.headline.as_str()));
    let bio = text(bio, before.as_ref().and_then(|profile| profile.bio.get()).map(AsRef::as_ref));
    let name = &member.user.display_name;
    let mut columns = Columns::of("profile")
        .search(&format!("{name} {headline}"), &bio)
        .set("headline", headline)
        .set("bio", bio)
        .set("name_key", name_key(name))
        .set_if("category_id", category)
        .set_if("location_name", location_name);
    if let Some(place) = location {
        columns = columns.place(place);
    }
    let id = match before {
        Some(profile) => {
            tx.update(profile.id.0, columns.set_if("kind", kind)).await?;
            profile.id
        }
        None => {
            let id = ProfileId(app.ids.next());
            let columns = columns
                .set("id", id)
                .set("user_id", member.user.id)
                .set("kind", kind.unwrap_or(ProfileKind::Consumer))
                .set("created_at", app.clock.now());
            tx.insert(columns).await?;
            id
        }
    };
    let mut sql = tx.sql("SELECT p.* FROM profile p WHERE p.id = ");
    sql.bind(id);
    let row = tx.one(sql).await?.ok_or_else(super::user::gone)?;
    let profile = Profile::from_query_result(&row, "")?;
    tx.commit().await?;
    Ok(Arc::new(profile))
}

/// Keeps the profile found and sorted under its person's new name.
pub(super) async fn rename(tx: &WriteTx, user: UserId, name: &str) -> Result<()> {
    if let Some(profile) = lock_profile(tx, user).await? {
        let bio = profile.bio.get().map(|bio| bio.to_string()).unwrap_or_default();
        let columns = Columns::of("profile")
            .set("name_key", name_key(name))
            .search(&format!("{name} {}", profile.headline), &bio);
        tx.update(profile.id.0, columns).await?;
    }
    Ok(())
}

async fn lock_profile(tx: &WriteTx, user: UserId) -> Result<Option<Profile>> {
    let mut sql = tx.sql("SELECT p.* FROM profile p WHERE p.user_id = ");
    sql.bind(user).either(" FOR UPDATE", "");
    Ok(tx.one(sql).await?.map(|row| Profile::from_query_result(&row, "")).transpose()?)
}
