//! Compressed answers: gzip and Brotli for whoever asks, where it is worth it.

use super::{Answer, body, post};
use crate::support::{TestApp, on_one};
use serde_json::json;

const LARGE: &str = "{ __schema { types { name description fields { name description } } } }";

async fn sent(app: &TestApp, query: &str, accept: Option<&str>) -> (u16, String, String, Vec<u8>) {
    let request = post(app, body(query, json!({})));
    let request = accept
        .into_iter()
        .fold(request, |request, accept| request.header("accept-encoding", accept));
    let response = request.send().await.expect("answers");
    let header = |name: &str| {
        response.headers().get(name).map_or("", |value| value.to_str().expect("ASCII")).to_owned()
    };
    let (status, encoding, vary) =
        (response.status().as_u16(), header("content-encoding"), header("vary"));
    (status, encoding, vary.to_lowercase(), response.bytes().await.expect("whole").to_vec())
}

#[tokio::test]
async fn large_answers_are_compressed_as_the_client_asks() {
    on_one(&[], async |app: &TestApp| {
        let (_, _, _, plain) = sent(app, LARGE, None).await;
        for (accept, expected) in [
            ("gzip", "gzip"),
            ("br", "br"),
            ("gzip, deflate, br, zstd", "br"),
            ("gzip;q=1.0, br;q=0.5", "gzip"),
            ("br;q=0, gzip", "gzip"),
            ("GZIP", "gzip"),
            ("deflate, gzip ; q=0.3", "gzip"),
        ] {
            let (status, encoding, vary, bytes) = sent(app, LARGE, Some(accept)).await;
            assert_eq!((status, encoding.as_str()), (200, expected), "{accept}");
            assert!(vary.contains("accept-encoding"), "a cache must not mix them up: {vary:?}");
            assert!(bytes.len() < plain.len() / 3, "{} of {}", bytes.len(), plain.len());
        }
        let (_, _, _, gzip) = sent(app, LARGE, Some("gzip")).await;
        assert_eq!(gzip[..2], [0x1F, 0x8B], "the magic number of gzip");
    })
    .await;
}

#[tokio::test]
async fn what_a_client_does_not_ask_for_is_not_done() {
    on_one(&[], async |app: &TestApp| {
        for accept in [
            None,
            Some("identity"),
            Some("zstd"),
            Some("deflate"),
            Some("gzip;q=0"),
            Some("*;q=0"),
            Some(""),
            Some("gzip;q=x"),
        ] {
            let (status, encoding, _, bytes) = sent(app, LARGE, accept).await;
            assert_eq!((status, encoding.as_str()), (200, ""), "{accept:?}");
            serde_json::from_slice::<serde_json::Value>(&bytes).expect("plain JSON");
        }
    })
    .await;
}

#[tokio::test]
async fn small_answers_stay_as_they_are() {
    on_one(&[], async |app: &TestApp| {
        let (_, encoding, _, bytes) = sent(app, "{ __typename }", Some("gzip, br")).await;
        assert_eq!(encoding, "");
        assert!(bytes.starts_with(b"{"));
        let refused = Answer::of(post(app, "[").header("accept-encoding", "gzip")).await;
        assert_eq!((refused.status, refused.header("content-encoding")), (400, ""));
    })
    .await;
}

#[tokio::test]
async fn pages_and_figures_are_compressed_too() {
    on_one(&[], async |app: &TestApp| {
        app.guest().ask("{ __typename }", json!({})).await;
        let request =
            app.guest().request(reqwest::Method::GET, "/metrics").header("accept-encoding", "gzip");
        let response = request.send().await.expect("answers");
        assert_eq!(response.status(), 200);
        let encoded = response.headers().get("content-encoding").is_some();
        let length = response.bytes().await.expect("whole").len();
        assert!(encoded || length < 1024, "{length} bytes, encoded: {encoded}");
    })
    .await;
}
