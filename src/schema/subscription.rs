//! The subscription root.

use super::context::ContextExt;
use super::conversation::ConversationSubscription;
use super::job::JobSubscription;
use super::node::NodeSubscription;
use super::order::OrderSubscription;
use super::presence::PresenceSubscription;
use super::service::Service;
use async_graphql::{Context, MergedSubscription, Subscription as Stream};
use futures_util::stream;

/// Everything that can be followed
#[derive(Default, MergedSubscription)]
pub struct Subscription(
    PlatformSubscription,
    OrderSubscription,
    ConversationSubscription,
    PresenceSubscription,
    JobSubscription,
    NodeSubscription,
);

/// Streams of no noun
#[derive(Default)]
pub struct PlatformSubscription;

#[Stream]
impl PlatformSubscription {
    /// Running version and schema hash: the first payload comes at once, and again after each
    /// reconnection, so a client that was open through a deployment learns of the new schema
    async fn service(&self, ctx: &Context<'_>) -> impl stream::Stream<Item = Service> + use<> {
        let running = Service::running(&ctx.request().schema_hash);
        // The version of a running server never changes: one payload, then silence until it stops.
        stream::StreamExt::chain(stream::iter([running]), stream::pending())
    }
}
