//! Event streams, by the GraphQL-over-SSE protocol:
//! <https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md>.
//!
//! Its two modes: one operation a connection (`distinct`), and many on one, for browsers that open
//! few connections to a host: `single` reads the requests, `reservation` keeps what belongs together,
//! `open` is the stream.

mod distinct;
mod open;
mod reservation;
mod single;

pub use distinct::{refuse, respond};
pub use reservation::Reservations;
pub use single::{answer as answer_single, token};

use futures_util::stream::{self, Stream, StreamExt};
use poem::http::HeaderValue;
use poem::web::sse::{Event, SSE};
use poem::{Body, IntoResponse, Response};
use std::time::Duration;

/// A comment goes out this often, so that proxies don't take silence for death
const KEEP_ALIVE: Duration = Duration::from_secs(12);
/// The first bytes of a stream: some browsers don't show a page its answer before there are any
const OPENING: &[u8] = b":\n\n";

/// A result
fn next(data: String) -> Event {
    Event::message(data).event_type("next")
}

/// The end of an operation. A browser's `EventSource` passes over an event without a line of data,
/// be it an empty one.
fn complete(data: &str) -> Event {
    let data = if data.is_empty() { "\n" } else { data };
    Event::message(data).event_type("complete")
}

fn respond_with(events: impl Stream<Item = Event> + Send + 'static) -> Response {
    let mut response = SSE::new(events).keep_alive(KEEP_ALIVE).into_response();
    let written = response.take_body().into_bytes_stream();
    let opening = stream::iter([Ok(OPENING.into())]);
    response.set_body(Body::from_bytes_stream(opening.chain(written)));
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    response
}
