//! Stores: hours, people, their lists, and the mutations on them.

pub mod hours;
pub mod list;
pub mod mutation;

pub use list::StoreQuery;
pub use mutation::StoreMutation;

use super::connection::Shown;
use super::context::ContextExt;
use super::direct::Ready;
use super::listing::{Listing, ListingArgs, ListingConnection, ListingFilter, ListingSort};
use super::node::Global;
use super::order::{OrderArgs, OrderConnection, OrderFilter, OrderSort, StoreDashboard};
use super::page::{MAX, PageArgs};
use super::scalar::{CurrencyCode, DateTime};
use super::user::{User, user};
use super::value::GeoPoint;
use crate::entities::{Store as Row, StoreId, StoreMember as MemberRow, StoreRole as Role};
use crate::error::{Code, Refusal, Result};
use crate::loaders::{
    Beside, DescriptionOfStore, HoursOfStore, ListingScope, Listings, OrderScope, Orders,
    RoleInStore, StaffOfStore, StoreById, TopListingsOfStore,
};
use crate::rules::opening_hours;
use crate::services::Viewer;
use async_graphql::{Context, Enum, ID, Object};
use hours::{OpeningHours, spans};
use std::sync::Arc;

/// What a person may do in a store
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Role")]
pub enum StoreRole {
    /// Everything, and names the others
    Owner,
    /// Edits the store and its listings
    Manager,
    /// Works at the counter
    Clerk,
    /// Carries parcels and orders
    Courier,
}

/// Person who works in a store
pub struct StoreMember(Arc<MemberRow>);

/// Person who works in a store
#[Object]
impl StoreMember {
    /// The person
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        user(ctx, self.0.user_id).await
    }

    /// What they may do
    async fn role(&self) -> StoreRole {
        self.0.role.into()
    }

    /// When they joined
    async fn since(&self) -> DateTime {
        DateTime(self.0.since)
    }
}

/// Seller's counter: a shop, a cafeteria, a parcel office
pub struct Store {
    pub row: Arc<Row>,
    pub distance: Option<f64>,
}

/// Seller's counter: a shop, a cafeteria, a parcel office
#[Object]
impl Store {
    /// Global id
    pub async fn id(&self) -> ID {
        self.row.id.global()
    }

    /// Unique short name, such as "cafeteria-central"
    async fn handle(&self) -> &str {
        &self.row.handle
    }

    /// Name over the door
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Long text; read from the database only where selected
    async fn description(&self, ctx: &Context<'_>) -> Result<Arc<str>> {
        match self.row.description.get() {
            Some(text) => Ok(Arc::clone(text)),
            None => {
                Ok(ctx.loaders().load(DescriptionOfStore(self.row.id)).await?.unwrap_or_default())
            }
        }
    }

    /// Who owns it
    async fn owner(&self, ctx: &Context<'_>) -> Result<User> {
        user(ctx, self.row.owner_id).await
    }

    /// Currency of the books
    async fn currency(&self) -> CurrencyCode {
        self.row.currency().into()
    }

    /// IANA name, such as "America/Managua"
    async fn time_zone(&self) -> &str {
        &self.row.time_zone
    }

    /// Spans of local time, from Monday on
    async fn opening_hours(&self, ctx: &Context<'_>) -> Result<Vec<OpeningHours>> {
        let hours = ctx.loaders().load(HoursOfStore(self.row.id)).await?.unwrap_or_default();
        Ok(hours.iter().map(|span| OpeningHours::of(span)).collect())
    }

    /// Open at this moment
    async fn is_open(&self, ctx: &Context<'_>) -> Result<bool> {
        let hours = ctx.loaders().load(HoursOfStore(self.row.id)).await?.unwrap_or_default();
        Ok(opening_hours::is_open(&spans(&hours), self.row.time_zone(), ctx.now().to_utc()))
    }

    /// When it opens next; null where it never closes or never opens
    async fn next_opens_at(&self, ctx: &Context<'_>) -> Option<Result<DateTime>> {
        let hours = ctx.loaders().load(HoursOfStore(self.row.id)).await.transpose()?;
        let (zone, now) = (self.row.time_zone(), ctx.now().to_utc());
        let next = hours.map(|hours| opening_hours::next_opens_at(&spans(&hours), zone, now));
        next.transpose().map(|at| at.map(|at| DateTime(at.into())))
    }

