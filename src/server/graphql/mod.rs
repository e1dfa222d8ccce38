//! The GraphQL door over HTTP, by the GraphQL-over-HTTP specification.
//!
//! Own handler: poem's takes unlimited batches and mutations over GET, and reads `operation_name`.
//! Media types and status codes are `media` and `answer`, reading a request `params`, documents known before
//! `document`, those that were published `trusted`, checks and execution `gate`, what an operation costs
//! whom `charge` and `quota`, files that come with one `upload`, and how much is done at once `load`. What is followed: `follow`, and its three ways out,
//! `socket`, `stream` and `multipart`; what runs on a connection, `operations`. Answers that caches
//! keep: `conditional`, and that this server keeps: `keep`. What a request has to see: `position`.
//! Documents before they are published: `inspect`.

mod answer;
mod charge;
mod conditional;
mod document;
mod follow;
mod gate;
mod inspect;
mod keep;
mod load;
mod media;
mod multipart;
mod operations;
mod params;
mod position;
mod quota;
mod ready;
mod socket;
mod stream;
mod trusted;
mod upload;

pub use gate::Gate;
pub use inspect::{Inspected, Inspector};
pub use params::without_kind;
pub use trusted::keep as trusted_keep;

use super::identity;
use crate::services::Viewer;
use answer::{Answer, told};
use charge::REFUSED;
use futures_util::StreamExt;
use load::Class;
use media::{Accepted, Told};
use params::Params;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Body, Endpoint, Request, Response};
use std::sync::Arc;

/// `/graphql`
pub struct GraphqlEndpoint(pub Arc<Gate>);

impl Endpoint for GraphqlEndpoint {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        if socket::is_wanted(&request) {
            if let Err(answer) = self.0.load.check(Class::seen(true, false)) {
                return Ok(respond(&answer, Accepted::Json));
            }
            return Ok(socket::open(&self.0, &request).await);
        }
        let signed_in = request.headers().contains_key(header::AUTHORIZATION);
        let stream = stream::token(&request);
        if stream.is_some() || matches!(*request.method(), Method::PUT | Method::DELETE) {
            let class = Class::seen(signed_in, false);
            match self.0.load.check(class) {
                // Ending something makes room.
                Err(answer) if *request.method() != Method::DELETE => {
                    return Ok(respond(&answer, Accepted::Json));
                }
                _ => {}
            }
            return Ok(stream::answer_single(&self.0, request, stream).await);
        }
        let Some(accepted) = Accepted::of(request.headers()) else {
            return Ok(not_acceptable(&request));
        };
        let body = request.take_body();
        let params = params(&self.0, &request, body).await;
        // Before anything is looked up: whoever is turned away must cost next to nothing.
        let writes = params.as_ref().is_ok_and(|params| self.seems_to_write(params));
        let _place = match self.0.load.enter(Class::seen(signed_in, writes)).await {
            Ok(place) => place,
            Err(answer) => return Ok(respond(&answer, accepted)),
        };
        let viewer = match identity::viewer(&self.0.app, &request).await {
            Ok(viewer) => viewer,
            Err(err) => return Ok(respond(&Answer::failed(err), accepted)),
        };
        match params {
            Ok(params) => Ok(self.answer(&request, viewer, params, accepted).await),
            Err(refused) => Ok(refused.response(accepted)),
        }
    }
}

