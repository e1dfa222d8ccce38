//! What a list's rows refer to is read with them: the same as when it is asked for row by row, and in
//! one statement where nothing is kept in memory.

use super::market::Market;
use crate::support::{Backend, Client, Shop, TestApp};
use serde_json::{Value, json};

/// What is asked of each listing
const REFERS: &str = "store { id name handle location { latitude } } category { id name slug } publisher { id displayName }";
const NODE: &str = "query($id: ID!) { node(id: $id) { ... on Listing { \
                    store { id name handle location { latitude } } category { id name slug } \
                    publisher { id displayName } } } }";
const ROWS_OFF: [(&str, &str); 2] = [("PLAZA_CACHE_ROWS", "off"), ("PLAZA_CACHE_ANSWERS", "off")];

/// Lists of listings: arguments, and whether they are walks of one index
const LISTS: [(&str, bool); 8] = [
    ("first: 20, sort: NEWEST", true),
    ("last: 7, sort: NEWEST", true),
    ("first: 9, sort: PRICE_ASC", true),
    ("first: 20, filter: { inStock: true }, sort: OLDEST", true),
    ("first: 5, filter: { price: { min: \"1\" } }", true),
    ("first: 20, filter: { text: \"camion\" }, sort: RELEVANCE", false),
    ("first: 20, filter: { text: \"camion\" }", false),
    (
        "first: 9, filter: { near: { point: { latitude: 12.106, longitude: -85.364 }, radiusMetres: 90000 } }, sort: DISTANCE",
        false,
    ),
];

/// Each row of a list as it is when asked for by itself
async fn by_itself(client: &Client, row: &Value) -> Value {
    let mut alone = client.ask(NODE, json!({ "id": row["id"] })).await["node"].take();
    alone["id"] = row["id"].clone();
    alone
}

async fn lists(app: &TestApp, joins: bool) {
    let market = Market::seed(app, 60).await;
    let guest = app.guest();
    for (args, is_walk) in LISTS {
        let nodes = format!("{{ listings({args}) {{ nodes {{ id {REFERS} }} }} }}");
        let (statements, answer) = app.statements(guest.ask(&nodes, json!({}))).await;
        let edges = format!(
            "{{ listings({args}) {{ edges {{ node {{ id ...R }} }} }} }} fragment R on Listing {{ {REFERS} }}"
        );
        let by_edges = guest.ask(&edges, json!({})).await;
        let rows = answer["listings"]["nodes"].as_array().expect("rows");
        assert!(rows.len() >= 5, "{args}: {answer}");
        if joins && is_walk {
            assert_eq!(statements, 1, "{args}");
        } else {
            assert!((2..=4).contains(&statements), "{args}: {statements} statements");
        }
        for (row, edge) in rows.iter().zip(by_edges["listings"]["edges"].as_array().expect("edges"))
        {
            assert_eq!(row, &edge["node"], "{args}");
            assert_eq!(row, &by_itself(&guest, row).await, "{args}");
        }
    }
    drop(market);
}

/// A page under many parents, and one that is gone through to its end
async fn deeper(app: &TestApp) {
    let market = Market::seed(app, 60).await;
    let guest = app.guest();
    let under = format!(
        "{{ stores(first: 5) {{ nodes {{ id listings(first: 3) {{ nodes {{ id {REFERS} }} }} }} }} }}"
    );
    let answer = guest.ask(&under, json!({})).await;
    for store in answer["stores"]["nodes"].as_array().expect("stores") {
        for row in store["listings"]["nodes"].as_array().expect("listings") {
            assert_eq!(row["store"]["id"], store["id"]);
            assert_eq!(row, &by_itself(&guest, row).await);
        }
    }
    let page = format!(
        "query($a: String) {{ listings(first: 12, after: $a) {{ nodes {{ id {REFERS} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let (mut after, mut seen) = (Value::Null, Vec::new());
    loop {
        let answer = guest.ask(&page, json!({ "a": after })).await;
        for row in answer["listings"]["nodes"].as_array().expect("rows") {
            assert_eq!(row, &by_itself(&guest, row).await);
            seen.push(row["id"].clone());
        }
        if answer["listings"]["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = answer["listings"]["pageInfo"]["endCursor"].clone();
    }
    let on_show = market.items.iter().filter(|item| item.status == "ACTIVE").count();
    assert_eq!(seen.len(), on_show, "each once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plain_list_reads_what_its_rows_refer_to_in_its_own_statement() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let app = TestApp::start_with(backend, &ROWS_OFF).await;
        lists(&app, true).await;
        app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_rows_are_kept_a_list_asks_once_a_page_for_those_that_are_not() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let app = TestApp::start(backend).await;
        lists(&app, false).await;
        app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_under_many_parents_and_pages_that_follow_have_it_too() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let app = TestApp::start_with(backend, &ROWS_OFF).await;
        deeper(&app).await;
        app.finish().await;
    }
}

/// What an order refers to, as its buyer and its store see it
const BOUGHT: &str = "store { id } buyer { id handle } items { quantity listing { id title } }";

async fn orders(app: &TestApp) {
    let shop = Shop::open(app).await;
    for _ in 0..3 {
        shop.place().await;
    }
    let mine = format!("{{ viewer {{ user {{ id }} orders {{ nodes {{ {BOUGHT} }} }} }} }}");
    let (statements, bought) = app.statements(shop.buyer.ask(&mine, json!({}))).await;
    // Who asks, their orders, stores, people, lines, what was bought
    assert!(statements <= 6, "{statements} statements");
    let theirs = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on Store {{ orders(filter: {{ status: [PLACED] }}) \
         {{ nodes {{ {BOUGHT} }} }} }} }} }}"
    );
    let sold = shop.owner.ask(&theirs, json!({ "id": shop.store })).await;
    let (bought, me) = (&bought["viewer"]["orders"]["nodes"], &bought["viewer"]["user"]["id"]);
    assert_eq!(bought.as_array().map(Vec::len), Some(3));
    assert_eq!(bought, &sold["node"]["orders"]["nodes"]);
    let first = &bought[0];
    assert_eq!((&first["store"]["id"], &first["buyer"]["id"]), (&json!(shop.store), me));
    assert_eq!(first["items"][0]["listing"]["id"], json!(shop.listing));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_have_their_store_buyer_and_what_was_bought() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        for settings in [&ROWS_OFF[..], &[]] {
            let app = TestApp::start_with(backend, settings).await;
            orders(&app).await;
            app.finish().await;
        }
    }
}
