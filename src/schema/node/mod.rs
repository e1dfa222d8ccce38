//! Anything that can be fetched again by its global id, with the same rights as elsewhere.

mod change;
mod global_id;

pub use change::NodeSubscription;
pub use global_id::{Global, GlobalId};

use super::api_key::ApiKey;
use super::category::Category;
use super::context::ContextExt;
use super::conversation::{self, Conversation};
use super::job::{self, Job};
use super::listing::{Listing, may_see};
use super::message::Message;
use super::order::{self, Order};
use super::profile::Profile;
use super::session::Session;
use super::store::{Store, is_staff};
use super::user::User;
use crate::entities::{
    ApiKeyId, CategoryId, ConversationId, JobId, ListingId, MessageId, OrderId, ProfileId,
    SessionId, StoreId, UserId,
};
use crate::error::Result;
use crate::loaders::{
    ApiKeyById, CategoryById, ConversationById, ListingById, MessageById, OrderById, ProfileById,
    SessionById, StoreById, UserById,
};
use async_graphql::{Context, ID, Interface};

/// Anything that can be fetched again by its global id
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Global id: opaque, and never reused"))]
pub enum Node {
    /// Person
    User(User),
    /// What a person offers
    Profile(Profile),
    /// Signed-in device of the viewer
    Session(Session),
    /// Part of the category tree
    Category(Category),
    /// Seller's counter
    Store(Store),
    /// Something offered
    Listing(Listing),
    /// Something bought
    Order(Order),
    /// People who write to each other
    Conversation(Conversation),
    /// Something written
    Message(Message),
    /// Key that the viewer made
    ApiKey(ApiKey),
    /// Work that goes on after an answer
    Job(Job),
}

/// The node behind an id; None where there is nothing the viewer may see.
///
/// # Errors
/// The lookup failed.
pub async fn node(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let Some(id) = GlobalId::read(id) else { return Ok(None) };
    let loaders = ctx.loaders();
    if let Some(id) = UserId::of(id) {
        let user = loaders.load(UserById(id)).await?;
        return Ok(user
            .filter(|user| user.suspended_at.is_none() || ctx.viewer().is_platform_staff())
            .map(|user| Node::User(User(user))));
    }
    if let Some(id) = ProfileId::of(id) {
        return Ok(loaders
            .load(ProfileById(id))
            .await?
            .map(|row| Node::Profile(Profile { row, distance: None })));
    }
    if let Some(id) = SessionId::of(id) {
        return own_session(ctx, id).await;
    }
    if let Some(id) = CategoryId::of(id) {
        return Ok(loaders.load(CategoryById(id)).await?.map(|row| Node::Category(Category(row))));
    }
    if let Some(id) = StoreId::of(id) {
        let Some(row) = loaders.load(StoreById(id)).await? else { return Ok(None) };
        let seen =
            !row.is_hidden() || ctx.viewer().is_platform_staff() || is_staff(ctx, row.id).await?;
        return Ok(seen.then_some(Node::Store(Store { row, distance: None })));
    }
    if let Some(id) = ListingId::of(id) {
        let Some(row) = loaders.load(ListingById(id)).await? else { return Ok(None) };
        let seen = may_see(ctx, &row).await?;
        return Ok(seen.then_some(Node::Listing(Listing::of(row))));
    }
    if let Some(id) = OrderId::of(id) {
        let Some(row) = loaders.load(OrderById(id)).await? else { return Ok(None) };
        let seen = order::may_see(ctx, &row).await?;
        return Ok(seen.then_some(Node::Order(Order::of(row))));
    }
    if let Some(id) = ConversationId::of(id) {
        let Some(mine) = conversation::place(ctx, id).await? else { return Ok(None) };
        let row = loaders.load(ConversationById(id)).await?;
        return Ok(row.map(|row| Node::Conversation(Conversation { row, mine: Some(mine) })));
    }
    if let Some(id) = MessageId::of(id) {
        let Some(row) = loaders.load(MessageById(id)).await? else { return Ok(None) };
        let seen = conversation::place(ctx, row.conversation_id).await?.is_some();
        return Ok(seen.then_some(Node::Message(Message(row))));
    }
    if let Some(id) = ApiKeyId::of(id) {
        return own_key(ctx, id).await;
    }
    if let Some(id) = JobId::of(id) {
        return Ok(job::visible(ctx, id).await?.map(Node::Job));
    }
    Ok(None)
}

async fn own_session(ctx: &Context<'_>, id: SessionId) -> Result<Option<Node>> {
    let session = ctx.loaders().load(SessionById(id)).await?;
    let now = ctx.now();
    let own = session.filter(|session| {
        Some(session.user_id) == ctx.viewer().user_id()
            && session.revoked_at.is_none()
            && session.expires_at > now
    });
    Ok(own.map(|session| Node::Session(Session(session))))
}

async fn own_key(ctx: &Context<'_>, id: ApiKeyId) -> Result<Option<Node>> {
    let key = ctx.loaders().load(ApiKeyById(id)).await?;
    let own = key.filter(|key| Some(key.user_id) == ctx.viewer().user_id());
    Ok(own.map(|key| Node::ApiKey(ApiKey(key))))
}
