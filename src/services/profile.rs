//! A person's own profile: made at its first update.

use super::category::category_in;
use super::change::Change;
use super::input::{PlaceInput, line, paragraphs, point};
use super::user::{gone, lock_user, name_key};
use super::viewer::Viewer;
use crate::app::App;
use crate::db::{Columns, Reads, WriteTx};
use crate::entities::{CategoryId, Profile, ProfileId, ProfileKind, UserId};
use crate::error::{Code, Refusal, Refusals, Result};
use crate::rules::distance::Point;
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

/// An input whose fields are right by themselves
struct Checked {
    kind: Option<ProfileKind>,
    headline: Option<String>,
    bio: Option<String>,
    category: Option<Option<CategoryId>>,
    location_name: Option<Option<String>>,
    location: Option<Option<Point>>,
}

impl Checked {
    fn of(input: ProfileUpdate) -> Result<Self> {
        let mut refusals = Refusals::default();
        // An empty text is what a cleared one shows.
        let headline = input.headline.checked(&mut refusals, line("headline", 0, 120));
        let bio = input.bio.checked(&mut refusals, paragraphs("bio", 10_000));
        let location_name =
            input.location_name.checked(&mut refusals, line("locationName", 1, 120));
        let checked = Self {
            kind: input.kind.required("kind", &mut refusals),
            headline: headline.optional().map(Option::unwrap_or_default),
            bio: bio.optional().map(Option::unwrap_or_default),
            category: input.category_id.optional(),
            location_name: location_name.optional(),
            location: input.location.checked(&mut refusals, point("location")).optional(),
        };
        refusals.check()?;
        Ok(checked)
    }

    /// The columns that change, with what the row is found by.
    fn columns(self, name: &str, before: Option<&Profile>) -> Columns {
        let text = |new: Option<String>, old: Option<&str>| {
            new.unwrap_or_else(|| old.unwrap_or_default().to_owned())
        };
        let headline = text(self.headline, before.map(|profile| profile.headline.as_str()));
        let bio = text(self.bio, before.and_then(|profile| profile.bio.get()).map(AsRef::as_ref));
        let columns = Columns::of("profile")
            .search(&format!("{name} {headline}"), &bio)
            .set("headline", headline)
            .set("bio", bio)
            .set("name_key", name_key(name))
            .set_if("category_id", self.category)
            .set_if("location_name", self.location_name);
        match self.location {
            Some(place) => columns.place(place),
            None => columns,
        }
    }
}

/// Changes the viewer's profile.
///
/// # Errors
/// Refused with everything that is wrong with the input at once.
pub async fn profile_update(
    app: &App,
    viewer: &Viewer,
    input: ProfileUpdate,
) -> Result<Arc<Profile>> {
    let member = viewer.member()?;
    let checked = Checked::of(input)?;
    let tx = app.db.write().await?;
    if let Some(Some(category)) = checked.category
        && category_in(&tx, category).await?.is_none()
    {
        let message = "There is no such category";
        return Err(Refusal::new(Code::NotFound, message).at("categoryId").into());
    }
    // The person's row stands for a profile that is not there yet: two first updates wait here.
    let user = lock_user(&tx, member.user.id).await?.ok_or_else(gone)?;
    let before = lock_profile(&tx, user.id).await?;
    let kind = checked.kind;
    let columns = checked.columns(&user.display_name, before.as_ref());
    if let Some(profile) = before {
        tx.update(profile.id.0, columns.set_if("kind", kind)).await?;
    } else {
        let columns = columns
            .set("id", ProfileId(app.ids.next()))
            .set("user_id", user.id)
            .set("kind", kind.unwrap_or(ProfileKind::Consumer))
            .set("created_at", app.clock.now());
        tx.insert(columns).await?;
    }
    let profile = lock_profile(&tx, user.id).await?.ok_or_else(gone)?;
    tx.commit().await?;
    Ok(Arc::new(profile))
}

/// Keeps the profile found and sorted under its person's new name.
pub(super) async fn rename(tx: &WriteTx, user: UserId, name: &str) -> Result<()> {
    if let Some(profile) = lock_profile(tx, user).await? {
        let bio = profile.bio.get().map(ToString::to_string).unwrap_or_default();
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
