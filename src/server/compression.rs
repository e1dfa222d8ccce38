//! Compressed answers: gzip or Brotli for clients that ask, where it is worth it.
//!
//! Own choice around poem's encoders: its middleware compresses a body of two bytes, holds the
//! events of a stream back until a block is full, answers `*` with zstd and takes `q=0` for a yes.

use poem::http::header::{self, HeaderValue};
use poem::http::{HeaderMap, StatusCode};
use poem::web::{Compress, CompressionAlgo};
use poem::{Endpoint, IntoResponse, Request, Response, Result};
use std::sync::Arc;

/// Smaller bodies fit a packet as they are
const MIN_BYTES: usize = 1024;

/// Compresses the answer where the client asks for it.
pub async fn compress<E: Endpoint>(endpoint: Arc<E>, request: Request) -> Result<Response> {
    let wanted = wanted(request.headers());
    let mut response = endpoint.call(request).await?.into_response();
    if !is_worth_it(&response) {
        return Ok(response);
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
    let Some(coding) = wanted else { return Ok(response) };
    let body = response.take_body().into_bytes().await?;
    let small = body.len() < MIN_BYTES;
    response.set_body(body);
    Ok(if small { response } else { Compress::new(response, coding).into_response() })
}

/// Whether a body that was compressed by Brotli beforehand is what the client would be sent
pub fn takes_brotli(headers: &HeaderMap) -> bool {
    matches!(wanted(headers), Some(CompressionAlgo::BR))
}

/// A whole text: no stream, no picture, nothing that has no body
fn is_worth_it(response: &Response) -> bool {
    let headers = response.headers();
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default();
    let text = kind.starts_with("text/")
        || ["json", "javascript", "xml", "wasm"].iter().any(|part| kind.contains(part));
    let empty = matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    text && !empty
        && !kind.starts_with("text/event-stream")
        && !headers.contains_key(header::CONTENT_ENCODING)
}

/// The coding that the client likes best, of those we write
fn wanted(headers: &HeaderMap) -> Option<CompressionAlgo> {
    let lists = headers.get_all(header::ACCEPT_ENCODING);
    let lists: Vec<_> = lists.iter().filter_map(|list| list.to_str().ok()).collect();
    let weight = |coding: &str| {
        let mut ranges = lists.iter().flat_map(|list| list.split(',')).map(|range| {
            let (name, parameters) = range.split_once(';').unwrap_or((range, ""));
            let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse().ok());
            (name.trim(), weight.filter(|weight: &f32| *weight > 0.0))
        });
        ranges.find(|(name, _)| name.eq_ignore_ascii_case(coding))?.1
    };
    match (weight("br"), weight("gzip")) {
        (None, None) => None,
        (brotli, gzip) if brotli >= gzip => Some(CompressionAlgo::BR),
        _ => Some(CompressionAlgo::GZIP),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, accept.parse().expect("a header"));
        wanted(&headers).map(|coding| coding.to_string())
    }

    #[test]
    fn the_heaviest_coding_wins_and_brotli_among_equals() {
        for (accept, expected) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip", Some("gzip")),
            ("br;q=0.5, GZIP ; q=0.9", Some("gzip")),
            ("br;q=0, gzip", Some("gzip")),
            ("gzip;q=0", None),
            ("gzip;q=x", None),
            ("identity, zstd, *", None),
            ("", None),
        ] {
            assert_eq!(chosen(accept).as_deref(), expected, "{accept}");
        }
    }
}
