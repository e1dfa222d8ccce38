//! Pages of other origins: those that are listed may call, all others are not told that they may.

use super::{Answer, body, post};
use crate::support::{TestApp, on_one};
use reqwest::Method;
use serde_json::json;

const APP: &str = "https://app.plaza.example";
const LISTED: [(&str, &str); 1] =
    [("PLAZA_CORS_ORIGINS", "https://app.plaza.example, http://localhost:5173/")];

async fn sent(app: &TestApp, origin: &str) -> Answer {
    Answer::of(post(app, body("{ __typename }", json!({}))).header("origin", origin)).await
}

async fn preflight(app: &TestApp, origin: &str, header: &str) -> Answer {
    let request = app.guest().request(Method::OPTIONS, "/graphql").header("origin", origin);
    let request = request.header("access-control-request-method", "POST");
    Answer::of(request.header("access-control-request-headers", header)).await
}

fn told(answer: &Answer) -> Vec<&str> {
    let names = answer.headers.keys().map(reqwest::header::HeaderName::as_str);
    names.filter(|name| name.starts_with("access-control-")).collect()
}

#[tokio::test]
async fn without_a_list_no_other_origin_is_told_that_it_may() {
    on_one(&[], async |app: &TestApp| {
        for origin in
            ["https://evil.example", "null", "http://null.invalid", "null.invalid", "*", ""]
        {
            assert_eq!(told(&sent(app, origin).await), [""; 0], "{origin}");
            assert_eq!(told(&preflight(app, origin, "content-type").await), [""; 0], "{origin}");
        }
    })
    .await;
}

#[tokio::test]
async fn our_own_pages_may_post_although_browsers_send_their_origin() {
    for settings in [&[][..], &LISTED[..]] {
        on_one(settings, async |app: &TestApp| {
            for origin in [app.url.as_str(), "http://localhost:8000"] {
                let answer = sent(app, origin).await;
                assert_eq!(
                    (answer.status, answer.json()),
                    (
                        200,
                        json!({
                            "data": { "__typename": "Query" },
                            "extensions": { "cost": { "estimated": 1, "actual": 1 } },
                        })
                    )
                );
            }
            let page =
                Answer::of(app.guest().request(Method::GET, "/").header("origin", &app.url)).await;
            assert_eq!(page.status, 200);
        })
        .await;
    }
}

#[tokio::test]
async fn listed_origins_may_call_and_read() {
    on_one(&LISTED, async |app: &TestApp| {
        for origin in [APP, "http://localhost:5173"] {
            let answer = sent(app, origin).await;
            assert_eq!(
                (answer.status, answer.header("access-control-allow-origin")),
                (200, origin)
            );
            assert_eq!(
                answer.header("access-control-allow-credentials"),
                "",
                "there are no cookies"
            );
            let shown = answer.header("access-control-expose-headers");
            assert!(["x-request-id", "plaza-position"].iter().all(|name| shown.contains(name)));
            assert!(answer.varies_by("origin"));
            for wanted in ["authorization,content-type", "apollo-require-preflight", "x-anything"] {
                let asked = preflight(app, origin, wanted).await;
                assert!((200..300).contains(&asked.status), "{}", asked.status);
                assert_eq!(asked.header("access-control-allow-origin"), origin);
                let methods = asked.header("access-control-allow-methods");
                assert_eq!(methods, "GET, POST, PUT, DELETE, OPTIONS");
                let allowed = asked.header("access-control-allow-headers");
                assert!(
                    ["authorization", "x-graphql-event-stream-token", "plaza-position"]
                        .iter()
                        .all(|name| allowed.contains(name))
                        && !allowed.contains("x-anything"),
                    "{allowed}"
                );
                assert_eq!(asked.header("access-control-max-age"), "600");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn origins_that_only_look_listed_are_not() {
    on_one(&LISTED, async |app: &TestApp| {
        for origin in [
            "https://app.plaza.example.evil.example",
            "https://evil.example",
            "http://app.plaza.example",
            "null",
            "https://app.plaza.example:8443",
            "https://xapp.plaza.example",
            "https://app.plaza.example/",
            "https://app.plaza.example, https://evil.example",
            "HTTPS://APP.PLAZA.EXAMPLE",
        ] {
            let answer = sent(app, origin).await;
            assert_eq!(told(&answer), [""; 0], "{origin}");
            assert!(answer.varies_by("origin"), "a cache must not mix them up");
            assert_eq!(told(&preflight(app, origin, "content-type").await), [""; 0], "{origin}");
        }
        assert_eq!(told(&Answer::of(post(app, body("{ __typename }", json!({})))).await), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_listed_origin_can_read_refusals_too() {
    on_one(&LISTED, async |app: &TestApp| {
        for (request, status) in [
            (post(app, "["), 400),
            (post(app, "{}").header("authorization", "Bearer x"), 401),
            (app.guest().request(Method::PATCH, "/graphql"), 405),
            (app.guest().request(Method::GET, "/nothing"), 404),
        ] {
            let answer = Answer::of(request.header("origin", APP)).await;
            assert_eq!(
                (answer.status, answer.header("access-control-allow-origin")),
                (status, APP)
            );
        }
    })
    .await;
}
