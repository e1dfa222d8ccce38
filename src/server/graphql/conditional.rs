//! Answers that caches may keep: a query by `GET`, whose document was published. A guest's answer is everybody's;
//! somebody's own is asked for again each time, and costs no bytes where it has not changed.
//!
//! Such an answer holds nothing but `data`: what an operation cost differs each time.

use super::answer::Answer;
use super::media::{Accepted, Told};
use crate::services::Viewer;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poem::http::{HeaderMap, StatusCode, header};
use poem::{Request, Response};
use sha2::{Digest, Sha256};

/// How old a guest's answer may be, and how much older while a new one is fetched: seconds
const FOR_GUESTS: &str = "public, max-age=10, stale-while-revalidate=30";
const FOR_ONE: &str = "private, no-cache";
/// What an answer depends on besides the address
const VARY: &str =
    "Accept, Authorization, GraphQL-Client-Name, Apollographql-Client-Name, Plaza-Position";

/// Whether an answer is one that caches may keep
pub fn is_cacheable(answer: &Answer) -> bool {
    answer.told == Told::Executed && !answer.has_errors
}

/// Answers with a validator, or says that what the client has is right.
pub fn respond(request: &Request, answer: Answer, viewer: &Viewer, accepted: Accepted) -> Response {
    let digest = Sha256::digest(&answer.body);
    let (first, _) = digest.split_at(16);
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(first));
    let policy = if matches!(viewer, Viewer::Guest) { FOR_GUESTS } else { FOR_ONE };
    let response = Response::builder()
        .header(header::ETAG, &tag)
        .header(header::CACHE_CONTROL, policy)
        .header(header::VARY, VARY);
    if matches(request.headers(), &tag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    response.content_type(accepted.media_type()).body(answer.body)
}

/// Whether one of the client's tags is this one; compression makes weak tags of strong ones.
fn matches(headers: &HeaderMap, tag: &str) -> bool {
    let tags = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|tags| tags.to_str().ok());
    tags.flat_map(|tags| tags.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}
