//! Lists of stores, and one by its handle.

use super::Store;
use crate::db::{KeyExpr, Sort};
use crate::entities::Timestamp;
use crate::error::Result;
use crate::loaders::{self, Asked, Query, StoreByHandle, Stores};
use crate::rules::opening_hours::minute_of_week;
use crate::schema::connection::{Connection, Shown, plain_connection};
use crate::schema::context::ContextExt;
use crate::schema::page::{ListHash, PageArgs};
use crate::schema::search;
use crate::schema::value::NearInput;
use async_graphql::{Context, Enum, InputObject, Object};
use std::sync::Arc;

/// Which stores
#[derive(Debug, Default, InputObject)]
pub struct StoreFilter {
    /// Words in name and description
    text: Option<String>,
    /// True: open at this moment, by the store's own clock
    open_now: Option<bool>,
    /// Around a point
    near: Option<NearInput>,
}

/// Order of stores
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum StoreSort {
    /// Latest first
    Newest,
    /// By name
    Name,
    /// Nearest first; needs `filter.near`
    Distance,
}

impl StoreSort {
    fn keys(self) -> Sort {
        match self {
            Self::Newest => search::sort(&[KeyExpr::Int("created_at")], true),
            Self::Name => search::sort(&[KeyExpr::Text("name_key")], false),
            Self::Distance => search::sort(&[KeyExpr::Distance], false),
        }
    }
}

plain_connection!(StoreConnection, StoreEdge, Stores, Store, |hit, _| Store {
    row: Arc::clone(&hit.row),
    distance: hit.distance,
});

/// Queries on stores
#[derive(Default)]
pub struct StoreQuery;

#[Object]
impl StoreQuery {
    /// Store behind a handle; null where there is none
    async fn store(&self, ctx: &Context<'_>, handle: String) -> Option<Result<Store>> {
        let row = ctx.loaders().load(StoreByHandle(handle.to_lowercase())).await.transpose()?;
        Some(row.map(|row| Store { row, distance: None }))
    }

    /// Stores by words, place and whether they are open
    #[expect(clippy::too_many_arguments, reason = "the arguments of the field")]
    async fn stores(
        &self,
        ctx: &Context<'_>,
        filter: Option<StoreFilter>,
        #[graphql(default_with = "StoreSort::Newest")] sort: StoreSort,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<StoreConnection> {
        let filter = filter.unwrap_or_default();
        let hash = ListHash::of(&("stores", &filter, sort));
        let sort = sort.keys();
        let slice = PageArgs { first, after, last, before }.slice(hash, &sort)?;
        let (terms, disk) = (search::terms(filter.text.as_deref())?, search::disk(filter.near)?);
        search::check_sort(&sort, disk.is_some(), !terms.is_empty())?;
        let open = filter.open_now.map(|open| (open, minutes_of_week(ctx.now())));
        let query = Query {
            filter: loaders::StoreFilter { open },
            terms,
            near: disk.map(|disk| search::nearest(disk, &sort, &slice, Arc::default)),
            shelves: vec![1],
            sort,
            slice,
            wide: Shown::of::<Stores>(ctx).wide,
            beside: Vec::new(),
        };
        Ok(StoreConnection(Connection { scope: (), asked: Asked::new(query), hash }))
    }
}

/// What the clock says in every time zone, as a minute of the week
fn minutes_of_week(now: Timestamp) -> Vec<(&'static str, u16)> {
    chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| (zone.name(), minute_of_week(*zone, now.to_utc())))
        .collect()
}
