//! Lists of profiles.

use super::{Profile, ProfileKind};
use crate::db::{KeyExpr, Sort};
use crate::entities::CategoryId;
use crate::error::Result;
use crate::loaders::{self, Asked, Profiles, Query};
use crate::schema::connection::{Connection, Shown, plain_connection};
use crate::schema::context::ContextExt;
use crate::schema::node::Global;
use crate::schema::page::{ListHash, PageArgs};
use crate::schema::search;
use crate::schema::value::NearInput;
use async_graphql::{Context, Enum, ID, InputObject, Object};
use std::sync::Arc;

/// Which profiles
#[derive(Debug, Default, InputObject)]
pub struct ProfileFilter {
    /// Of this kind alone
    kind: Option<ProfileKind>,
    /// This trade and all below it
    category_id: Option<ID>,
    /// Checked by the platform, or not
    verified: Option<bool>,
    /// Around a point
    near: Option<NearInput>,
    /// Words in headline, bio and name
    text: Option<String>,
}

/// Order of profiles
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ProfileSort {
    /// Latest first
    Newest,
    /// By the person's name
    Name,
    /// Nearest first; needs `filter.near`
    Distance,
    /// Best match first; needs `filter.text`
    Relevance,
}

impl ProfileSort {
    fn keys(self) -> Sort {
        match self {
            Self::Newest => search::sort(&[KeyExpr::Int("created_at")], true),
            Self::Name => search::sort(&[KeyExpr::Text("name_key")], false),
            Self::Distance => search::sort(&[KeyExpr::Distance], false),
            Self::Relevance => {
                search::sort(&[KeyExpr::Relevance, KeyExpr::Int("created_at")], true)
            }
        }
    }
}

plain_connection!(ProfileConnection, ProfileEdge, Profiles, Profile, |hit, _| Profile {
    row: Arc::clone(&hit.row),
    distance: hit.distance,
});

/// Queries on profiles
#[derive(Default)]
pub struct ProfileQuery;

#[Object]
impl ProfileQuery {
    /// Specialists, businesses and everybody else with a profile
    #[expect(clippy::too_many_arguments, reason = "the arguments of the field")]
    async fn profiles(
        &self,
        ctx: &Context<'_>,
        filter: Option<ProfileFilter>,
        #[graphql(default_with = "ProfileSort::Newest")] sort: ProfileSort,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<ProfileConnection> {
        let filter = filter.unwrap_or_default();
        let hash = ListHash::of(&("profiles", &filter, sort));
        let sort = sort.keys();
        let slice = PageArgs { first, after, last, before }.slice(hash, &sort)?;
        let (terms, disk) = (search::terms(filter.text.as_deref())?, search::disk(filter.near)?);
        search::check_sort(&sort, disk.is_some(), !terms.is_empty())?;
        let categories = match &filter.category_id {
            Some(id) => {
                search::subtree(ctx.loaders(), CategoryId::read(id, "filter.categoryId")?).await?
            }
            None => Vec::new(),
        };
        let query = Query {
            filter: loaders::ProfileFilter {
                kind: filter.kind.map(Into::into),
                categories,
                verified: filter.verified,
            },
            terms,
            near: disk.map(|disk| search::nearest(disk, &sort, &slice, Arc::default)),
            shelves: vec![1],
            sort,
            slice,
            wide: Shown::of::<Profiles>(ctx).wide,
            beside: Vec::new(),
        };
        Ok(ProfileConnection(Connection { scope: (), asked: Asked::new(query), hash }))
    }
}
