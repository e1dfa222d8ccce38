//! Rows of a list are resolved in a way of our own, and `node` in the library's: whatever is
//! selected, both say the same in the same order.

use crate::support::{Client, MakeListing, MakeStore, on_both};
use reqwest::Method;
use serde_json::{Value, json};

const SELECTIONS: [&str; 14] = [
    "id title price { amount currency } stock createdAt",
    "createdAt z: title a: id title",
    "__typename price { __typename amount } store { kind: __typename name }",
    "title title price { amount } price { amount }",
    "price { amount } title price { currency } id",
    "store { name } id store { handle isOpen }",
    "...a ...b fragment a on Listing { title ...b } fragment b on Listing { id store { id } }",
    "... { title } ... on Listing { id } ... on Node { id title: id } stock",
    "... on Node { id } ... on Listing { title price { ... on Money { amount } } }",
    "title @skip(if: $yes) id @include(if: $yes) ... @include(if: $no) { stock } ... @skip(if: $no) { status }",
    "description title store { description openingHours { opensAt } nextOpensAt }",
    "publisher { id displayName joinedAt } category { name parent { name } children { id } }",
    "store { name listings(first: 2) { nodes { title price { amount } } totalCount } }",
    "location { latitude } locationName distance store { location { longitude } owner { handle } }",
];

/// What the data holds between these two, as it was written
fn between(text: &str, before: &str, after: &str) -> String {
    let held = text.strip_prefix(before).and_then(|rest| rest.split_once(after));
    held.unwrap_or_else(|| panic!("{before} in {text}")).0.to_owned()
}

async fn text(client: &Client, query: String) -> String {
    let variables = json!({ "yes": true, "no": false });
    let body: Value = json!({ "query": query, "variables": variables });
    let request = client.request(Method::POST, "/graphql").json(&body);
    request.send().await.expect("answers").text().await.expect("whole")
}

/// The same selection under a list and under a node, with its fragments
async fn both(client: &Client, id: &str, selection: &str) -> [String; 2] {
    let (fields, fragments) = match selection.find("fragment") {
        Some(at) => selection.split_at(at),
        None => (selection, ""),
    };
    let head = if fields.contains('$') { "query($yes: Boolean!, $no: Boolean!)" } else { "" };
    let list = format!("{head} {{ listings(first: 1) {{ nodes {{ {fields} }} }} }} {fragments}");
    let node =
        format!("{head} {{ node(id: \"{id}\") {{ ... on Listing {{ {fields} }} }} }} {fragments}");
    let (list, node) = (text(client, list).await, text(client, node).await);
    [
        between(&list, r#"{"data":{"listings":{"nodes":["#, r#"]}},"extensions""#),
        between(&node, r#"{"data":{"node":"#, r#"},"extensions""#),
    ]
}

on_both! {
    async fn rows_of_lists_are_resolved_as_the_library_resolves_them(app: &TestApp) {
        let owner = app.member("elena").await;
        let category = app.category("comida", None).await;
        let store = MakeStore::new("central").with("description", json!("De la tienda")).by(&owner).await;
        let listing = MakeListing::new(&store, &category, "Queso").with("description", json!("De vaca"));
        let id = listing.by(&owner).await;
        for selection in SELECTIONS {
            let [list, node] = both(&app.guest(), &id, selection).await;
            assert!(list.contains(':'), "{list}");
            assert_eq!(list, node, "{selection}");
        }
    }
}
