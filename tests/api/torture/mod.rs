//! Torture: clients that retry and streams that resume, while servers are killed at random moments.
//! Afterwards nothing that was acknowledged is missing, nothing happened twice, and every stream saw
//! every event of its topic exactly once and in order.
//!
//! Bounded to a few minutes; `PLAZA_TORTURE=10` does ten times as much.

mod crash;
#[cfg(debug_assertions)]
mod failpoint;
mod lag;
pub mod load;
mod outage;
pub mod reader;
mod rolling;
mod talk;
pub mod writer;

use crate::support::{Shop, TestApp};
use plaza::db::Reads;
use plaza::services::recount_all;
use reader::Heard;
use sea_orm::TryGetable;
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use writer::Done;

/// An order, and the version that it came to, as a stream told it
type OrderHeard = Heard<(String, i64)>;

/// More than are sold
const STOCK: i64 = 1_000_000;

/// A pause of a random length
async fn pause(most: Duration) {
    let [part] = plaza::app::random_bytes::<1>();
    tokio::time::sleep(most * u32::from(part) / 256).await;
}

/// What must hold after all that.
async fn check(app: &TestApp, shop: &Shop, done: &[Done], heard: &[Vec<OrderHeard>]) {
    let ids: HashSet<_> = done.iter().map(|one| &one.id).collect();
    assert_eq!(ids.len(), done.len(), "each key made an order of its own");
    let count = async |sql: &str| -> i64 {
        let row = app.app.db.reader().one(app.app.db.reader().sql(sql)).await.expect("reads");
        i64::try_get_by_index(&row.expect("a row"), 0).expect("a number")
    };
    let orders = i64::try_from(done.len()).expect("few");
    assert_eq!(count(r#"SELECT count(*) FROM "order""#).await, orders, "none was doubled");
    let kept = count(r#"SELECT count(*) FROM "order" WHERE status < 5"#).await;
    let recount = recount_all(app.app.db.reader(), app.app.clock.now()).await.expect("recounts");
    assert_eq!(recount.wrong, [], "what is kept is what it is a sum of");
    assert_eq!(
        count("SELECT CAST(stock AS bigint) FROM listing").await,
        STOCK - kept,
        "stock adds up"
    );

    let events = |stream| Vec::from_iter(<[OrderHeard]>::iter(stream).map(|heard| &heard.event));
    let first = events(&heard[0]);
    for stream in heard {
        assert_eq!(events(stream), first, "every stream heard the same in the same order");
    }
    let mut versions: HashMap<&str, i64> = HashMap::new();
    for (order, version) in first {
        let before = versions.insert(order, *version).unwrap_or_default();
        assert_eq!(*version, before + 1, "the events of an order come in order, each once");
    }
    for one in done {
        assert!(versions[one.id.as_str()] >= one.version, "what was acknowledged was heard");
    }
    let mut numbers = HashSet::new();
    let query = "query($id: ID!) { node(id: $id) { ... on Order { number version } } }";
    for one in done.iter().step_by(50) {
        let node = shop.buyer.ask(query, json!({ "id": one.id })).await["node"].clone();
        assert!(numbers.insert(node["number"].to_string()), "numbers are given once");
        assert_eq!(node["version"], one.version);
    }
}
