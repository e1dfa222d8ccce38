//! Whatever is thrown at the door, it answers, and never blames itself. The cases are drawn from a
//! fixed seed: each run throws the same.

use super::{Answer, get, post};
use crate::support::{TestApp, on_one};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value, json};

/// Draws from a strategy, a number of times
fn draws<S: Strategy>(strategy: &S, times: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..times).map(|_| strategy.new_tree(&mut runner).expect("draws").current()).collect()
}

/// Answered, and not with "our fault"
fn sane(answer: &Answer, thrown: &dyn std::fmt::Debug) {
    assert!(answer.status < 500, "{} at {thrown:?}: {}", answer.status, answer.text);
    assert!(!answer.text.contains("Something went wrong"), "at {thrown:?}: {}", answer.text);
    assert!(answer.text.len() < 50_000, "{} bytes at {thrown:?}", answer.text.len());
}

/// Pieces of documents, apart from those with blanks in them
const WORDS: &str = r#"{ } { } ( ) [ ] : ! = @ ... $ & | , " """ # \ query mutation subscription
    fragment on A a $a $b Int [ID!]! String ListingFilter ListingSort 1 -1 0 1.5e3 99999999999 true
    null NEWEST "x" "\u0000" "\uD800" """b""" é listings first after filter sort nodes edges node
    pageInfo totalCount user handle id store service name viewer __typename __schema __type types
    fields signIn input @skip if text near ids ...a"#;
const PHRASES: [&str; 10] = [
    "{ service { name } }",
    "query A($a: Int = 1) { listings(first: $a) { nodes { id title } } }",
    "fragment a on Query { __typename }",
    "... on User { handle }",
    "(first: 5)",
    "{ id }",
    "(handle: \"rosa\")",
    "\n",
    "\u{0}",
    "\u{FEFF}",
];

/// Such pieces glued at random: some parse, many nearly do
fn soup() -> impl Strategy<Value = String> {
    let pieces: Vec<_> = WORDS.split_whitespace().chain(PHRASES).collect();
    vec((prop::sample::select(pieces), prop::sample::select(vec!["", " "])), 0..40)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, blank)| [piece, blank]).collect())
}

/// Any JSON
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(|flag| json!(flag)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,12}".prop_map(|text| json!(text)),
        prop::sample::select(vec!["NEWEST", "NIO", "12.50", "x", "\u{0}", "2026-11-21"])
            .prop_map(|text| json!(text)),
    ];
    let key = || {
        prop_oneof![
            prop::sample::select(vec![
                "a",
                "text",
                "near",
                "point",
                "price",
                "min",
                "categoryId",
                "latitude"
            ])
            .prop_map(str::to_owned),
            ".{0,4}"
        ]
    };
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(key(), inner, 0..5).prop_map(|map| json!(map))
        ]
    })
}

#[tokio::test]
async fn random_bytes_as_a_body_are_answered() {
    on_one(&[], async |app: &TestApp| {
        for bytes in draws(&vec(any::<u8>(), 0..200), 150) {
            let answer = Answer::of(post(app, bytes.clone())).await;
            sane(&answer, &bytes);
            assert_eq!(answer.status, 400, "{bytes:?}");
        }
        for (bytes, quote) in draws(&(vec(any::<u8>(), 0..60), any::<bool>()), 150) {
            let mut body = br#"{"query":""#.to_vec();
            body.extend(bytes);
            body.extend(if quote { &b"\"}"[..] } else { &b"}"[..] });
            sane(&Answer::of(post(app, body.clone())).await, &String::from_utf8_lossy(&body));
        }
    })
    .await;
}

#[tokio::test]
async fn random_documents_are_answered() {
    on_one(&[], async |app: &TestApp| {
        for (query, name) in draws(&(soup(), prop::option::of("[Aa]?")), 700) {
            let body =
                json!({ "query": query, "operationName": name, "variables": { "a": 1, "b": "x" } });
            sane(&Answer::of(post(app, body.to_string())).await, &query);
        }
        for query in draws(&".{0,60}", 200) {
            sane(&Answer::of(post(app, json!({ "query": query }).to_string())).await, &query);
        }
    })
    .await;
}

