//! Nodes as they change: what tells the caches of clients which of them to read again.

use super::global_id::{Global, GlobalId};
use super::{Node, node};
use crate::db::Table;
use crate::entities::{
    CategoryId, ConversationId, JobId, ListingId, MessageId, OrderId, ProfileId, StoreId, UserId,
};
use crate::error::{Code, Refusal, Refusals, Result};
use crate::events::Topic;
use crate::loaders::MessageById;
use crate::schema::context::ContextExt;
use crate::schema::follow::{Source, changed_node, follow_nodes};
use async_graphql::{Context, ID, Object, Subscription};
use futures_util::Stream;
use uuid::Uuid;

/// Ids that one stream takes
const MOST: usize = 200;

/// Node that is another than it was told before
pub struct NodeChange(ID);

/// Node that is another than it was told before
#[Object]
impl NodeChange {
    /// Global id, as it was given
    async fn id(&self) -> &ID {
        &self.0
    }

    /// There is nothing any more that the viewer may see
    async fn deleted(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(node(ctx, &self.0).await?.is_none())
    }

    /// Node as it is now; null where it is deleted
    async fn node(&self, ctx: &Context<'_>) -> Option<Result<Node>> {
        node(ctx, &self.0).await.transpose()
    }
}

/// Nodes that can be followed
#[derive(Default)]
pub struct NodeSubscription;

#[Subscription]
impl NodeSubscription {
    /// Tells client caches which of these nodes to read again (at most 200 ids): each of them once at the
    /// beginning, and then whenever what is selected of it is another. Whoever comes back after a cut
    /// has missed nothing
    async fn node_changes(
        &self,
        ctx: &Context<'_>,
        ids: Vec<ID>,
    ) -> Result<impl Stream<Item = NodeChange> + use<>> {
        let changed = changed_node(ctx);
        if changed.is_none() {
            follow_nodes(ctx, sources(ctx, ids).await?);
        }
        Ok(futures_util::stream::iter(changed.map(NodeChange)))
    }
}

async fn sources(ctx: &Context<'_>, ids: Vec<ID>) -> Result<Vec<(ID, Source)>> {
    if ids.is_empty() || ids.len() > MOST {
        let message = format!("1 to {MOST} ids are followed at once");
        return Err(Refusal::new(Code::OutOfRange, message).at("ids").into());
    }
    let (mut refusals, mut sources) = (Refusals::default(), Vec::with_capacity(ids.len()));
    for (at, id) in ids.into_iter().enumerate() {
        if sources.iter().any(|(known, _)| *known == id) {
            continue;
        }
        let source = source(ctx, &id, &format!("ids.{at}")).await;
        match source {
            Ok(source) => sources.push((id, source)),
            Err(crate::error::Error::Refused(refused)) => {
                refused.into_iter().for_each(|refusal| refusals.add(refusal));
            }
            Err(err) => return Err(err),
        }
    }
    refusals.check()?;
    Ok(sources)
}

/// By what it is noticed that a node has changed
async fn source(ctx: &Context<'_>, id: &ID, field: &str) -> Result<Source> {
    let Some(read) = GlobalId::read(id) else {
        let message = "This is not an id; send ids of nodes as they came";
        return Err(Refusal::new(Code::Invalid, message).at(field).into());
    };
    let row = |table, id: Uuid| Ok(Source::Row(table, id));
    if let Some(id) = UserId::of(read) {
        return row(Table::User, id.0);
    }
    if let Some(id) = ProfileId::of(read) {
        return row(Table::Profile, id.0);
    }
    if let Some(id) = CategoryId::of(read) {
        return row(Table::Category, id.0);
    }
    if let Some(id) = StoreId::of(read) {
        return row(Table::Store, id.0);
    }
    if let Some(id) = ListingId::of(read) {
        return row(Table::Listing, id.0);
    }
    if let Some(id) = OrderId::of(read) {
        return Ok(Source::Topic(Topic::Order(id)));
    }
    if let Some(id) = ConversationId::of(read) {
        return Ok(Source::Topic(Topic::Conversation(id)));
    }
    if let Some(id) = JobId::of(read) {
        return Ok(Source::Topic(Topic::Job(id)));
    }
    if let Some(id) = MessageId::of(read) {
        // A message that is gone changes no more; what is asked for is told by what is there.
        let message = ctx.loaders().load(MessageById(id)).await?;
        let talk = message.map_or(ConversationId(id.0), |message| message.conversation_id);
        return Ok(Source::Topic(Topic::Conversation(talk)));
    }
    let message = "Nodes of this kind are not followed; read them again where they are shown";
    Err(Refusal::new(Code::Unsupported, message).at(field).into())
}
