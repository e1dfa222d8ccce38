//! People as others see them, and the mutations on accounts.

pub mod mutation;

pub use mutation::{UserMutation, no_media, no_media_list};

use super::connection::Shown;
use super::context::ContextExt;
use super::direct::Ready;
use super::listing::{ListingArgs, ListingConnection, ListingSort};
use super::node::Global;
use super::page::PageArgs;
use super::presence::{Presence, presence};
use super::profile::Profile;
use super::scalar::DateTime;
use crate::entities::{User as Row, UserId, UserRole as Role};
use crate::error::{Refusals, Result};
use crate::loaders::{Beside, ListingScope, Listings, ProfileByUser, UserByHandle, UserById};
use async_graphql::{Context, Enum, ID, Object};
use std::sync::Arc;

/// What a person may do on the whole platform
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Role")]
pub enum UserRole {
    /// Everybody
    Member,
    /// Helps members; may suspend
    Support,
    /// May do everything
    Admin,
}

/// Person, as others see them
pub struct User(pub Arc<Row>);

/// Person, as others see them
#[Object]
impl User {
    /// Global id
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Unique short name, such as "ana"
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Name as the person writes it
    async fn display_name(&self) -> &str {
        &self.0.display_name
    }

    /// What the person offers; null until they say so
    async fn profile(&self, ctx: &Context<'_>) -> Option<Result<Profile>> {
        let row = ctx.loaders().load(ProfileByUser(self.0.id)).await.transpose()?;
        Some(row.map(|row| Profile { row, distance: None }))
    }

    /// Whether the person is here, for those who share a conversation with them
    async fn presence(&self, ctx: &Context<'_>) -> Result<Presence> {
        presence(ctx, self.0.id).await
    }

    /// When the person signed up
    async fn joined_at(&self) -> DateTime {
        DateTime(self.0.joined_at)
    }

    /// What the person has on the market
    async fn listings(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        sort: Option<ListingSort>,
    ) -> Result<ListingConnection> {
        let args = ListingArgs {
            filter: None,
            sort: sort.unwrap_or(ListingSort::Newest),
            page: PageArgs { first, after, last, before },
            shown: Shown::of::<Listings>(ctx),
        };
        args.connection(ctx, ListingScope::Publisher(self.0.id)).await
    }
}

impl Ready for User {}

/// The person with an id that a row refers to: always there.
///
/// # Errors
/// The lookup failed.
pub async fn user(ctx: &Context<'_>, id: UserId) -> Result<User> {
    user_beside(ctx, &Beside::default(), id).await
}

/// The same, where the row may have been read beside the one that refers to it.
///
/// # Errors
/// The lookup failed.
pub async fn user_beside(ctx: &Context<'_>, beside: &Beside, id: UserId) -> Result<User> {
    let known = beside.user.as_ref();
    ctx.loaders().referred(known, UserById(id), "the user is missing").await.map(User)
}

/// Ids of people, as a list of an argument has them; each that is none is refused by its place.
///
/// # Errors
/// The refusals.
pub fn people(ids: &[ID], field: &str) -> Result<Vec<UserId>> {
    let mut refusals = Refusals::default();
    let read = |(at, id)| refusals.keep(UserId::read(id, &format!("{field}.{at}")));
    let people = ids.iter().enumerate().filter_map(read).collect();
    refusals.check()?;
    Ok(people)
}

/// Queries on people
#[derive(Default)]
pub struct UserQuery;

#[Object]
impl UserQuery {
    /// Person behind a handle; null where nobody has it
    async fn user(&self, ctx: &Context<'_>, handle: String) -> Option<Result<User>> {
        let row = ctx.loaders().load(UserByHandle(handle.to_lowercase())).await.transpose()?;
        Some(row.map(User))
    }
}
