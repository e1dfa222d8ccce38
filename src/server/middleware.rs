//! What surrounds every route: security headers, request ids, spans, figures.

use crate::app::random_hex;
use crate::telemetry;
use poem::http::header::{self, HeaderName, HeaderValue};
use poem::{Endpoint, IntoResponse, Request, Response, Result};
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest request id that is taken over from a proxy
const MAX_REQUEST_ID: usize = 64;

/// Counts and traces a request, gives it an id, and adds the headers that every answer has.
pub async fn watch<E: Endpoint>(endpoint: Arc<E>, mut request: Request) -> Result<Response> {
    let started = Instant::now();
    let route = route(request.uri().path());
    let id = request_id(&mut request);
    let span = tracing::info_span!(
        "http.request",
        otel.name = format!("{} {route}", request.method()),
        http.route = route,
        http.method = %request.method(),
        http.status = tracing::field::Empty,
        request.id = id,
    );
    telemetry::continue_trace(&span, request.headers());
    let mut response = match endpoint.call(request).instrument(span.clone()).await {
        Ok(response) => response.into_response(),
        Err(err) => err.into_response(),
    };
    let status = response.status().as_u16();
    span.record("http.status", status);
    let took = started.elapsed();
    metrics::counter!("plaza_http_requests_total", "route" => route, "status" => status.to_string()).increment(1);
    span.in_scope(|| tracing::debug!(took_ms = took.as_secs_f64() * 1e3, "answered"));
    protect(&mut response, &id);
    Ok(response)
}

/// Routes by name: labels must not grow with what clients invent
fn route(path: &str) -> &'static str {
    match path {
        "/" => "/",
        "/graphql" => "/graphql",
        path if path.starts_with("/graphql/") => "/graphql/{id}",
        "/health" => "/health",
        "/ready" => "/ready",
        "/metrics" => "/metrics",
        path if path.starts_with("/assets/") => "/assets",
        _ => "other",
    }
}

/// The proxy's id where it is sane, else a new one
fn request_id(request: &mut Request) -> String {
    let sane = |id: &&str| {
        !id.is_empty()
            && id.len() <= MAX_REQUEST_ID
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    request.header(REQUEST_ID).filter(sane).map_or_else(random_hex::<8>, str::to_owned)
}

fn protect(response: &mut Response, id: &str) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
}
