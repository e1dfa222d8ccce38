//! What surrounds every route: security headers, request ids, spans, figures.
//!
//! The headers are OWASP's (<https://owasp.org/www-project-secure-headers/>), but for
//! Cross-Origin-Embedder-Policy, which guards a page that shares memory: ours shares none.

use super::source::Source;
use crate::app::random_hex;
use crate::telemetry;
use poem::http::header::{self, HeaderName, HeaderValue};
use poem::{Endpoint, IntoResponse, Request, Response, Result};
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest request id that is taken over from a proxy
const MAX_REQUEST_ID: usize = 64;

/// On every answer, whatever a route says
const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("x-permitted-cross-domain-policies"), "none"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), \
         gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    ),
];

/// On every answer of a route that says nothing else
const UNLESS_SAID: [(HeaderName, &str); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    // Pages of other origins may ask by CORS alone, which this leaves as it is.
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // An answer is somebody's, or of this moment.
    (header::CACHE_CONTROL, "no-store"),
];

/// To whoever came by TLS: for two years by nothing else
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// Counts and traces a request, gives it an id, and adds the headers that every answer has.
pub async fn watch<E: Endpoint>(endpoint: Arc<E>, mut request: Request) -> Result<Response> {
    let started = Instant::now();
    let route = route(request.uri().path());
    let id = request_id(&mut request);
    let span = tracing::info_span!(
        "http.request",
        otel.name = telemetry::exports().then(|| format!("{} {route}", request.method())),
        http.route = route,
        http.method = request.method().as_str(),
        request.id = id,
    );
    telemetry::continue_trace(&span, request.headers());
    let secure = Source::of(&request).secure;
    let mut response = match endpoint.call(request).instrument(span.clone()).await {
        Ok(response) => response.into_response(),
        Err(err) => err.into_response(),
    };
    let status = response.status().as_u16();
    // A field would be written into the log's copy of all of them.
    span.set_attribute("http.status", i64::from(status));
    let took = started.elapsed();
    metrics::counter!("plaza_http_requests_total", "route" => route, "status" => status.to_string()).increment(1);
    span.in_scope(|| {
        tracing::debug!(http.status = status, took_ms = took.as_secs_f64() * 1e3, "answered");
    });
    protect(&mut response, &id, secure);
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

fn protect(response: &mut Response, id: &str, secure: bool) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in UNLESS_SAID {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
}
