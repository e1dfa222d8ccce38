//! Single filters, to the letter and to the metre.

mod distance;
mod open_now;
mod words;

use super::at::ListAt;
use crate::support::{Client, MakeStore, TestApp};

/// A person with a store and a category
async fn shop(app: &TestApp) -> (Client, String, String) {
    let owner = app.member("elena").await;
    let store = MakeStore::new("una").by(&owner).await;
    let category = app.category("todo", None).await;
    (owner, store, category)
}

async fn titles(client: &Client, arguments: &str) -> Vec<String> {
    let page =
        ListAt::root("listings", arguments).page(client, "first: 100", "nodes { title }").await;
    let nodes = page["nodes"].as_array().expect("nodes");
    nodes.iter().map(|node| node["title"].as_str().expect("a title").to_owned()).collect()
}
