//! Which pages of other origins may call, by the Fetch standard's CORS protocol:
//! <https://fetch.spec.whatwg.org/#http-cors-protocol>.
//!
//! Own code: poem's middleware refuses any request whose `Origin` is not on its list, but browsers
//! send that header with our own pages' scripts and POSTs too. A foreign page is kept out by not
//! being told that it may; what a request may do is decided by its token and media type.

use poem::http::header::{self, HeaderValue};
use poem::http::{HeaderMap, Method, StatusCode};
use poem::{Endpoint, Middleware, Request, Response, Result};
use std::sync::Arc;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, DELETE, OPTIONS");
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, accept, last-event-id, graphql-client-name, graphql-client-version, \
     apollographql-client-name, apollographql-client-version, if-none-match, \
     apollo-require-preflight, x-apollo-operation-name, graphql-preflight, traceparent, x-request-id, \
     x-graphql-event-stream-token, plaza-position",
);
const ANSWER_HEADERS: HeaderValue = HeaderValue::from_static(
    "x-request-id, retry-after, ratelimit, ratelimit-policy, etag, plaza-position",
);
/// Seconds for which a browser need not ask again
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// Lets pages of these origins call
pub struct Cors(pub Vec<String>);

impl<E: Endpoint> Middleware<E> for Cors {
    type Output = CorsEndpoint<E>;

    fn transform(&self, endpoint: E) -> Self::Output {
        CorsEndpoint { endpoint, origins: self.0.clone().into() }
    }
}

/// An endpoint that some other origins may call
pub struct CorsEndpoint<E> {
    endpoint: E,
    origins: Arc<[String]>,
}

impl<E: Endpoint> Endpoint for CorsEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let listed = |origin: &&HeaderValue| {
            self.origins.iter().any(|known| known.as_bytes() == origin.as_bytes())
        };
        let origin = request.headers().get(header::ORIGIN).filter(listed).cloned();
        let asks = *request.method() == Method::OPTIONS
            && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let mut response = if asks {
            Response::builder().status(StatusCode::NO_CONTENT).finish()
        } else {
            // Refusals of the routes too: a page may read why.
            self.endpoint.get_response(request).await
        };
        if !self.origins.is_empty() {
            response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
        }
        if let Some(origin) = origin {
            allow(response.headers_mut(), origin, asks);
        }
        Ok(response)
    }
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue, asks: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if asks {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    } else {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
    }
}
