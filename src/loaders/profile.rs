//! Profiles by id and by person, and their long text where a list left it out.

use super::batch::{Table, question};
use crate::entities::{Profile, ProfileId, UserId, profile};
use std::sync::Arc;

const PROFILES: Table = Table { name: "profile", only: "" };
const SHOWN_PROFILES: Table = Table { only: "t.shelf = 1", ..PROFILES };

question! {
    /// The profile with an id, unless hidden
    ProfileById(ProfileId) -> Arc<Profile>,
    |loads, keys| {
        loads.kept(keys, |key| key.0.0, async |keys| {
            let ids = keys.iter().map(|key| key.0.0);
            loads.rows_by_id(SHOWN_PROFILES, "t.id", ids, |profile: &Profile| ProfileById(profile.id)).await
        }).await
    }
}

question! {
    /// The profile of a person
    ProfileByUser(UserId) -> Arc<Profile>,
    |loads, keys| {
        loads.kept(keys, |key| key.0.0, async |keys| {
            let ids = keys.iter().map(|key| key.0.0);
            loads.rows_by_id(PROFILES, "t.user_id", ids, |profile: &Profile| ProfileByUser(profile.user_id)).await
        }).await
    }
}

question! {
    /// The long text of a profile that was read without it
    BioOfProfile(ProfileId) -> Arc<str>,
    |loads, keys| {
        let ids = keys.iter().map(|key| key.0.0);
        loads.text_by_id("profile", profile::WIDE, ids, |id| BioOfProfile(ProfileId(id))).await
    }
}
