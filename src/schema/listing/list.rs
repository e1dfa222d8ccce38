//! Lists of listings: arguments to a query, the connection, and facets.

use super::{Listing, ListingStatus};
use crate::db::{KeyExpr, Sort};
use crate::entities::{
    CategoryId, ListingStatus as Status, StoreId, UserId, major_of_sort_amount, sort_amount_of,
};
use crate::error::{Code, Refusal, Result};
use crate::loaders::{self, Asked, Beside, Facets, FacetsOf, ListingScope, Listings, Query};
use crate::schema::category::{Category, category};
use crate::schema::connection::{Connection, Shown, connection};
use crate::schema::context::ContextExt;
use crate::schema::direct::Direct;
use crate::schema::node::Global;
use crate::schema::page::{ListHash, PageArgs, PageInfo};
use crate::schema::scalar::{CurrencyCode, DateTime, Decimal, count};
use crate::schema::search;
use crate::schema::store::is_staff;
use crate::schema::value::{NearInput, PriceRangeInput};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use std::sync::Arc;
use uuid::Uuid;

/// Which listings; all conditions hold at once
#[derive(Debug, Default, InputObject)]
pub struct ListingFilter {
    /// Words in title and description, best match first under RELEVANCE
    text: Option<String>,
    /// This category and all below it
    category_id: Option<ID>,
    /// Of this store
    store_id: Option<ID>,
    /// Put up by this person
    publisher_id: Option<ID>,
    /// Default: ACTIVE. Other states only for the store's staff
    status: Option<Vec<ListingStatus>>,
    /// Span of prices; amounts compare as written, whatever the currency
    price: Option<PriceRangeInput>,
    /// Priced in this currency
    currency: Option<CurrencyCode>,
    /// Around a point
    near: Option<NearInput>,
    /// True: to be had. False: none left
    in_stock: Option<bool>,
    /// Put up after this moment
    created_after: Option<DateTime>,
}

/// Order of listings
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ListingSort {
    /// Latest first
    Newest,
    /// Earliest first
    Oldest,
    /// Cheapest first; amounts compare as written, so filter by currency to compare one
    PriceAsc,
    /// Dearest first
    PriceDesc,
    /// Nearest first; needs `filter.near`
    Distance,
    /// Best match first; needs `filter.text`. More of the words in the title is better, then newer
    Relevance,
}

impl ListingSort {
    fn keys(self) -> Sort {
        match self {
            Self::Newest => search::sort(&[KeyExpr::Int("created_at")], true),
            Self::Oldest => search::sort(&[KeyExpr::Int("created_at")], false),
            Self::PriceAsc => search::sort(&[KeyExpr::Int("price_sort")], false),
            Self::PriceDesc => search::sort(&[KeyExpr::Int("price_sort")], true),
            Self::Distance => search::sort(&[KeyExpr::Distance], false),
            Self::Relevance => {
                search::sort(&[KeyExpr::Relevance, KeyExpr::Int("created_at")], true)
            }
        }
    }
}

/// Arguments of a list of listings, wherever it hangs
pub struct ListingArgs {
    pub filter: Option<ListingFilter>,
    pub sort: ListingSort,
    pub page: PageArgs,
    pub shown: Shown,
}

impl ListingArgs {
    /// The list under a parent.
    ///
    /// # Errors
    /// An argument is wrong, or the viewer may not list what it asks for.
    pub async fn connection(
        self,
        ctx: &Context<'_>,
        scope: ListingScope,
    ) -> Result<ListingConnection> {
        let given = self.filter.unwrap_or_default();
        let hash = ListHash::of(&("listings", whose(&scope), &given, self.sort));
        let sort = self.sort.keys();
        let slice = self.page.slice(hash, &sort)?;
        let (terms, disk) = (search::terms(given.text.as_deref())?, search::disk(given.near)?);
        search::check_sort(&sort, disk.is_some(), !terms.is_empty())?;
        let filter = filter(ctx, &given).await?;
        let shelves = shelves(ctx, &given, &scope, &filter).await?;
        let crowd = || ctx.request().app.db.crowd();
        let near = disk.map(|disk| search::nearest(disk, &sort, &slice, crowd));
        let Shown { wide, beside } = self.shown;
        let query = Query { filter, terms, near, shelves, sort, slice, wide, beside };
        Ok(ListingConnection(Connection { scope, asked: Asked::new(query), hash }))
    }
}

/// What tells lists of one filter apart: their parent. A category's is itself, not all below it: a
/// cursor stays good where the tree grows.
fn whose(scope: &ListingScope) -> (&'static str, Option<Uuid>) {
    match scope {
        ListingScope::Market => ("market", None),
        ListingScope::Store(id) => ("store", Some(id.0)),
        ListingScope::Category(tree) => ("category", tree.first().map(|root| root.0)),
        ListingScope::Publisher(id) => ("publisher", Some(id.0)),
    }
}

