//! What the root fields of streams and the server say to each other.
//!
//! A stream is executed once a payload, by the server (`server/graphql/follow`): with loaders of
//! its own each time, and only once for all who ask for the same. So a root field does not stream.
//! Asked to open, it names the topic; asked to deliver, it makes one payload.

use super::context::ContextExt;
use crate::db::Table;
use crate::entities::UserId;
use crate::events::{Event, Passing, Presence, Topic};
use async_graphql::{Context, Enum, ID};
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// Why a payload came
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum UpdateKind {
    /// State as of the cursor; the first payload of every stream that was not resumed
    Snapshot,
    /// Something happened
    Event,
    /// The log no longer reaches back to the given cursor: a fresh state, something may have been missed
    Gap,
}

/// What a root field is executed for
#[derive(Clone)]
pub enum Turn {
    /// To say what is followed
    Open(Arc<OnceLock<Followed>>),
    /// To make a payload
    Deliver(Arc<Delivery>),
    /// To make a payload of whether a person is here
    Tell(UserId, Presence),
    /// To make a payload of a node
    Node(ID),
}

impl Turn {
    /// To make this payload
    pub fn deliver(delivery: Delivery) -> Self {
        Self::Deliver(Arc::new(delivery))
    }
}

/// What a client wants to follow
#[derive(Clone, Debug)]
pub enum Followed {
    /// A topic, after the cursor of the last payload that the client has seen
    Topic(Topic, Option<String>),
    /// Whether these people are here
    People(Vec<UserId>),
    /// Whether these nodes change
    Nodes(Vec<(ID, Source)>),
}

/// By what it is noticed that a node has changed
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A row whose changes caches go by
    Row(Table, Uuid),
    /// What happens in a topic
    Topic(Topic),
}

/// What a payload is made of
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Why it comes
    pub kind: UpdateKind,
    /// Place in the stream
    pub cursor: String,
    /// What happened; None for the state alone, and for what passes
    pub event: Option<Event>,
    /// What passes
    pub passing: Option<Passing>,
}

/// The delivery to make a payload of; None where the field was only asked what it follows.
pub(super) fn follow(
    ctx: &Context<'_>,
    topic: Topic,
    after: Option<String>,
) -> Option<Arc<Delivery>> {
    match &ctx.request().turn {
        Some(Turn::Deliver(delivery)) => Some(Arc::clone(delivery)),
        Some(Turn::Open(followed)) => {
            // A document has one root field; a second is refused before.
            followed.set(Followed::Topic(topic, after)).ok();
            None
        }
        Some(Turn::Tell(..) | Turn::Node(_)) | None => None,
    }
}

/// The node to make a payload of; None where the field is asked what it follows.
pub(super) fn changed_node(ctx: &Context<'_>) -> Option<ID> {
    match &ctx.request().turn {
        Some(Turn::Node(id)) => Some(id.clone()),
        _ => None,
    }
}

/// Says which nodes the field follows.
pub(super) fn follow_nodes(ctx: &Context<'_>, nodes: Vec<(ID, Source)>) {
    if let Some(Turn::Open(followed)) = &ctx.request().turn {
        followed.set(Followed::Nodes(nodes)).ok();
    }
}

/// The person to make a payload of; None where the field is asked whom it follows.
pub(super) fn told_of(ctx: &Context<'_>) -> Option<(UserId, Presence)> {
    match &ctx.request().turn {
        Some(Turn::Tell(person, presence)) => Some((*person, *presence)),
        Some(Turn::Open(_) | Turn::Deliver(_) | Turn::Node(_)) | None => None,
    }
}

/// Says whom the field follows.
pub(super) fn follow_people(ctx: &Context<'_>, people: Vec<UserId>) {
    if let Some(Turn::Open(followed)) = &ctx.request().turn {
        followed.set(Followed::People(people)).ok();
    }
}
