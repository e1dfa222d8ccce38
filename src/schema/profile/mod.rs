//! Profiles: what people offer, their lists, and the mutation on one's own.

pub mod list;
pub mod mutation;

pub use list::ProfileQuery;
pub use mutation::ProfileMutation;

use super::category::Category;
use super::context::ContextExt;
use super::direct::Ready;
use super::node::Global;
use super::scalar::DateTime;
use super::user::{User, user};
use super::value::GeoPoint;
use crate::entities::{Profile as Row, ProfileKind as Kind};
use crate::error::Result;
use crate::loaders::{BioOfProfile, CategoryById};
use async_graphql::{Context, Enum, ID, Object};
use std::sync::Arc;

/// What a person is here for
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub enum ProfileKind {
    /// Buys
    Consumer,
    /// Offers a skill
    Specialist,
    /// Offers goods
    Business,
}

/// What a person offers: specialists and businesses are found through it
pub struct Profile {
    pub row: Arc<Row>,
    pub distance: Option<f64>,
}

/// What a person offers: specialists and businesses are found through it
#[Object]
impl Profile {
    /// Global id
    pub async fn id(&self) -> ID {
        self.row.id.global()
    }

    /// Whose it is
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        user(ctx, self.row.user_id).await
    }

    /// What the person is here for
    async fn kind(&self) -> ProfileKind {
        self.row.kind.into()
    }

    /// One line, such as "Veterinaria de ganado y caballos"
    async fn headline(&self) -> &str {
        &self.row.headline
    }

    /// Long text; read from the database only where selected
    async fn bio(&self, ctx: &Context<'_>) -> Result<Arc<str>> {
        match self.row.bio.get() {
            Some(bio) => Ok(Arc::clone(bio)),
            None => Ok(ctx.loaders().load(BioOfProfile(self.row.id)).await?.unwrap_or_default()),
        }
    }

    /// Trade
    async fn category(&self, ctx: &Context<'_>) -> Option<Result<Category>> {
        let row = ctx.loaders().load(CategoryById(self.row.category_id?)).await.transpose()?;
        Some(row.map(Category))
    }

    /// Place by name, such as "Juigalpa, Chontales"
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

    /// Checked by the platform
    async fn verified(&self) -> bool {
        self.row.verified
    }

    /// When it was made
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }
}

impl Ready for Profile {}
