//! Bodies that a page of another origin can send unasked, and bodies we don't read.

use super::{Answer, body};
use crate::support::{TestApp, on_one};
use reqwest::Method;
use serde_json::json;

async fn sent(app: &TestApp, headers: &[(&str, &str)]) -> Answer {
    let request =
        app.guest().request(Method::POST, "/graphql").body(body("{ __typename }", json!({})));
    Answer::of(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)))
        .await
}

#[tokio::test]
async fn what_a_form_can_send_is_refused() {
    on_one(&[], async |app: &TestApp| {
        let none = sent(app, &[]).await;
        assert_eq!(none.status, 415, "no content type at all");
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "TEXT/PLAIN; charset=utf-8",
            "text/plain; application/json",
            "",
        ] {
            let answer = sent(app, &[("content-type", kind)]).await;
            assert_eq!(answer.status, 415, "{kind}");
            assert!(answer.message().contains("Content-Type: application/json"), "{}", answer.text);
        }
    })
    .await;
}

#[tokio::test]
async fn a_preflighted_form_is_still_no_json() {
    on_one(&[], async |app: &TestApp| {
        for name in ["apollo-require-preflight", "x-apollo-operation-name", "graphql-preflight"] {
            let answer = sent(app, &[("content-type", "text/plain"), (name, "1")]).await;
            assert_eq!(answer.status, 415, "{name}");
            // A form carries files, from people who are signed in.
            let form = ("content-type", "multipart/form-data; boundary=x");
            assert_eq!(sent(app, &[form, (name, "1")]).await.status, 401, "{name}");
            let answer = sent(app, &[("content-type", "application/json"), (name, "1")]).await;
            assert_eq!(answer.status, 200);
        }
    })
    .await;
}

#[tokio::test]
async fn json_is_read_in_utf_8_alone() {
    on_one(&[], async |app: &TestApp| {
        for (kind, status) in [
            ("application/json", 200),
            ("application/json; charset=utf-8", 200),
            ("Application/JSON;charset=UTF-8", 200),
            ("application/json; charset=\"utf-8\"", 200),
            ("application/json; charset=latin1", 415),
            ("application/json; charset=utf-16", 415),
            ("application/graphql", 415),
            ("application/jsonx", 415),
            ("text/json", 415),
            ("application/xml", 415),
        ] {
            assert_eq!(sent(app, &[("content-type", kind)]).await.status, status, "{kind}");
        }
    })
    .await;
}

#[tokio::test]
async fn compressed_bodies_are_refused_unread() {
    on_one(&[], async |app: &TestApp| {
        for encoding in ["gzip", "br", "deflate", "zstd", "GZIP", "x-gzip", "gzip, identity"] {
            let answer =
                sent(app, &[("content-type", "application/json"), ("content-encoding", encoding)])
                    .await;
            assert_eq!(answer.status, 415, "{encoding}");
            assert!(answer.message().contains("uncompressed"));
        }
        let plain =
            sent(app, &[("content-type", "application/json"), ("content-encoding", "identity")])
                .await;
        assert_eq!(plain.status, 200);
    })
    .await;
}
