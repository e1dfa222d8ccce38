//! Lists of profiles: specialists and businesses by kind, trade, place and words.

use super::list::{Listed, Query};
use crate::db::{Partition, Sql};
use crate::entities::{CategoryId, Profile, ProfileKind, profile};
use uuid::Uuid;

/// Profiles as a noun of lists
#[derive(Debug)]
pub struct Profiles;

/// Conditions on profiles
#[derive(Debug, Default)]
pub struct ProfileFilter {
    /// Of this kind
    pub kind: Option<ProfileKind>,
    /// A category and all below it; empty for any
    pub categories: Vec<CategoryId>,
    /// Checked by the platform, or not
    pub verified: Option<bool>,
}

impl Listed for Profiles {
    type Scope = ();
    type Filter = ProfileFilter;
    type Row = Profile;
    const TABLE: &'static str = "profile";
    const WIDE: &'static str = profile::WIDE;

    fn column((): &()) -> Option<&'static str> {
        None
    }

    fn partition(_: &[&()], query: &Query<Self>) -> Partition {
        let searched = !query.terms.is_empty() || query.near.is_some();
        if query.filter.categories.is_empty() || searched {
            return Partition::whole();
        }
        Partition {
            column: Some("category_id"),
            parents: vec![query.filter.categories.iter().map(|id| id.0).collect()],
        }
    }

    fn conditions(sql: &mut Sql, p: &str, _: &[&()], query: &Query<Self>) {
        let filter = &query.filter;
        if let Some(kind) = filter.kind {
            sql.push(" AND ").push(p).push(".kind = ").bind(kind);
        }
        if !filter.categories.is_empty() {
            sql.push(" AND ")
                .any_id(&format!("{p}.category_id"), filter.categories.iter().map(|id| id.0));
        }
        if let Some(verified) = filter.verified {
            sql.push(" AND ").push(p).push(".verified = ").bind(verified);
        }
    }

    fn id(row: &Profile) -> Uuid {
        row.id.0
    }
}
