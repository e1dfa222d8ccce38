//! The history of an order as a list: pages, counts and cursors.

use super::{Shop, look};
use crate::list::at::ListAt;
use crate::support::on_both;
use serde_json::json;

on_both! {
    async fn a_history_is_paged_from_both_ends(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        let order = shop.order_at(shop.order(&listing, 1), "COMPLETED").await;
        let other = shop.order_at(shop.order(&listing, 1), "COMPLETED").await;
        let all = look(&shop.buyer, &order, "history { nodes { id version } totalCount }").await;
        let events = all["history"]["nodes"].as_array().expect("events");
        let versions: Vec<_> = events.iter().map(|event| event["version"].as_i64()).collect();
        assert_eq!(versions, [Some(1), Some(2), Some(3), Some(4), Some(5)]);
        assert_eq!(all["history"]["totalCount"], 5);
        let ids: Vec<String> = events.iter().map(crate::support::id).collect();
        for size in [1, 2, 5, 7] {
            let list = history(&order);
            assert_eq!(list.forward(&shop.buyer, size).await, ids);
            assert_eq!(list.backward(&shop.buyer, size).await, ids);
        }
        let capped = look(&shop.buyer, &order, "history { totalCount(limit: 3) }").await;
        assert_eq!(capped["history"]["totalCount"], 3);
        // A cursor is good for its own history alone.
        let cursor = history(&order).page(&shop.buyer, "first: 1", "pageInfo { endCursor }").await;
        let cursor = cursor["pageInfo"]["endCursor"].as_str().expect("a cursor").to_owned();
        for list in [history(&other), ListAt::under("viewer", "orders", "")] {
            let (refusal, told) =
                list.refused(&shop.buyer, &format!("first: 1 after: \"{cursor}\"")).await;
            assert_eq!(refusal, "INVALID after");
            assert!(told.contains("another list"), "{told}");
        }
        for (page, refusal) in [
            ("first: 0", "OUT_OF_RANGE first"),
            ("last: 101", "OUT_OF_RANGE last"),
            ("first: 1 last: 1", "INVALID last"),
            ("first: 1 after: \"x\"", "INVALID after"),
        ] {
            assert_eq!(history(&order).refused(&shop.buyer, page).await.0, refusal, "{page}");
        }
    }
}

fn history(order: &str) -> ListAt {
    ListAt::of_node(order, "Order", "history")
}

on_both! {
    async fn events_and_lines_are_no_nodes_of_their_own(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        let order = shop.order(&listing, 1).by(&shop.buyer).await;
        let parts = look(&shop.buyer, &order, "items { id } history { nodes { id } }").await;
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let ids = json!([parts["items"][0]["id"], parts["history"]["nodes"][0]["id"], order]);
        let found = shop.buyer.ask(query, json!({ "ids": ids })).await;
        assert_eq!(found["nodes"], json!([null, null, { "id": order }]));
        // The same at every reading, and other than the order's own.
        assert_eq!(look(&shop.buyer, &order, "items { id } history { nodes { id } }").await, parts);
        assert_ne!(parts["items"][0]["id"], parts["history"]["nodes"][0]["id"]);
    }
}