impl GraphqlEndpoint {
    /// Whether a request may be a mutation: its text holds the word, or its id stands for one. What it
    /// is, is known later.
    fn seems_to_write(&self, params: &Params) -> bool {
        match &params.query {
            Some(text) if !text.is_empty() => text.contains("mutation"),
            _ => {
                let named = params.named().ok().flatten();
                named.is_some_and(|named| self.0.trusted.writes(named.id()))
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
        let caller = identity::caller(request);
        let ready = match self.0.admit(params, &viewer, &caller).await {
            Ok(ready) => ready,
            Err(answer) if accepted == Accepted::EventStream && answer.told == Told::Rejected => {
                return stream::refuse(&answer);
            }
            Err(answer) => return respond(&answer, accepted),
        };
        if *request.method() == Method::GET && ready.is_mutation() {
            self.0.settle(ready.charge, REFUSED).await;
            return mutation_by_get().response(accepted);
        }
        let quota = ready.charge.map(|charge| charge.verdict);
        if accepted == Accepted::EventStream {
            let last_seen = request.header("last-event-id").filter(|seen| !seen.is_empty());
            let last_seen = last_seen.map(str::to_owned);
            let stream = stream::respond(Arc::clone(&self.0), ready, viewer, caller, last_seen);
            return quota::tell(stream, quota);
        }
        if accepted == Accepted::Multipart && ready.is_subscription() {
            let end = operations::end(&self.0, &viewer);
            let payloads = follow::follow(Arc::clone(&self.0), ready, viewer, caller, None);
            return quota::tell(multipart::respond(payloads.take_until(end)), quota);
        }
        if ready.is_subscription() {
            self.0.settle(ready.charge, REFUSED).await;
            let message = "Subscriptions are followed by WebSocket, or as an event stream: send Accept: text/event-stream";
            return Refused::new(StatusCode::NOT_ACCEPTABLE, message).response(accepted);
        }
        if *request.method() == Method::GET && ready.may_be_kept() {
            let (answer, _) = self.0.execute(ready.without_cost(), viewer.clone(), caller).await;
            if conditional::is_cacheable(&answer) {
                return conditional::respond(request, answer, &viewer, accepted);
            }
            return respond(&answer, accepted);
        }
        let (answer, position) = self.0.execute(ready, viewer, caller).await;
        position::tell(respond(&answer, accepted), position)
    }
}

/// A request that is no well-formed GraphQL request, or can't be served as it came
pub struct Refused {
    status: StatusCode,
    message: String,
    code: &'static str,
    /// Methods that are right, where this one is not
    allow: Option<&'static str>,
}

impl Refused {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), code: "BAD_REQUEST", allow: None }
    }

    fn method(message: &str, allow: &'static str) -> Self {
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, message) }
    }

    /// With an `extensions.code` of its own
    fn coded(self, code: &'static str) -> Self {
        Self { code, ..self }
    }

    fn response(self, accepted: Accepted) -> Response {
        let mut response = Response::builder()
            .status(self.status)
            .content_type(accepted.media_type())
            .header(header::CACHE_CONTROL, "no-store")
            .body(told(&self.message, self.code));
        if let Some(allow) = self.allow {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        response
    }
}

async fn params(gate: &Gate, request: &Request, body: Body) -> Result<Params, Refused> {
    let params = if *request.method() == Method::POST && upload::is_multipart(request) {
        upload::read(gate, request, body).await?
    } else {
        Params::read(request, body).await?
    };
    let params = match document_in_path(request) {
        Some(id) => params.with_path(id)?,
        None => params,
    };
    params.checked()?.seeing(request, &gate.app.positions)
}

/// The document's id in `/graphql/{id}`
fn document_in_path(request: &Request) -> Option<String> {
    request.path_params::<String>().ok()
}

fn mutation_by_get() -> Refused {
    Refused::method("Mutations are sent by POST", "POST")
}

fn respond(answer: &Answer, accepted: Accepted) -> Response {
    let response = Response::builder()
        .status(answer.told.status(accepted))
        .content_type(accepted.media_type());
    let response = match answer.told {
        Told::Unauthenticated => response.header(header::WWW_AUTHENTICATE, "Bearer"),
        Told::Unavailable => response.header(header::RETRY_AFTER, "1"),
        Told::Limited { retry_after: Some(wait) } => response.header(header::RETRY_AFTER, wait),
        _ => response,
    };
    let response = response.header(header::CACHE_CONTROL, "no-store").body(answer.body.clone());
    quota::tell(response, answer.quota)
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
