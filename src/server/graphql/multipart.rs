//! Subscriptions as multipart responses, as Apollo's clients ask for them:
//! <https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol>.
//! Each result is a part, `{}` says that we are still there, and a closing boundary ends it.

use super::follow::Payload;
use futures_util::stream::{self, StreamExt};
use futures_util::{Stream, future};
use poem::http::HeaderValue;
use poem::{Body, Response};
use std::time::Duration;
use tokio::time::{Instant, interval_at};

/// A part without a result goes out this often, so that proxies don't take silence for death
const HEARTBEAT: Duration = Duration::from_secs(12);
/// As `Accept` and `Content-Type` name it
pub const MEDIA_TYPE: &str = "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0";
/// Clients read a part once they see the boundary behind it: it goes out with the part.
const BOUNDARY: &str = "\r\n--graphql";
const HEAD: &str = "\r\ncontent-type: application/json\r\n\r\n";

/// Sends each payload as it comes.
pub fn respond(payloads: impl Stream<Item = Payload> + Send + 'static) -> Response {
    let results = payloads.map(|payload| Some(part(&payload))).chain(stream::iter([None]));
    let beats =
        stream::unfold(interval_at(Instant::now() + HEARTBEAT, HEARTBEAT), |mut beat| async {
            beat.tick().await;
            Some((Some(written("{}")), beat))
        });
    let parts = stream::select(results, beats)
        .take_while(|part| future::ready(part.is_some()))
        .filter_map(future::ready);
    let text =
        stream::iter([BOUNDARY.to_owned()]).chain(parts).chain(stream::iter(["--\r\n".to_owned()]));
    let mut response = Response::builder()
        .content_type(MEDIA_TYPE)
        .body(Body::from_bytes_stream(text.map(Ok::<_, std::io::Error>)));
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    response
}

fn part(payload: &Payload) -> String {
    let (Payload::Next { body, .. } | Payload::Failed { body }) = payload;
    written(&format!("{{\"payload\":{}}}", String::from_utf8_lossy(body)))
}

fn written(json: &str) -> String {
    format!("{HEAD}{json}{BOUNDARY}")
}
