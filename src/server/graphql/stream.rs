//! Event streams, by the GraphQL-over-SSE protocol in its distinct-connections mode:
//! <https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md>. One operation a connection;
//! each result is a `next` event, and `complete` ends it. A result that has a place in a stream
//! carries it as `id:`; a browser sends it back as `Last-Event-ID`, and hears what it missed.

use super::follow::{Payload, follow};
use super::gate::{Answer, Gate, Ready};
use crate::entities::Timestamp;
use crate::services::{Caller, Viewer};
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use poem::http::HeaderValue;
use poem::web::sse::{Event, SSE};
use poem::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;

/// A comment goes out this often, so that proxies don't take silence for death
const KEEP_ALIVE: Duration = Duration::from_secs(12);

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

/// Results of any operation
pub(super) fn payloads(
    gate: Arc<Gate>,
    ready: Ready,
    viewer: Viewer,
    caller: Caller,
    last_seen: Option<String>,
) -> BoxStream<'static, Payload> {
    if ready.is_subscription() {
        return follow(gate, ready, viewer, caller, last_seen);
    }
    let once = async move {
        let body = gate.execute(ready, viewer, caller).await.body.into();
        Payload::Next { body, cursor: None }
    };
    stream::once(once).boxed()
}

/// Comes when the viewer's token ends, or the server stops.
pub(super) fn end(gate: &Gate, viewer: &Viewer) -> impl Future<Output = ()> + Send + 'static {
    let now = gate.app.clock.now();
    let left = until(viewer).map(|until| {
        Duration::from_micros(u64::try_from(until.0.saturating_sub(now.0)).unwrap_or_default())
    });
    let stop = gate.stop.clone();
    async move {
        let token = async {
            match left {
                Some(left) => tokio::time::sleep(left).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = token => {}
        }
    }
}

fn until(viewer: &Viewer) -> Option<Timestamp> {
    match viewer {
        Viewer::Member(member) => Some(member.until),
        Viewer::Guest => None,
    }
}

/// Tells why an operation can't be executed. The protocol wants it as a result: a browser's
/// `EventSource` does not let a page read the body of a 400.
pub fn refuse(answer: &Answer) -> Response {
    let body = answer.body.as_slice().into();
    events(stream::iter([Payload::Next { body, cursor: None }]))
}

fn events(payloads: impl Stream<Item = Payload> + Send + 'static) -> Response {
    let events = payloads
        .map(|payload| {
            let (body, cursor) = match payload {
                Payload::Next { body, cursor } => (body, cursor),
                Payload::Failed { body } => (body, None),
            };
            let event = Event::message(String::from_utf8_lossy(&body).into_owned());
            let event = event.event_type("next");
            match cursor {
                Some(cursor) => event.id(cursor.to_string()),
                None => event,
            }
        })
        .chain(stream::iter([Event::message("").event_type("complete")]));
    let mut response = SSE::new(events).keep_alive(KEEP_ALIVE).into_response();
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    response
}
