//! One operation a connection: the protocol's distinct-connections mode. Each result is a `next`
//! event, and `complete` ends it. A result that has a place in a stream carries it as `id:`; a
//! browser sends it back as `Last-Event-ID`, and hears what it missed.

use super::{complete, next, respond_with};
use crate::server::graphql::answer::Answer;
use crate::server::graphql::follow::Payload;
use crate::server::graphql::gate::Gate;
use crate::server::graphql::operations::{end, payloads};
use crate::server::graphql::ready::Ready;
use crate::services::{Caller, Viewer};
use futures_util::stream::{self, Stream, StreamExt};
use poem::Response;
use std::sync::Arc;

/// Follows an operation. Queries and mutations have one result.
pub fn respond(
    gate: Arc<Gate>,
    ready: Ready,
    viewer: Viewer,
    caller: Caller,
    last_seen: Option<String>,
) -> Response {
    let end = end(&gate, &viewer);
    events(payloads(gate, ready, viewer, caller, last_seen).take_until(end))
}

/// Tells why an operation can't be executed. The protocol wants it as a result: a browser's
/// `EventSource` does not let a page read the body of a 400.
pub fn refuse(answer: &Answer) -> Response {
    let body = answer.body.as_slice().into();
    events(stream::iter([Payload::Next { body, cursor: None }]))
}

fn events(payloads: impl Stream<Item = Payload> + Send + 'static) -> Response {
    let events = payloads.map(|payload| {
        let (body, cursor) = match payload {
            Payload::Next { body, cursor } => (body, cursor),
            Payload::Failed { body } => (body, None),
        };
        let event = next(String::from_utf8_lossy(&body).into_owned());
        match cursor {
            Some(cursor) => event.id(cursor.to_string()),
            None => event,
        }
    });
    respond_with(events.chain(stream::iter([complete("")])))
}
