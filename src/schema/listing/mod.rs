//! Listings: products and classifieds are one thing. Lists and mutations beside.

pub mod list;
pub mod mutation;

pub use list::{ListingArgs, ListingConnection, ListingFilter, ListingQuery, ListingSort};
pub use mutation::ListingMutation;

use super::category::{Category, category};
use super::context::ContextExt;
use super::direct::{Direct, Ready};
use super::node::Global;
use super::scalar::DateTime;
use super::store::{Store, is_staff, store};
use super::user::{User, user_beside};
use super::value::{GeoPoint, Money};
use crate::entities::{Listing as Row, ListingStatus as Status};
use crate::error::Result;
use crate::loaders::{Beside, DescriptionOfListing};
use async_graphql::{Context, Enum, ID, Object};
use std::sync::Arc;

/// Where a listing stands between drafting and the archive
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Status")]
pub enum ListingStatus {
    /// Only the store's staff see it
    Draft,
    /// On the market
    Active,
    /// Taken from the market for a while
    Paused,
    /// On the market again once there is stock
    SoldOut,
    /// Put away for good
    Archived,
}

/// Something offered: a product or a classified
pub struct Listing {
    pub row: Arc<Row>,
    pub distance: Option<f64>,
    pub beside: Beside,
}

impl Listing {
    /// A listing by itself
    pub fn of(row: Arc<Row>) -> Self {
        Self { row, distance: None, beside: Beside::default() }
    }
}

/// Something offered: a product or a classified
#[Object]
impl Listing {
    /// Global id
    pub async fn id(&self) -> ID {
        self.row.id.global()
    }

    /// Counter that offers it
    async fn store(&self, ctx: &Context<'_>) -> Result<Direct<Store>> {
        store(ctx, &self.beside, self.row.store_id).await.map(Direct)
    }

    /// Person who put it up
    async fn publisher(&self, ctx: &Context<'_>) -> Result<Direct<User>> {
        user_beside(ctx, &self.beside, self.row.publisher_id).await.map(Direct)
    }

    /// Where it is found
    async fn category(&self, ctx: &Context<'_>) -> Result<Direct<Category>> {
        category(ctx, &self.beside, self.row.category_id).await.map(Direct)
    }

    /// One line, such as "Queso seco, por libra"
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// Long text; read from the database only where selected
    async fn description(&self, ctx: &Context<'_>) -> Result<Arc<str>> {
        match self.row.description.get() {
            Some(text) => Ok(Arc::clone(text)),
            None => {
                Ok(ctx.loaders().load(DescriptionOfListing(self.row.id)).await?.unwrap_or_default())
            }
        }
    }

    /// Price of one
    async fn price(&self) -> Direct<Money> {
        Direct(self.row.price().into())
    }

    /// How many are left; null: not counted
    async fn stock(&self) -> Option<i32> {
        self.row.stock
    }

    /// Where it stands
    async fn status(&self) -> ListingStatus {
        self.row.status.into()
    }

    /// Place by name
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

    /// Shown before others
    async fn promoted(&self) -> bool {
        self.row.promoted
    }

    /// Grows with each change; send it back to update safely
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// When it was made
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When it last changed
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }
}

impl Ready for Listing {
    fn is_ready(&self, field: &str) -> bool {
        match field {
            "price" | "location" => true,
            "store" => self.beside.store.is_some(),
            "category" => self.beside.category.is_some(),
            "publisher" => self.beside.user.is_some(),
            _ => false,
        }
    }
}

/// Whether the viewer may see a listing: everybody what is on the market or sold out, the store's
/// staff everything of theirs, the platform's staff everything.
///
/// # Errors
/// The lookup failed.
pub async fn may_see(ctx: &Context<'_>, row: &Row) -> Result<bool> {
    if row.is_public() || ctx.viewer().is_platform_staff() {
        return Ok(true);
    }
    is_staff(ctx, row.store_id).await
}
