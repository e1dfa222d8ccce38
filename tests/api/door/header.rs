//! Headers of every answer, request ids, the size of bodies, and paths where nothing is.

use super::{Answer, body, get, post};
use crate::support::{TestApp, on_one};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

/// Where a route is, and what is asked of it with which status
fn requests(app: &TestApp) -> Vec<(&'static str, RequestBuilder, u16)> {
    let guest = app.guest();
    let ask = |method: Method, path: &str| guest.request(method, path);
    let stream = post(app, body("subscription { service { name } }", json!({})));
    let handshake = ask(Method::GET, "/graphql").header("upgrade", "websocket");
    let handshake = handshake.header("connection", "upgrade").header("sec-websocket-version", "13");
    vec![
        ("/", ask(Method::GET, "/"), 200),
        ("/assets/*path", ask(Method::GET, "/assets/nothing.js"), 404),
        ("/dashboard", ask(Method::GET, "/dashboard"), 200),
        ("/dashboard/*path", ask(Method::GET, "/dashboard/today"), 200),
        ("/graphql", post(app, body("{ __typename }", json!({}))), 200),
        ("/graphql", get(app, &[("query", "{ __typename }")]), 200),
        ("/graphql", post(app, "["), 400),
        ("/graphql", post(app, "{}").header("authorization", "x"), 401),
        ("/graphql", ask(Method::PATCH, "/graphql"), 405),
        (
            "/graphql",
            ask(Method::OPTIONS, "/graphql").header("access-control-request-method", "POST"),
            204,
        ),
        ("/graphql/:id", ask(Method::GET, "/graphql/nothing"), 200),
        ("/graphql", ask(Method::PUT, "/graphql"), 201),
        ("/graphql", ask(Method::DELETE, "/graphql"), 404),
        ("/graphql", stream.header("accept", "text/event-stream"), 200),
        ("/graphql", handshake.header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="), 101),
        ("/health", ask(Method::GET, "/health"), 200),
        ("/health", ask(Method::POST, "/health"), 405),
        ("/ready", ask(Method::GET, "/ready"), 200),
        ("/metrics", ask(Method::GET, "/metrics"), 200),
        ("", ask(Method::GET, "/nothing"), 404),
    ]
}

#[tokio::test]
async fn every_route_is_protected_whatever_it_answers() {
    on_one(&[], async |app: &TestApp| {
        let server = include_str!("../../../src/server/mod.rs");
        for route in server.split(".at(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(
                requests(app).iter().any(|known| known.0 == route),
                "{route}: ask something of it here"
            );
        }
        for (route, request, status) in requests(app) {
            let response = request.send().await.expect("the server answers");
            assert_eq!(response.status().as_u16(), status, "{route}");
            let header = |name: &str| {
                response.headers().get(name).map_or("", |value| value.to_str().expect("ASCII"))
            };
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
                ("x-frame-options", "DENY"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("x-permitted-cross-domain-policies", "none"),
                ("strict-transport-security", ""),
                ("server", ""),
                ("x-powered-by", ""),
            ] {
                assert_eq!(header(name), value, "{route}: {name}");
            }
            let (policy, cache) = (header("content-security-policy"), header("cache-control"));
            for told in
                ["default-src '", "frame-ancestors 'none'", "base-uri 'none'", "form-action '"]
            {
                assert!(policy.contains(told), "{route}: {policy}");
            }
            assert!(!policy.contains("unsafe-eval") && !policy.contains("*"), "{policy}");
            let is_page = route == "/" || route.starts_with("/dashboard");
            assert_eq!(
                policy.contains("default-src 'self'"),
                is_page,
                "pages load their own, the rest nothing"
            );
            assert_eq!(cache, if is_page { "no-cache" } else { "no-store" }, "{route}");
            assert!(header("permissions-policy").contains("geolocation=()"));
            assert_eq!(header("x-request-id").len(), 16);
        }
    })
    .await;
}

#[tokio::test]
async fn the_pages_may_load_all_that_they_name() {
    on_one(&[], async |app: &TestApp| {
        may_load_all_that_it_names(app, "/").await;
        may_load_all_that_it_names(app, "/dashboard").await;
        may_load_all_that_it_names(app, "/dashboard/messages").await;
    })
    .await;
}

async fn may_load_all_that_it_names(app: &TestApp, page: &str) {
    let page = Answer::of(app.guest().request(Method::GET, page)).await;
    let policy = page.header("content-security-policy");
    // Without Node there is no page, and nothing to load.
    for path in page.text.split('"').filter(|part| part.starts_with("/assets/")) {
        let asset = Answer::of(app.guest().request(Method::GET, path)).await;
        assert_eq!(asset.status, 200, "{path}");
        assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(asset.header("cross-origin-resource-policy"), "same-origin", "our own page's");
    }
    assert!(!page.text.contains("<script>") && !page.text.contains("http://"), "{}", page.text);
    for told in
        ["default-src 'self'", "worker-src 'self' blob:", "style-src 'self' 'unsafe-inline'"]
    {
        assert!(policy.contains(told), "{policy}");
    }
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