async fn filter(ctx: &Context<'_>, given: &ListingFilter) -> Result<loaders::ListingFilter> {
    let categories = match &given.category_id {
        Some(id) => {
            search::subtree(ctx.loaders(), CategoryId::read(id, "filter.categoryId")?).await?
        }
        None => Vec::new(),
    };
    let bound =
        |amount: Option<Decimal>, field: &str| match amount {
            Some(amount) => match sort_amount_of(amount.0) {
                Some(amount) => Ok(Some(amount)),
                None => Err(Refusal::new(Code::OutOfRange, "A price is at most 1,000,000,000,000")
                    .at(field)),
            },
            None => Ok(None),
        };
    let price = given.price.unwrap_or(PriceRangeInput { min: None, max: None });
    let (price_min, price_max) =
        (bound(price.min, "filter.price.min")?, bound(price.max, "filter.price.max")?);
    if let (Some(min), Some(max)) = (price_min, price_max)
        && min > max
    {
        let message = "price.min is more than price.max; swap them";
        return Err(Refusal::new(Code::Invalid, message).at("filter.price").into());
    }
    Ok(loaders::ListingFilter {
        categories,
        store: given.store_id.as_ref().map(|id| StoreId::read(id, "filter.storeId")).transpose()?,
        publisher: given
            .publisher_id
            .as_ref()
            .map(|id| UserId::read(id, "filter.publisherId"))
            .transpose()?,
        price_min,
        price_max,
        currency: given
            .currency
            .as_ref()
            .map(|code| code.currency("filter.currency"))
            .transpose()?,
        in_stock: given.in_stock,
        created_after: given.created_after.map(|at| at.0),
    })
}

/// Which states to list, as shelves: only staff see others than ACTIVE, and theirs also where the
/// publisher is suspended.
async fn shelves(
    ctx: &Context<'_>,
    given: &ListingFilter,
    scope: &ListingScope,
    filter: &loaders::ListingFilter,
) -> Result<Vec<i16>> {
    let mut statuses: Vec<Status> =
        given.status.iter().flatten().map(|status| (*status).into()).collect();
    statuses.sort_by_key(|status| *status as i16);
    statuses.dedup();
    match given.status {
        None => return Ok(vec![Status::Active as i16]),
        Some(_) if statuses.is_empty() => {
            let message = "An empty list of states matches nothing; leave it out for ACTIVE";
            return Err(Refusal::new(Code::Invalid, message).at("filter.status").into());
        }
        Some(_) => {}
    }
    let own_store = match (scope, filter.store) {
        (ListingScope::Store(store), _) => is_staff(ctx, *store).await?,
        (_, Some(store)) => is_staff(ctx, store).await?,
        _ => false,
    };
    let everything = ctx.viewer().is_platform_staff() || own_store;
    if everything {
        return Ok(statuses
            .iter()
            .flat_map(|status| [*status as i16, *status as i16 + 10])
            .collect());
    }
    if statuses == [Status::Active] {
        return Ok(vec![Status::Active as i16]);
    }
    let message = "Only the store's staff may list other states than ACTIVE; send storeId, signed in as one of them";
    Err(Refusal::new(Code::Forbidden, message).at("filter.status").into())
}

connection!(ListingConnection, ListingEdge, Listings, Listing, |hit, beside| Listing {
    row: Arc::clone(&hit.row),
    distance: hit.distance,
    beside,
});

/// Page of a list, and where it stands in it
#[Object]
impl ListingConnection {
    /// Rows with their cursors
    async fn edges(&self, ctx: &Context<'_>) -> Result<Vec<ListingEdge>> {
        self.read_edges(ctx).await
    }

    /// Rows alone
    async fn nodes(&self, ctx: &Context<'_>) -> Result<Vec<Direct<Listing>>> {
        self.read_nodes(ctx).await
    }

    /// Where the page stands
    async fn page_info(&self, ctx: &Context<'_>) -> Result<PageInfo> {
        self.0.page_info(ctx).await
    }

    /// Counts no further than limit, and only where selected
    async fn total_count(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 10000)] limit: i32,
    ) -> Result<i32> {
        self.0.count(ctx, limit).await
    }

    /// Counts by category and price band over the whole filter, only where selected
    async fn facets(&self, ctx: &Context<'_>) -> Result<ListingFacets> {
        let key = FacetsOf { scope: self.0.scope.clone(), asked: self.0.asked.clone() };
        Ok(ListingFacets(ctx.loaders().load(key).await?.unwrap_or_default()))
    }
}

/// What a list holds, in figures
pub struct ListingFacets(Arc<Facets>);

/// What a list holds, in figures
#[Object]
impl ListingFacets {
    /// Listings by category, most first
    async fn categories(&self) -> Vec<CategoryFacet> {
        self.0
            .categories
            .iter()
            .map(|(id, rows)| CategoryFacet { id: *id, count: count(*rows) })
            .collect()
    }

    /// Least and largest price; amounts compare as written
    async fn prices(&self) -> PriceFacet {
        let major = |amount| Decimal(major_of_sort_amount(amount));
        PriceFacet {
            min: self.0.prices.map(|(min, _)| major(min)),
            max: self.0.prices.map(|(_, max)| major(max)),
        }
    }
}

/// Listings of one category in a list
pub struct CategoryFacet {
    id: CategoryId,
    count: i32,
}

/// Listings of one category in a list
#[Object]
impl CategoryFacet {
    /// The category
    async fn category(&self, ctx: &Context<'_>) -> Result<Category> {
        category(ctx, &Beside::default(), self.id).await
    }

    /// How many
    async fn count(&self) -> i32 {
        self.count
    }
}

/// Span of prices; both null where the list is empty
#[derive(SimpleObject)]
pub struct PriceFacet {
    /// Least
    min: Option<Decimal>,
    /// Largest
    max: Option<Decimal>,
}

/// Queries on listings
#[derive(Default)]
pub struct ListingQuery;

#[Object]
impl ListingQuery {
    /// The market: text, category, price and distance in any mix, and every sort
    #[expect(clippy::too_many_arguments, reason = "the arguments of the field")]
    async fn listings(
        &self,
        ctx: &Context<'_>,
        filter: Option<ListingFilter>,
        #[graphql(default_with = "ListingSort::Newest")] sort: ListingSort,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<ListingConnection> {
        let page = PageArgs { first, after, last, before };
        let args = ListingArgs { filter, sort, page, shown: Shown::of::<Listings>(ctx) };
        args.connection(ctx, ListingScope::Market).await
    }
}
