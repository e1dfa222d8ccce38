//! What is left of somebody's quota, as headers. Source: RateLimit header fields for HTTP,
//! <https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/>, draft 10.
//!
//! The unit is the cost of operations. A bucket has no window: `w` is the time in which an empty one
//! fills, and `t` the time until this one has.

use super::charge::seconds;
use crate::limits::Verdict;
use poem::Response;
use poem::http::{HeaderName, HeaderValue};
use std::time::Duration;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// Numbers of structured fields have 15 digits
const MOST: u64 = 999_999_999_999_999;

/// Adds the headers, where somebody counts.
pub fn tell(mut response: Response, left: Option<Verdict>) -> Response {
    if let Some(left) = left {
        for (name, value) in [(POLICY, policy(left)), (LIMIT, limit(left))] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
    }
    response
}

fn policy(left: Verdict) -> String {
    let fills = seconds(left.fills_in()).min(MOST);
    format!("\"cost\";q={};w={fills}", left.rate.capacity)
}

fn limit(left: Verdict) -> String {
    let full_after = match left.full_after {
        Duration::ZERO => 0,
        time => seconds(time).min(MOST),
    };
    format!("\"cost\";r={};t={full_after}", left.remaining)
}