    /// Place by name, such as "Frente al parque, Juigalpa"
    async fn location_name(&self) -> Option<&str> {
        self.row.location_name.as_deref()
    }

    /// Place on the map
    async fn location(&self) -> Option<GeoPoint> {
        GeoPoint::of(self.row.latitude, self.row.longitude)
    }

    /// Metres from the filter's point; null without one
    async fn distance(&self) -> Option<f64> {
        self.distance
    }

    /// When it was opened on Plaza
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// What the store offers
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
        args.connection(ctx, ListingScope::Store(self.row.id)).await
    }

    /// Best sellers of the last 30 days, recomputed hourly; empty until something was sold
    async fn top_listings(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 10)] first: i32,
    ) -> Result<Vec<Listing>> {
        let first = match u32::try_from(first) {
            Ok(first) if (1..=MAX).contains(&first) => first as usize,
            _ => {
                return Err(Refusal::new(Code::OutOfRange, format!("first is 1 to {MAX}"))
                    .at("first")
                    .into());
            }
        };
        let rows = ctx.loaders().load(TopListingsOfStore(self.row.id)).await?.unwrap_or_default();
        Ok(rows.iter().take(first).map(|row| Listing::of(Arc::clone(row))).collect())
    }

    /// Staff of this store only; null for everybody else
    async fn staff(&self, ctx: &Context<'_>) -> Option<Result<Vec<StoreMember>>> {
        let staff = async {
            if !is_staff(ctx, self.row.id).await? {
                return Ok(None);
            }
            let staff = ctx.loaders().load(StaffOfStore(self.row.id)).await?.unwrap_or_default();
            Ok(Some(staff.iter().map(|row| StoreMember(Arc::clone(row))).collect()))
        };
        staff.await.transpose()
    }

    /// Orders placed with the store. Staff only; null for everybody else
    #[expect(clippy::too_many_arguments, reason = "the arguments of the field")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        filter: Option<OrderFilter>,
        #[graphql(default_with = "OrderSort::Newest")] sort: OrderSort,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Option<Result<OrderConnection>> {
        let page = PageArgs { first, after, last, before };
        let args = OrderArgs { filter, sort, page, shown: Shown::of::<Orders>(ctx) };
        let scope = OrderScope::Store(self.row.id);
        for_staff(ctx, self.row.id, || args.connection(scope)).await
    }

    /// Figures of today in the store's time zone. Staff only; null for everybody else
    async fn dashboard(&self, ctx: &Context<'_>) -> Option<Result<StoreDashboard>> {
        let today = || Ok(StoreDashboard::today(ctx, Arc::clone(&self.row)));
        for_staff(ctx, self.row.id, today).await
    }
}

impl Ready for Store {
    fn is_ready(&self, field: &str) -> bool {
        field == "location"
    }
}

/// The store with an id that a row refers to, which may have been read beside it: always there.
///
/// # Errors
/// The lookup failed.
pub async fn store(ctx: &Context<'_>, beside: &Beside, id: StoreId) -> Result<Store> {
    let known = beside.store.as_ref();
    let row = ctx.loaders().referred(known, StoreById(id), "the store is missing").await?;
    Ok(Store { row, distance: None })
}

/// What only a store's staff sees; None for everybody else
async fn for_staff<T>(
    ctx: &Context<'_>,
    store: StoreId,
    make: impl FnOnce() -> Result<T>,
) -> Option<Result<T>> {
    match is_staff(ctx, store).await {
        Ok(true) => Some(make()),
        Ok(false) => None,
        Err(err) => Some(Err(err)),
    }
}

/// Whether the viewer works in a store, in whatever role. Administrators count.
///
/// # Errors
/// The lookup failed.
pub async fn is_staff(ctx: &Context<'_>, store: StoreId) -> Result<bool> {
    let Viewer::Member(member) = ctx.viewer() else { return Ok(false) };
    if member.user.is_admin() {
        return Ok(true);
    }
    Ok(ctx.loaders().load(RoleInStore((store, member.user.id))).await?.is_some())
}
