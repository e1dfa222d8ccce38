//! Media types and status codes.
//!
//! Source: GraphQL over HTTP, <https://graphql.github.io/graphql-over-http/draft/>. Under
//! `application/json` a well-formed request is answered with 200 whatever came of it; under
//! `application/graphql-response+json` the status tells. Where the newest draft says 422 for a
//! document that can't be executed, this says 400, as released clients expect.

use super::Refused;
use poem::http::{HeaderMap, StatusCode, header};

/// What the client can read
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// `application/json`
    Json,
    /// `application/graphql-response+json`
    GraphqlResponse,
    /// `text/event-stream`
    EventStream,
    /// `multipart/mixed` for subscriptions
    Multipart,
}

impl Accepted {
    /// The best of the `Accept` header; None where it names nothing we write.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let Some(accept) = headers.get(header::ACCEPT) else { return Some(Self::Json) };
        let Ok(accept) = accept.to_str() else { return Some(Self::Json) };
        let mut best: Option<(f32, Self)> = None;
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let kind = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "application/graphql-response+json" => Self::GraphqlResponse,
                "application/json" | "application/*" | "*/*" | "" => Self::Json,
                "text/event-stream" => Self::EventStream,
                "multipart/mixed" if speaks_of_subscriptions(range) => Self::Multipart,
                _ => continue,
            };
            let weight =
                parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            if weight > 0.0 && best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, kind));
            }
        }
        best.map(|(_, kind)| kind)
    }

    /// As written into the answer
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json | Self::EventStream | Self::Multipart => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }
}

/// Other uses of the media type are not ours.
fn speaks_of_subscriptions(range: &str) -> bool {
    let mut parts = range.split(';').map(|part| part.trim().to_ascii_lowercase());
    parts.any(|part| matches!(part.as_str(), "subscriptionspec=1.0" | "subscriptionspec=\"1.0\""))
}

/// Whether the client can read `text/plain`
pub fn takes_text(headers: &HeaderMap) -> bool {
    let Some(accept) = headers.get(header::ACCEPT) else { return true };
    let mut ranges = accept
        .to_str()
        .unwrap_or("*/*")
        .split(',')
        .map(|range| range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    ranges.any(|range| matches!(range.as_str(), "text/plain" | "text/*" | "*/*" | ""))
}

/// What came of a well-formed request
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It was executed, perhaps with errors in fields
    Executed,
    /// The document can't be executed
    Rejected,
    /// The token is not good
    Unauthenticated,
    /// Whoever asks has used up what there was
    Limited {
        /// Seconds until there is enough; None: never
        retry_after: Option<u64>,
    },
    /// It took too long, something it needs is down, or there is too much to do
    Unavailable,
}

impl Told {
    /// The status that says so
    pub fn status(self, accepted: Accepted) -> StatusCode {
        match (self, accepted) {
            (Self::Unauthenticated, _) => StatusCode::UNAUTHORIZED,
            (Self::Limited { .. }, _) => StatusCode::TOO_MANY_REQUESTS,
            (Self::Unavailable, _) => StatusCode::SERVICE_UNAVAILABLE,
            (
                Self::Rejected,
                Accepted::GraphqlResponse | Accepted::EventStream | Accepted::Multipart,
            ) => StatusCode::BAD_REQUEST,
            (Self::Rejected, Accepted::Json) | (Self::Executed, _) => StatusCode::OK,
        }
    }
}

/// Refuses bodies we don't read, and those that a page of another origin can send unasked: a form
/// or a plain text needs no permission from us, unless one of the headers below asks for it.
pub fn check_post(headers: &HeaderMap) -> Result<(), Refused> {
    const PREFLIGHTED: [&str; 3] =
        ["apollo-require-preflight", "x-apollo-operation-name", "graphql-preflight"];
    let unsupported =
        |message: &str| Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return unsupported("Request bodies are sent uncompressed");
    }
    let kind =
        headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let mut parts = kind.split(';').map(|part| part.trim().to_ascii_lowercase());
    let kind = parts.next().unwrap_or_default();
    let foreign_charset = parts.any(|part| {
        part.strip_prefix("charset=")
            .is_some_and(|charset| !matches!(charset.trim_matches('"'), "utf-8" | "utf8"))
    });
    let asked_for = PREFLIGHTED.iter().any(|name| headers.contains_key(*name));
    match kind.as_str() {
        "application/json" if foreign_charset => unsupported("JSON is sent in UTF-8"),
        "application/json" => Ok(()),
        "multipart/form-data" if asked_for => Ok(()),
        "" | "text/plain" | "application/x-www-form-urlencoded" | "multipart/form-data"
            if !asked_for =>
        {
            unsupported(
                "Send Content-Type: application/json; forms and plain text are refused, since any page could send them, but for files with the header GraphQL-Preflight: 1",
            )
        }
        _ => unsupported("Send Content-Type: application/json"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(accept: &str) -> Option<Accepted> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().expect("a header"));
        Accepted::of(&headers)
    }

    #[test]
    fn the_heaviest_range_wins_and_the_first_of_equals() {
        assert_eq!(Accepted::of(&HeaderMap::new()), Some(Accepted::Json));
        assert_eq!(accepted("*/*"), Some(Accepted::Json));
        assert_eq!(
            accepted("application/graphql-response+json, application/json;q=0.9"),
            Some(Accepted::GraphqlResponse)
        );
        assert_eq!(
            accepted("application/json;q=0.5, text/event-stream"),
            Some(Accepted::EventStream)
        );
        assert_eq!(
            accepted("multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json"),
            Some(Accepted::Multipart)
        );
        assert_eq!(accepted("multipart/mixed"), None);
        assert_eq!(accepted("text/html"), None);
        assert_eq!(accepted("application/json;q=0"), None);
    }
}
