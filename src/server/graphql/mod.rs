//! The GraphQL door over HTTP, by the GraphQL-over-HTTP specification.
//!
//! Own handler: poem's takes unlimited batches and mutations over GET, and reads `operation_name`.
//! Media types and status codes are `media`, reading a request `params`, documents known before
//! `document`, checks and execution `gate`. What is followed: `follow`, and its three ways out,
//! `socket`, `stream` and `multipart`.

mod document;
mod follow;
mod gate;
mod media;
mod multipart;
mod params;
mod socket;
mod stream;

pub use gate::Gate;

use super::identity;
use crate::services::Viewer;
use futures_util::StreamExt;
use gate::{Answer, told};
use media::{Accepted, Told};
use params::Params;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Body, Endpoint, Request, Response, Result};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt;

/// Largest request body, in bytes
const MAX_BODY: u64 = 100_000;
/// A larger body than this is not even read to its end
const MAX_DRAINED: u64 = 8_000_000;
/// How long that may take
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// `/graphql`
pub struct GraphqlEndpoint(pub Arc<Gate>);

impl Endpoint for GraphqlEndpoint {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        if socket::is_wanted(&request) {
            return Ok(socket::open(&self.0, &request).await);
        }
        let Some(accepted) = Accepted::of(request.headers()) else {
            return Ok(not_acceptable(&request));
        };
        let viewer = match identity::viewer(&self.0.app, &request).await {
            Ok(viewer) => viewer,
            Err(err) => return Ok(respond(&Answer::failed(err), accepted)),
        };
        let body = request.take_body();
        match self.read(&request, body).await {
            Ok(params) => Ok(self.answer(&request, viewer, params, accepted).await),
            Err(refused) => Ok(refused.response(accepted)),
        }
    }
}

impl GraphqlEndpoint {
    async fn read(&self, request: &Request, body: Body) -> Result<Params, Refused> {
        match *request.method() {
            Method::GET => Params::of_query(request.uri().query().unwrap_or_default()),
            Method::POST => {
                media::check_post(request.headers())?;
                Params::of_json(&whole(request, body).await?)
            }
            _ => {
                Err(Refused::new(StatusCode::METHOD_NOT_ALLOWED, "GraphQL is asked by GET or POST"))
            }
        }
    }

    async fn answer(
        &self,
        request: &Request,
        viewer: Viewer,
        params: Params,
        accepted: Accepted,
    ) -> Response {
        let ready = match self.0.prepare(params).await {
            Ok(ready) => ready,
            Err(answer) if accepted == Accepted::EventStream && answer.told == Told::Rejected => {
                return stream::refuse(&answer);
            }
            Err(answer) => return respond(&answer, accepted),
        };
        if *request.method() == Method::GET && ready.is_mutation() {
            let mut response =
                Refused::new(StatusCode::METHOD_NOT_ALLOWED, "Mutations are sent by POST")
                    .response(accepted);
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
            return response;
        }
        let caller = identity::caller(request);
        if accepted == Accepted::EventStream {
            let last_seen = request.header("last-event-id").filter(|seen| !seen.is_empty());
            let last_seen = last_seen.map(str::to_owned);
            return stream::respond(Arc::clone(&self.0), ready, viewer, caller, last_seen);
        }
        if accepted == Accepted::Multipart && ready.is_subscription() {
            let end = stream::end(&self.0, &viewer);
            let payloads = follow::follow(Arc::clone(&self.0), ready, viewer, caller, None);
            return multipart::respond(payloads.take_until(end));
        }
        if ready.is_subscription() {
            let message = "Subscriptions are followed by WebSocket, or as an event stream: send Accept: text/event-stream";
            return Refused::new(StatusCode::NOT_ACCEPTABLE, message).response(accepted);
        }
        respond(&self.0.execute(ready, viewer, caller).await, accepted)
    }
}

/// The bytes of a body, if they are not too many. A body that is somewhat too large is read to its
/// end all the same: a client that is still sending would not get to see the answer.
async fn whole(request: &Request, body: Body) -> Result<Vec<u8>, Refused> {
    let early = |_| Refused::new(StatusCode::BAD_REQUEST, "The request body ended early");
    let declared = request.header(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let mut reader = body.into_async_read();
    let mut bytes = Vec::new();
    if declared.is_none_or(|length: u64| length <= MAX_DRAINED) {
        (&mut reader).take(MAX_BODY + 1).read_to_end(&mut bytes).await.map_err(early)?;
        if bytes.len() as u64 <= MAX_BODY {
            return Ok(bytes);
        }
        let (mut rest, mut nowhere) = ((&mut reader).take(MAX_DRAINED), tokio::io::sink());
        let drained = tokio::io::copy(&mut rest, &mut nowhere);
        tokio::time::timeout(DRAIN_TIME, drained).await.ok();
    }
    let message = format!("A request body has at most {MAX_BODY} bytes");
    Err(Refused::new(StatusCode::PAYLOAD_TOO_LARGE, message))
}

/// A request that is no well-formed GraphQL request
pub struct Refused {
    status: StatusCode,
    message: String,
}

impl Refused {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    fn response(self, accepted: Accepted) -> Response {
        let mut response = Response::builder()
            .status(self.status)
            .content_type(accepted.media_type())
            .header(header::CACHE_CONTROL, "no-store")
            .body(told(&self.message, "BAD_REQUEST"));
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
        }
        response
    }
}

fn respond(answer: &Answer, accepted: Accepted) -> Response {
    let response = Response::builder()
        .status(answer.told.status(accepted))
        .content_type(accepted.media_type());
    let response = match answer.told {
        Told::Unauthenticated => response.header(header::WWW_AUTHENTICATE, "Bearer"),
        Told::Unavailable => response.header(header::RETRY_AFTER, "1"),
        _ => response,
    };
    response.header(header::CACHE_CONTROL, "no-store").body(answer.body.clone())
}

/// A browser that opens the address is shown to GraphiQL; others are told what there is.
fn not_acceptable(request: &Request) -> Response {
    let html = request.header(header::ACCEPT).is_some_and(|accept| accept.contains("text/html"));
    if html && *request.method() == Method::GET {
        return Response::builder()
            .status(StatusCode::SEE_OTHER)
            .header(header::LOCATION, "/")
            .finish();
    }
    let message = "Accept application/graphql-response+json, application/json or text/event-stream";
    Refused::new(StatusCode::NOT_ACCEPTABLE, message).response(Accepted::Json)
}
