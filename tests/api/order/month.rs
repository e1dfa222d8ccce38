//! Orders by month, on PostgreSQL: parted while orders are placed, and the same to everybody after it.

use crate::door::command::{does_beside, run_beside};
use crate::door::place::{Place, one_sentence};
use crate::support::{Backend, Shop, TestApp, done, id};
use crate::torture::load::{ENDLESS, Group, Load, Size};
use plaza::db::{Month, Reads};
use sea_orm::TryGetable;
use serde_json::{Value, json};
use std::time::Duration;

/// Mutations before orders are parted, and as many after it
const WRITES: usize = 150;
const LIST: &str = "query($s: ID!, $n: Int!, $after: String) { node(id: $s) { ... on Store {
    orders(first: $n, after: $after) { totalCount nodes { id status items { title } buyer { handle } }
    pageInfo { hasNextPage endCursor } } } } }";

/// Parts of a table, with rows in them
async fn parts(app: &TestApp, table: &str) -> Vec<(String, i64)> {
    let reader = app.app.db.reader();
    let text = format!(
        r#"SELECT tableoid::regclass::text, count(*) FROM "{table}" GROUP BY 1 ORDER BY 1"#
    );
    let rows = reader.all(reader.sql(&text)).await.expect("reads");
    let part = |row| {
        let name = String::try_get_by_index(row, 0).expect("a name");
        (name, i64::try_get_by_index(row, 1).expect("a number"))
    };
    rows.iter().map(part).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_are_parted_while_they_are_placed_and_stepped_and_none_is_lost() {
    let app = TestApp::start(Backend::Postgres).await;
    let shop = Load::shop(&app).await;
    let servers = [app.url.as_str()];
    let on = |count| Group { count, servers: &servers };
    let size = Size { streams: &[on(2)], writers: on(4), orders: ENDLESS, rest: Duration::ZERO };
    let mut load = Load::start(shop, size).await;
    load.reaches(WRITES).await;
    let said = does_beside(&app, &["partition"]);
    assert!(said.starts_with("Orders are parted by month, from "), "{said}");
    assert!(does_beside(&app, &["check"]).contains("orders          by month, from "));
    load.reaches(2 * WRITES).await;
    load.stop_ordering();
    // Every event came once and in order, and what was acknowledged is what there is.
    let outcome = load.finish(&app).await;
    let placed = i64::try_from(outcome.done.len()).expect("few");
    assert_eq!(parts(&app, "order").await, [("order_before".to_owned(), placed)]);
    let check = does_beside(&app, &["check", "--figures"]);
    assert!(check.contains("figures         all equal to a recount: "), "{check}");
    app.finish().await;
}

/// An order of a new buyer's
async fn order(app: &TestApp, shop: &Shop, buyer: &str) -> String {
    let buyer = app.member(buyer).await;
    id(&done(buyer.mutate("orderPlace", shop.order(1), "order { id }").await)["order"])
}

/// The first day of the month after, at noon
fn next_month(app: &TestApp) {
    let month = Month::of(app.app.clock.now().to_utc()).plus(1).to_string();
    let noon = format!("{month}-01T12:00:00Z").parse::<chrono::DateTime<chrono::Utc>>();
    app.go_to(noon.expect("a time").timestamp_micros());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_and_lookups_go_through_all_months_and_a_backup_brings_them_back() {
    let app = TestApp::start(Backend::Postgres).await;
    app.come_to_the_present();
    let shop = Shop::open(&app).await;
    let mut placed = vec![order(&app, &shop, "ana").await];
    assert!(does_beside(&app, &["partition", "--ahead", "2"]).contains("from "));
    let parted = app.app.db.by_month().await.expect("reads").expect("parted");
    for buyer in ["bea", "cira", "dora", "elsa"] {
        next_month(&app);
        placed.push(order(&app, &shop, buyer).await);
    }
    let expected: Vec<_> = parts(&app, "order").await;
    let names: Vec<_> = expected.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"order_rest") && names.contains(&"order_before"), "{names:?}");
    assert!(parted.months.len() <= 2 && names.len() >= 3, "{parted:?} {names:?}");
    for table in ["order_item", "order_event"] {
        let rows = parts(&app, table).await.into_iter();
        let like: Vec<_> = rows.map(|(name, rows)| (name.replace(table, "order"), rows)).collect();
        assert_eq!(like, expected, "a line and a step are where their order is");
    }
    reads_and_steps(&app, &shop, &placed).await;

    // A backup counts the rows of all parts, and brings the parts back.
    let (place, tools) = (Place::like(&app).await, crate::backup::tools());
    let file = place.path("a.backup");
    let [flag, folder] = &tools;
    let said = does_beside(&app, &["backup", &file, flag, folder]);
    assert!(said.contains("5 orders, "), "{said}");
    place.does(&["restore", &file, flag, folder]);
    assert_eq!(place.number(r#"SELECT count(*) FROM "order""#).await, 5);
    let kinds = "SELECT count(*) FROM pg_class WHERE relkind = 'p' AND relname LIKE 'order%'";
    assert_eq!(place.number(kinds).await, 3);
    assert!(place.does(&["check", "--figures"]).contains("figures         all equal"));
    // What came late stays where it is, and later months are made.
    let said = place.does(&["partition", "--ahead", "12"]);
    assert!(said.contains("are in order_rest"), "{said}");
    assert_eq!(place.number("SELECT count(*) FROM order_rest").await, rest(&expected));
    let (month, rows) = expected.iter().find(|(name, _)| name.contains("_20")).expect("a month");
    take_away(&place, month).await;
    assert_eq!(place.number(r#"SELECT count(*) FROM "order""#).await, 5 - rows);
    assert_eq!(place.number(&format!("SELECT count(*) FROM {month}")).await, *rows);
    place.remove().await;
    app.finish().await;
}

/// Does what the book says of taking a month away.
async fn take_away(place: &Place, part: &str) {
    const BOOK: &str = include_str!("../../../docs/src/scaling.md");
    let (_, sql) = BOOK.split_once("```sql\n").expect("it has some");
    let (sql, _) = sql.split_once("```").expect("it ends");
    let month = part.strip_prefix("order_").expect("an order's");
    assert!(sql.contains("order_item_2024_11"), "{sql}");
    place.tell(&sql.replace("2024_11", month)).await;
}

fn rest(parts: &[(String, i64)]) -> i64 {
    parts.iter().filter(|(name, _)| name == "order_rest").map(|(_, rows)| rows).sum()
}

/// Pages, an order by its id, a step and its event, over all months
async fn reads_and_steps(app: &TestApp, shop: &Shop, placed: &[String]) {
    let admin = app.admin().await;
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let asked = json!({ "s": shop.store, "n": 2, "after": after });
        let page = admin.ask(LIST, asked).await["node"]["orders"].clone();
        assert_eq!(page["totalCount"], placed.len());
        for order in page["nodes"].as_array().expect("a list") {
            assert_eq!(order["items"][0]["title"], "Queso seco");
            seen.push(id(order));
        }
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert!(placed.iter().rev().eq(&seen), "newest first: {seen:?}");
    for order in placed {
        let step = "mutation($i: OrderStepInput!) { orderReject(input: $i) { order { status history { totalCount } } userErrors { message } } }";
        let input = json!({ "i": { "id": order, "note": "No hay" } });
        let stepped = admin.ask(step, input).await["orderReject"].clone();
        assert_eq!(stepped["order"]["status"], "REJECTED", "{stepped}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_part_orders_at_once_all_come_to_the_same() {
    let app = TestApp::start(Backend::Postgres).await;
    let nodes: Vec<_> = std::thread::scope(|scope| {
        let asked = || scope.spawn(|| run_beside(&app, &["partition"]));
        let nodes: Vec<_> = std::iter::repeat_with(asked).take(4).collect();
        nodes.into_iter().map(|node| node.join().expect("ends")).collect()
    });
    for said in &nodes {
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        assert_eq!(said.out, nodes[0].out);
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_parted_is_refused_in_one_sentence_and_left_alone() {
    let app = TestApp::start(Backend::Postgres).await;
    app.come_to_the_present();
    Shop::open(&app).await.place().await;
    let this = Month::of(app.app.clock.now().to_utc()).to_string();
    let refuses = |arguments: &[&str]| {
        tokio::task::block_in_place(|| one_sentence(run_beside(&app, arguments)))
    };
    let said = refuses(&["partition", "--from", &this]);
    assert!(said.contains(&format!("There are orders of {this} or later")), "{said}");
    assert_eq!(parts(&app, "order").await, [(r#""order""#.to_owned(), 1)]);
    let said =
        tokio::task::block_in_place(|| run_beside(&app, &["partition", "--from", "2026-13"]));
    assert!(said.code == 2 && said.err.contains("is no month; one is 2026-12"), "{}", said.err);
    app.finish().await;

    // Broken off after its first transaction: told of, and ended by whoever runs it again.
    let place = Place::make(Backend::Postgres).await;
    place.does(&["migrate", "up"]);
    let promise = "CHECK (order_id < 'ffffffff-ffff-7fff-8fff-ffffffffffff') NOT VALID";
    place
        .tell(&format!("ALTER TABLE order_item ADD CONSTRAINT order_item_before_month {promise}"))
        .await;
    let said = place.run(&["check"]);
    assert!(said.code == 1 && said.out.contains("run `plaza partition` again"), "{}", said.out);
    place.does(&["partition"]);
    assert!(place.does(&["check"]).contains("orders          by month, from "));
    place.remove().await;

    let place = Place::make(Backend::Sqlite).await;
    place.does(&["migrate", "up"]);
    assert!(place.refuses(&["partition"]).contains("PostgreSQL alone"));
    place.remove().await;
}
