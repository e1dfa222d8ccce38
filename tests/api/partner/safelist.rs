//! Texts that mean what was published, and texts that don't.

use super::{code, known, mode, post, publish, within_a_second};
use crate::support::{Client, on_both};
use plaza::entities::ClientMode;
use serde_json::json;

const TEXT: &str = "query Feed($first: Int = 2, $text: String) {
  listings(first: $first, sort: NEWEST, filter: { text: $text, minPrice: \"1\", inStock: true }) {
    nodes { id title: title ...Shop }
    pageInfo { hasNextPage }
  }
}
fragment Shop on Listing { store { name } }";

on_both! {
    async fn layout_and_the_order_of_arguments_don_t_matter_and_meaning_does(app: &TestApp) {
        let guest = app.guest();
        publish(&app.app, "shop", "feed", TEXT).await;
        known(&guest, "shop", "feed").await;
        mode(app, "shop", ClientMode::Safelist).await;
        refused(&guest, "shop").await;
        let same = [
            TEXT.to_owned(),
            TEXT.split_whitespace().collect::<Vec<_>>().join(" "),
            TEXT.replace(", ", " ").replace('\n', "\n # said\n\n"),
            TEXT.replace("first: $first, sort: NEWEST,", "sort: NEWEST, first: $first,"),
            TEXT.replace("text: $text, minPrice: \"1\", inStock: true", "inStock: true, text: $text, minPrice: \"1\""),
            TEXT.replace("$first: Int = 2, $text: String", "$text: String, $first: Int = 2"),
            TEXT.replace("title: title", "title"),
            "fragment Shop on Listing { store { name } }\n".to_owned()
                + &TEXT.replace("fragment Shop on Listing { store { name } }", ""),
        ];
        for text in same {
            let answer = post(&guest, "shop", json!({ "query": text })).await;
            assert_eq!(code(&answer), "", "{text}\n{answer:#}");
        }
        for (part, other) in [
            ("NEWEST", "OLDEST"),
            ("Int = 2", "Int = 3"),
            ("minPrice", "maxPrice"),
            ("\"1\"", "\"2\""),
            ("true", "false"),
            ("title: title", "tytle: title"),
            ("{ name }", "{ name id }"),
            ("{ name }", "{ handle }"),
            ("hasNextPage", "hasPreviousPage"),
            ("Feed", "Food"),
            ("nodes { id title: title", "nodes { title: title id"),
        ] {
            let text = TEXT.replacen(part, other, 1);
            assert_ne!(text, TEXT);
            let answer = post(&guest, "shop", json!({ "query": text })).await;
            assert_eq!(code(&answer), "QUERY_NOT_IN_SAFELIST", "{part} → {other}");
        }
        // Others are not bound by what this client may send.
        let answer = post(&guest, "other", json!({ "query": "{ service { name } }" })).await;
        assert_eq!(code(&answer), "");
        mode(app, "*", ClientMode::Safelist).await;
        refused(&guest, "other").await;
        let answer = post(&guest, "", json!({ "documentId": "feed" })).await;
        assert_eq!(code(&answer), "", "by its id a published document is anybody's");
    }
}

/// Waits until the server takes only what was published from this client.
async fn refused(guest: &Client, client: &str) {
    let free = || post(guest, client, json!({ "query": "{ service { name } }" }));
    within_a_second(free, |answer| code(answer) == "QUERY_NOT_IN_SAFELIST").await;
}
