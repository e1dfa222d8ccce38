//! Brackets in brackets: nothing that a client sends may recurse further than the stack reaches.

use super::{Answer, body, get, post};
use crate::support::{TestApp, on_one};
use serde_json::json;

/// A body just below the limit that is all opening brackets, and one that closes them again
fn nested(open: &str, close: &str, size: usize) -> [String; 2] {
    let times = size / (open.len() + close.len());
    [open.repeat(size / open.len()), open.repeat(times) + &close.repeat(times)]
}

/// The server is still there, and answers
async fn lives(app: &TestApp) {
    app.guest().ask("{ __typename }", json!({})).await;
}

#[tokio::test]
async fn brackets_in_documents_are_refused_before_they_are_parsed() {
    on_one(&[], async |app: &TestApp| {
        let templates = [
            ("{", "}", "¤"),
            ("{a", "}", "¤"),
            ("[", "]", "{ user(handle: ¤) { id } }"),
            ("{a:", "}", "{ user(handle: ¤) { id } }"),
            ("[", "]", "query($a: ¤) { __typename }"),
            ("[", "]", "query($a: Int = ¤) { __typename }"),
            ("(", ")", "{ user¤ { id } }"),
            ("...{", "}", "{ ¤ }"),
            ("{...on Query", "}", "query ¤"),
            ("[{a:", "}]", "{ a @skip(if: ¤) }"),
            ("a(b:{", "})", "{ ¤ }"),
        ];
        for (open, close, template) in templates {
            for brackets in nested(open, close, 60_000) {
                let query = template.replace('¤', &brackets);
                let answer = Answer::of(post(app, body(&query, json!({})))).await;
                assert_eq!(answer.status, 200, "{template}");
                assert!(
                    answer.message().contains("nest at most 50 deep")
                        || answer.message().contains("at most 1000 tokens"),
                    "{template}: {}",
                    answer.message(),
                );
            }
        }
        lives(app).await;
    })
    .await;
}

#[tokio::test]
async fn brackets_at_the_bound_are_parsed() {
    on_one(&[], async |app: &TestApp| {
        let list = |depth: usize| {
            format!("{{ user(handle: {}{}) {{ id }} }}", "[".repeat(depth), "]".repeat(depth))
        };
        let answer = Answer::of(post(app, body(&list(48), json!({})))).await;
        assert_eq!(answer.code(), "GRAPHQL_VALIDATION_FAILED", "{}", answer.text);
        let answer = Answer::of(post(app, body(&list(49), json!({})))).await;
        assert_eq!(answer.code(), "LIMIT_EXCEEDED", "{}", answer.text);
        let inline = format!("{{ {} __typename {} }}", "... {".repeat(48), "}".repeat(48));
        let answer = Answer::of(post(app, body(&inline, json!({})))).await;
        assert!(answer.status == 200 && !answer.text.contains("INTERNAL"), "{}", answer.text);
    })
    .await;
}

#[tokio::test]
async fn brackets_in_json_are_refused() {
    on_one(&[], async |app: &TestApp| {
        let query = r#"{"query":"query($a: Int) { __typename }""#;
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}"), (r#"[{"a":"#, "}]")] {
            for brackets in nested(open, close, 90_000) {
                for body in [
                    brackets.clone(),
                    format!("{query},\"variables\":{brackets}}}"),
                    format!("{query},\"variables\":{{\"a\":{brackets}}}}}"),
                    format!("{query},\"variables\":{{\"unknown\":{brackets}}}}}"),
                    format!("{query},\"extensions\":{{\"a\":{brackets}}}}}"),
                    format!("{{\"query\":{brackets}}}"),
                ] {
                    let answer = Answer::of(post(app, body)).await;
                    assert_eq!(answer.status, 400, "{}", answer.text);
                }
                let unknown = format!("{query},\"unknown\":{brackets}}}");
                assert!(Answer::of(post(app, unknown)).await.status < 500);
            }
        }
        lives(app).await;
    })
    .await;
}

#[tokio::test]
async fn brackets_in_a_query_string_are_refused() {
    on_one(&[], async |app: &TestApp| {
        for open in ["{", "[", "{a"] {
            let deep = open.repeat(9_000 / open.len());
            assert_eq!(Answer::of(get(app, &[("query", &deep)])).await.code(), "LIMIT_EXCEEDED");
        }
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
            let deep = format!(r#"{{"a":{}1{}}}"#, open.repeat(1000), close.repeat(1000));
            for name in ["variables", "extensions"] {
                let answer =
                    Answer::of(get(app, &[("query", "{ __typename }"), (name, &deep)])).await;
                assert_eq!(answer.status, 400, "{name}");
            }
        }
        lives(app).await;
    })
    .await;
}

#[tokio::test]
async fn long_chains_without_brackets_are_answered() {
    on_one(&[], async |app: &TestApp| {
        let chain = (0..120)
            .map(|at| format!("fragment f{at} on Query{{...f{}}}", at + 1))
            .collect::<String>();
        let chained = format!("{{...f0}}{chain}fragment f120 on Query{{__typename}}");
        let answer = Answer::of(post(app, body(&chained, json!({})))).await;
        assert!(answer.status == 200 && !answer.text.contains("INTERNAL"), "{}", answer.text);
        for text in [
            "\"".repeat(50_000),
            "\"\"\"".to_owned() + &"\\\"\"\"".repeat(10_000),
            "#".repeat(90_000),
            "\\".repeat(40_000),
        ] {
            let answer = Answer::of(post(app, body(&format!("{{ a(b: {text}"), json!({})))).await;
            assert_eq!(answer.json().get("data"), None);
            assert!(
                answer.text.len() < 2_000,
                "a refusal does not send the document back: {} bytes",
                answer.text.len()
            );
        }
        lives(app).await;
    })
    .await;
}
