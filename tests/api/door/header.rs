//! Headers of every answer, request ids, the size of bodies, and paths where nothing is.

use super::{Answer, body, post};
use crate::support::{TestApp, on_one};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn every_answer_is_protected_whatever_it_is() {
    on_one(&[], async |app: &TestApp| {
        let guest = app.guest();
        for (request, status) in [
            (guest.request(Method::GET, "/"), 200),
            (guest.request(Method::GET, "/health"), 200),
            (guest.request(Method::GET, "/ready"), 200),
            (guest.request(Method::GET, "/metrics"), 200),
            (post(app, body("{ __typename }", json!({}))), 200),
            (post(app, "["), 400),
            (post(app, "{}").header("authorization", "x"), 401),
            (guest.request(Method::PATCH, "/graphql"), 405),
            (guest.request(Method::POST, "/health"), 405),
            (guest.request(Method::GET, "/nothing"), 404),
            (guest.request(Method::GET, "/assets/nothing.js"), 404),
        ] {
            let answer = Answer::of(request).await;
            assert_eq!(answer.status, status, "{}", answer.text);
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("referrer-policy"), "no-referrer");
            assert_eq!(answer.header("x-frame-options"), "DENY");
            assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
            assert_eq!(answer.header("x-request-id").len(), 16);
            assert_eq!(answer.header("server"), "", "nobody is told what runs here");
        }
    })
    .await;
}

#[tokio::test]
async fn a_sane_request_id_is_kept_and_any_other_replaced() {
    on_one(&[], async |app: &TestApp| {
        for (given, kept) in [
            ("4f0c2b1a-77aa-4a4e-9d5e-0a1b2c3d4e5f", true),
            ("a", true),
            (&"a".repeat(64), true),
            (&"a".repeat(65), false),
            ("", false),
            ("a b", false),
            ("<script>", false),
            ("a\"b", false),
            ("ñ", false),
        ] {
            let answer = Answer::of(
                post(app, body("{ __typename }", json!({}))).header("x-request-id", given),
            )
            .await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.header("x-request-id") == given, kept, "{given:?}");
            assert!(kept || answer.header("x-request-id").len() == 16);
        }
        let (first, second) = (Answer::of(post(app, "{")).await, Answer::of(post(app, "{")).await);
        assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    })
    .await;
}

#[tokio::test]
async fn a_body_has_at_most_100_000_bytes() {
    on_one(&[], async |app: &TestApp| {
        let padded = |size: usize| {
            let short = body("{ __typename } #", json!({}));
            short.replace('#', &format!("#{}", "x".repeat(size - short.len())))
        };
        let (most, more) = (padded(100_000), padded(100_001));
        assert_eq!((most.len(), more.len()), (100_000, 100_001));
        assert_eq!(Answer::of(post(app, most)).await.status, 200);
        for large in [more, padded(1_000_000), padded(5_000_000)] {
            let answer = Answer::of(post(app, large)).await;
            assert_eq!((answer.status, answer.code().as_str()), (413, "BAD_REQUEST"));
            assert_eq!(answer.message(), "A request body has at most 100000 bytes");
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_refused_before_it_is_read() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    on_one(&[], async |app: &TestApp| {
        let address = app.url.trim_start_matches("http://");
        let mut socket = tokio::net::TcpStream::connect(address).await.expect("connects");
        let head = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n";
        socket.write_all(head.as_bytes()).await.expect("writes");
        let mut start = [0; 12];
        socket.read_exact(&mut start).await.expect("reads");
        assert_eq!(&start, b"HTTP/1.1 413");
    })
    .await;
}

#[tokio::test]
async fn where_nothing_is_the_answer_says_where_the_api_is() {
    on_one(&[], async |app: &TestApp| {
        for path in [
            "/nothing",
            "/graphql/",
            "/api",
            "/assets",
            "/assets/",
            "/assets/..%2f..%2f..%2fCargo.toml",
            "/.env",
            "//",
            "/%00",
        ] {
            let answer = Answer::of(app.guest().request(Method::GET, path)).await;
            assert_eq!(answer.status, 404, "{path}");
            assert!(!answer.text.contains("[package]"));
        }
        let answer = Answer::of(app.guest().request(Method::GET, "/nothing")).await;
        assert!(answer.text.contains("/graphql"), "{:?}", answer.text);
        assert!(answer.header("content-type").starts_with("text/plain"), "{:?}", answer.headers);
    })
    .await;
}
