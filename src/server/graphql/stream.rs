//! Event streams, by the GraphQL-over-SSE protocol in its distinct-connections mode:
//! <https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md>. One operation a connection;
//! each result is a `next` event, and `complete` ends it.

use super::gate::{Answer, Gate, Ready, name_errors};
use crate::loaders::Driver;
use crate::services::{Caller, Viewer};
use async_graphql::Response as Result;
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
pub fn respond(gate: Arc<Gate>, ready: Ready, viewer: Viewer, caller: Caller) -> Response {
    let until = match &viewer {
        Viewer::Member(member) => Some(member.until),
        Viewer::Guest => None,
    };
    let now = gate.app.clock.now();
    let stop = gate.stop.clone();
    // A stream ends with its token, and when the server stops.
    let end = async move {
        let token = async {
            match until {
                Some(until) => {
                    let left = u64::try_from(until.0.saturating_sub(now.0)).unwrap_or_default();
                    tokio::time::sleep(Duration::from_micros(left)).await;
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = token => {}
        }
    };
    let results = if ready.is_subscription() {
        subscribe(&gate, ready, viewer, caller)
    } else {
        let once = async move {
            let answer = gate.execute(ready, viewer, caller).await;
            String::from_utf8_lossy(&answer.body).into_owned()
        };
        stream::once(once).boxed()
    };
    events(results.take_until(end))
}

/// Tells why an operation can't be executed. The protocol wants it as a result: a browser's
/// `EventSource` does not let a page read the body of a 400.
pub fn refuse(answer: &Answer) -> Response {
    events(stream::iter([String::from_utf8_lossy(&answer.body).into_owned()]))
}

fn events(results: impl Stream<Item = String> + Send + 'static) -> Response {
    let events = results
        .map(|data| Event::message(data).event_type("next"))
        .chain(stream::iter([Event::message("").event_type("complete")]));
    let mut response = SSE::new(events).keep_alive(KEEP_ALIVE).into_response();
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    response
}

fn subscribe(
    gate: &Arc<Gate>,
    ready: Ready,
    viewer: Viewer,
    caller: Caller,
) -> BoxStream<'static, String> {
    let driver = Driver::default();
    let request = gate.request(ready, viewer, caller, &driver);
    let results = gate.schemas.fast.execute_stream(request);
    stream::unfold((results, driver), |(mut results, driver)| async move {
        let next: Option<Result> = driver.run(results.next()).await;
        let mut result = next?;
        name_errors(&mut result, "INVALID");
        let data = serde_json::to_string(&result).unwrap_or_default();
        Some((data, (results, driver)))
    })
    .boxed()
}
