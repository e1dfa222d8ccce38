//! Answers that caches keep.

use super::{known, named, publish};
use crate::support::{Client, MakeListing, MakeStore, on_both};
use reqwest::{Method, Response};
use serde_json::{Value, json};

async fn get(client: &Client, path: &str, tag: Option<&str>) -> Response {
    let request = named(client, "shop", Method::GET, path);
    let request = match tag {
        Some(tag) => request.header("if-none-match", tag),
        None => request,
    };
    request.send().await.expect("answers")
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("ASCII"))
}

on_both! {
    async fn a_guests_answer_may_be_kept_and_costs_nothing_where_it_is_the_same(app: &TestApp) {
        let owner = app.member("elena").await;
        let store = MakeStore::new("central").by(&owner).await;
        let category = app.category("comida", None).await;
        publish(&app.app, "shop", "feed", "query Feed($first: Int!) { listings(first: $first) { nodes { title } } }").await;
        publish(&app.app, "shop", "me", "query Me { viewer { user { handle } } }").await;
        publish(&app.app, "shop", "bad", "query Bad { listings(first: 1, after: \"x\") { nodes { id } } }").await;
        known(&owner, "shop", "bad").await;
        let path = format!("/graphql/feed?variables={}", "%7B%22first%22%3A5%7D");
        let first = get(&app.guest(), &path, None).await;
        assert_eq!(first.status(), 200);
        assert_eq!(header(&first, "cache-control"), "public, max-age=10, stale-while-revalidate=30");
        let vary = first.headers().get_all("vary").iter().map(|value| value.to_str().expect("ASCII").to_lowercase());
        let vary = vary.collect::<Vec<_>>().join(",");
        assert!(["authorization", "accept", "plaza-position"].iter().all(|name| vary.contains(name)), "{vary}");
        let tag = header(&first, "etag").to_owned();
        let body: Value = first.json().await.expect("JSON");
        assert_eq!(body, json!({ "data": { "listings": { "nodes": [] } } }), "nothing but data");
        for tags in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}")] {
            let same = get(&app.guest(), &path, Some(&tags)).await;
            assert_eq!((same.status().as_u16(), header(&same, "etag")), (304, tag.as_str()), "{tags}");
            assert_eq!(same.text().await.expect("whole"), "");
        }
        MakeListing::new(&store, &category, "Queso").by(&owner).await;
        let changed = get(&app.guest(), &path, Some(&tag)).await;
        assert_eq!(changed.status(), 200);
        assert_ne!(header(&changed, "etag"), tag);
        let own = get(&owner, "/graphql/me", None).await;
        assert_eq!(header(&own, "cache-control"), "private, no-cache");
        let bad = get(&app.guest(), "/graphql/bad", None).await;
        assert_eq!((header(&bad, "cache-control"), header(&bad, "etag")), ("no-store", ""));
        let free = get(&app.guest(), "/graphql?query=%7Bservice%7Bname%7D%7D", None).await;
        assert_eq!((header(&free, "cache-control"), header(&free, "etag")), ("no-store", ""));
    }
}

on_both! {
    async fn nothing_is_written_by_get(app: &TestApp) {
        publish(&app.app, "shop", "out", "mutation Out { signOut { userErrors { code } } }").await;
        known(&app.guest(), "shop", "out").await;
        let answer = get(&app.guest(), "/graphql/out", None).await;
        assert_eq!((answer.status().as_u16(), header(&answer, "allow")), (405, "POST"));
        let two = get(&app.guest(), "/graphql/out?documentId=in", None).await;
        assert_eq!(two.status(), 400);
    }
}
