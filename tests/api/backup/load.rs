//! A backup that is made while orders are placed, and what comes back from it.

use super::{Place, backed_up, tools, with_file};
use crate::support::{Client, Process, TestApp, on_both};
use crate::torture::load::{ENDLESS, Group, Load, Outcome, Size};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use plaza::db::{Db, Reads};
use sea_orm::TryGetable;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

const FEED: &str = "subscription($id: ID!, $after: String) { storeOrderUpdates(storeId: $id, after: $after) { kind cursor } }";
/// Mutations before the backup begins, and after it
const WRITES: usize = 150;

/// Kind and cursor of the first payload of a store's stream
async fn follow(client: &Client, store: &str, after: Option<&Value>) -> (String, Value) {
    let mut socket = client.socket().await;
    socket.subscribe("1", FEED, json!({ "id": store, "after": after })).await;
    let update = socket.data("1").await["storeOrderUpdates"].clone();
    (update["kind"].as_str().expect("a kind").to_owned(), update["cursor"].clone())
}

/// Versions of orders by their ids
async fn orders(place: &Place) -> HashMap<Uuid, i64> {
    let url = place.0.url.clone();
    let url = url.unwrap_or_else(|| format!("sqlite:{}", place.path("plaza.db")));
    let db = Db::connect(&url, 2).await.expect("connects");
    let sql = db.reader().sql(r#"SELECT id, version FROM "order""#);
    let rows = db.reader().all(sql).await.expect("reads");
    let order = |row| {
        let version = i32::try_get_by_index(row, 1).expect("a number");
        (Uuid::try_get_by_index(row, 0).expect("an id"), i64::from(version))
    };
    let orders = rows.iter().map(order).collect();
    db.close().await;
    orders
}

/// Everything that was acknowledged before is there, and nothing that was begun after.
fn hold(outcome: &Outcome, there: &HashMap<Uuid, i64>, begun: Instant, over: Instant) {
    let mut kept = 0;
    for one in &outcome.done {
        let bytes = URL_SAFE_NO_PAD.decode(&one.id).expect("base64");
        let version = there.get(&Uuid::from_slice(&bytes[2..]).expect("an id")).copied();
        let until = |moment: Instant| {
            let acknowledged = one.acknowledged.iter().filter(|at| **at < moment);
            i64::try_from(acknowledged.count()).expect("few")
        };
        let version = version.unwrap_or_default();
        kept += usize::from(version > 0);
        assert!(version >= until(begun), "{} is at {version}", one.id);
        // One more may have been committed and not answered yet.
        assert!(version <= until(over) + 1, "{} is at {version}", one.id);
    }
    assert_eq!(kept, there.len(), "each order of the backup is one that was placed");
    assert!(kept > 0 && kept < outcome.done.len(), "{kept} of {}", outcome.done.len());
}

on_both! {
    async fn a_backup_under_load_holds_all_that_was_acknowledged_and_nothing_half(app: &TestApp) {
        let shop = Load::shop(app).await;
        let server = Process::start(app, &[]).await;
        let clerk = server.client(&shop.clerk);
        let servers = [server.url.as_str()];
        let on = |count| Group { count, servers: &servers };
        let size = Size { streams: &[on(2)], writers: on(4), orders: ENDLESS, rest: Duration::ZERO };
        let (store, mut load) = (shop.store.clone(), Load::start(shop, size).await);
        load.reaches(WRITES).await;
        let (kind, cursor) = follow(&clerk, &store, None).await;
        assert_eq!(kind, "SNAPSHOT");
        let (place, tools) = (Place::like(app).await, tools());
        let file = place.path("a.backup");
        let begun = Instant::now();
        let said = tokio::task::block_in_place(|| backed_up(app, &file, &tools));
        let over = Instant::now();
        assert!(said.out.contains(" orders, 4 people, 1 store, 1 listing, "), "{}", said.out);
        load.reaches(3 * WRITES).await;
        load.stop_ordering();
        let outcome = load.finish(app).await;

        let said = place.does(&with_file("restore", &file, &tools, &[]));
        assert!(said.contains(" orders, 4 people") && said.contains(" UTC, in "), "{said}");
        let check = place.does(&["check", "--figures"]);
        assert!(check.contains("figures         all equal to a recount: "), "{check}");
        hold(&outcome, &orders(&place).await, begun, over);
        resume(app, &place, &clerk, (&store, &cursor)).await;
        place.remove().await;
    }
}

/// Who comes back to the restored database hears of a gap; to the other one, none.
async fn resume(app: &TestApp, place: &Place, clerk: &Client, (store, cursor): (&str, &Value)) {
    assert_ne!(follow(clerk, store, Some(cursor)).await.0, "GAP");
    let settings = place.settings();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), &**value)).collect();
    let restored = Process::start(app, &settings).await;
    let clerk = restored.client(clerk);
    let (kind, fresh) = follow(&clerk, store, Some(cursor)).await;
    assert_eq!(kind, "GAP");
    assert_ne!(&fresh, cursor);
}