#[tokio::test]
async fn random_documents_are_answered_as_streams_and_by_get_too() {
    on_one(&[], async |app: &TestApp| {
        for query in draws(
            &soup().prop_filter("does not follow", |query| !query.contains("subscription")),
            150,
        ) {
            let body = json!({ "query": query, "variables": { "a": 1 } }).to_string();
            sane(&Answer::of(post(app, body).header("accept", "text/event-stream")).await, &query);
            sane(
                &Answer::of(get(app, &[("query", &query), ("variables", "{\"a\":1}")])).await,
                &query,
            );
        }
    })
    .await;
}

#[tokio::test]
async fn random_variables_are_answered_the_first_time_and_the_second_alike() {
    on_one(&[], async |app: &TestApp| {
        let queries = [
            "query($a: ListingFilter) { listings(filter: $a) { totalCount } }",
            "query($a: ProfileFilter) { profiles(filter: $a) { nodes { headline } } }",
            "query($a: String!) { user(handle: $a) { id } }",
            "query($a: [ID!]!) { nodes(ids: $a) { id } }",
            "query($a: String) { stores(after: $a, first: 1) { pageInfo { endCursor } } }",
            "mutation($a: SignUpInput!) { signUp(input: $a) { userErrors { code } } }",
            "mutation($a: String!) { sessionRefresh(refreshToken: $a) { userErrors { code } } }",
        ];
        for (at, value) in draws(&anything(), 280).into_iter().enumerate() {
            let body = json!({ "query": queries[at % queries.len()], "variables": { "a": value } })
                .to_string();
            let first = Answer::of(post(app, body.clone())).await;
            sane(&first, &body);
            let second = Answer::of(post(app, body.clone())).await;
            assert_eq!((first.status, first.text), (second.status, second.text), "{body}");
        }
    })
    .await;
}

#[tokio::test]
async fn random_requests_are_answered() {
    on_one(&[], async |app: &TestApp| {
        let header = prop::sample::select(vec![
            "accept",
            "content-type",
            "authorization",
            "origin",
            "x-request-id",
            "traceparent",
            "accept-encoding",
            "last-event-id",
            "if-none-match",
            "x-graphql-event-stream-token",
        ]);
        let value = prop_oneof![
            vec(0x20_u8..0x7F, 0..30),
            vec(0x80_u8..=0xFF, 0..10),
            prop::sample::select(vec![
                "application/json",
                "*/*;q=2",
                "a/b;q=x,,;",
                "Bearer a.b.c",
                "gzip;q=NaN",
                "br;q=-1",
                "00-0-0-0",
                "text/event-stream;q=0"
            ])
            .prop_map(|text| text.as_bytes().to_vec()),
        ];
        let method = prop::sample::select(vec![
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::DELETE,
            Method::OPTIONS,
            Method::TRACE,
        ]);
        let path = prop_oneof![
            prop::sample::select(vec!["/graphql", "/", "/metrics", "/ready", "/assets/x"])
                .prop_map(str::to_owned),
            "/[ -~]{0,20}"
                .prop_map(|path| path
                    .replace(['#', ' ', '"', '<', '>', '`', '{', '}', '\\', '^', '|'], "_")),
        ];
        for (method, path, headers, body) in draws(
            &(
                method,
                path,
                vec((header, value), 0..4),
                "\\{\"query\":\"\\{ (__typename|a) \\}\"\\}",
            ),
            400,
        ) {
            let thrown = format!("{method} {path} {headers:?}");
            let request = headers.into_iter().fold(
                app.guest().request(method, &path),
                |request, (name, value)| match reqwest::header::HeaderValue::from_bytes(&value) {
                    Ok(value) => request.header(name, value),
                    Err(_) => request,
                },
            );
            let response = request.body(body).send().await.expect("the server answers");
            assert!(response.status().as_u16() < 500, "{} at {thrown}", response.status());
            response.bytes().await.expect("the answer is whole");
        }
        app.guest().ask("{ __typename }", json!({})).await;
    })
    .await;
}
