//! Orders by the million against few: a server on each database, asked in turns. On PostgreSQL also
//! the same millions in a table a month.

use super::Bench;
use crate::ask::request;
use crate::engine::Engine;
use crate::history::{self, Filled, Past, Signed};
use crate::rounds::{Contender, Measured, Running, measure as measure_rounds};
use crate::sample::Ratio;
use crate::tell;
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use plaza::entities::OrderId;
use plaza::schema::node::Global;
use serde::Serialize;
use serde_json::{Value, json};

/// Orders of the smaller database
const FEW: u32 = 50_000;
/// Rows of a page of the dashboard's, and which page is a deep one: there are five with few orders
const PAGE: u32 = 50;
const DEEP: u32 = 4;

const BOARD: &str = include_str!("../../../graphql/operations/dashboard/StoreBoard.graphql");
const DONE: &str = include_str!("../../../graphql/operations/dashboard/OrderHistory.graphql");
const CARD: &str =
    include_str!("../../../graphql/operations/dashboard/fragments/BoardOrder.graphql");
const FIGURES: &str =
    include_str!("../../../graphql/operations/dashboard/fragments/DashboardFigures.graphql");

const MINE: &str = "{ viewer { orders(first: 20) { nodes { id number status placedAt \
    total { amount currency } items { title quantity } store { name } } \
    pageInfo { hasNextPage endCursor } } } }";
const NEWEST: &str = "query Newest($handle: String!, $filter: OrderFilter, $first: Int!, $after: String) { \
    store(handle: $handle) { orders(filter: $filter, first: $first, after: $after) { \
    nodes { ...BoardOrder } pageInfo { hasNextPage endCursor } } } }";
const TODAY: &str = "query Today($handle: String!) { \
    store(handle: $handle) { dashboard { ...DashboardFigures } } }";
const NODE: &str = "query Node($id: ID!) { node(id: $id) { ... on Order { ...BoardOrder } } }";

/// Millions against few
#[derive(Debug, Serialize)]
pub struct History {
    /// Few, many, and on PostgreSQL many by month
    pub databases: Vec<Filled>,
    pub requests: Vec<Remembered>,
}

/// One request, on each of the databases
#[derive(Debug, Serialize)]
pub struct Remembered {
    pub request: String,
    pub measured: Vec<Measured>,
    /// 95 % of the answers come sooner, in ms
    pub p95: Vec<f64>,
    /// Many against few
    pub ratio: Ratio,
    /// By month: against few, and against as many in one table
    pub by_month: Option<[Ratio; 2]>,
    /// It must not notice how many orders there are
    pub promised: bool,
}

/// A request as one of the servers is asked it
struct Asked {
    name: &'static str,
    promised: bool,
    /// Asked in turns
    bodies: Vec<Bytes>,
    token: String,
    /// Where in the answer its rows or their number are, and how many there have to be
    place: &'static str,
    rows: usize,
}

pub(super) async fn measure(bench: &Bench<'_>) -> Result<History> {
    let (mut places, mut pasts) = (Vec::new(), Vec::new());
    // The same moment for all: the same rows.
    let now = history::now();
    let many = bench.options.orders;
    let by_month = (bench.engine == Engine::Postgres).then_some((many, true));
    for (orders, by_month) in [(FEW, false), (many, false)].into_iter().chain(by_month) {
        let months = if by_month { "_by_month" } else { "" };
        let place = bench.place(&format!("history_{orders}{months}"))?;
        pasts.push(history::make(bench.options, &place, orders, by_month, now).await?);
        places.push(place);
    }
    let (mut running, mut lists) = (Vec::new(), Vec::new());
    for (place, past) in places.iter().zip(&pasts) {
        let signed = past.sign_in(place).await?;
        let mut served = bench.serve(place).await?;
        lists.push(asked(&mut served, past, &signed).await?.into_iter());
        running.push(served);
    }
    let mut requests = Vec::new();
    loop {
        let alike: Vec<Asked> = lists.iter_mut().filter_map(Iterator::next).collect();
        if alike.is_empty() {
            break;
        }
        requests.push(compare(&mut running, alike, bench.options.rounds).await?);
    }
    Ok(History { databases: pasts.iter().map(|past| past.filled).collect(), requests })
}

/// Asks each server in turns.
async fn compare(running: &mut [Running], alike: Vec<Asked>, rounds: u32) -> Result<Remembered> {
    for (running, asked) in running.iter_mut().zip(&alike) {
        check(running, asked).await?;
    }
    let first = alike.first().context("nobody is asked")?;
    let (request, promised) = (first.name.to_owned(), first.promised);
    let contenders = alike.into_iter().enumerate().map(|(server, asked)| Contender {
        server,
        bodies: asked.bodies,
        token: Some(asked.token),
    });
    let contenders: Vec<Contender> = contenders.collect();
    let measured = measure_rounds(running, &contenders, rounds).await?;
    let (few, many) = measured.first().zip(measured.get(1)).context("no two databases")?;
    let ratio = many.sample.against(&few.sample);
    let by_month =
        measured.get(2).map(|month| [few, many].map(|other| month.sample.against(&other.sample)));
    let months = by_month.map(|[few, many]| {
        format!("; by month {:.2}, against many {:.2}", few.of_medians, many.of_medians)
    });
    tell(&format!(
        "  {request}: many against few: {:.2}{}",
        ratio.of_medians,
        months.unwrap_or_default()
    ));
    let p95 = measured.iter().map(|measured| measured.sample.below(95)).collect();
    Ok(Remembered { request, measured, p95, ratio, by_month, promised })
}

/// A wrong answer is quick, and would be measured as a good one.
async fn check(running: &mut Running, asked: &Asked) -> Result<()> {
    for body in &asked.bodies {
        let data = running.client.post_as(body.clone(), Some(&asked.token)).await?.data()?;
        let found = rows(&data, asked.place);
        ensure!(
            found == Some(asked.rows),
            "{}: {found:?} rows instead of {}: {data}",
            asked.name,
            asked.rows
        );
    }
    Ok(())
}

fn rows(data: &Value, place: &str) -> Option<usize> {
    match data.pointer(place)? {
        Value::Array(rows) => Some(rows.len()),
        number => usize::try_from(number.as_u64()?).ok(),
    }
}

/// All that one of the servers is asked
async fn asked(running: &mut Running, past: &Past, signed: &Signed) -> Result<Vec<Asked>> {
    let handle = &past.handle;
    let deep = walk(running, past, &signed.owner).await?;
    let (ids, numbers) = lookups(running, past, &signed.owner).await?;
    let one = |name, place, rows, body| Asked {
        name,
        promised: true,
        bodies: vec![body],
        token: signed.owner.clone(),
        place,
        rows,
    };
    let today = past.of_today();
    if today == 0 {
        tell("  it is past midnight where the store is: nothing was placed today");
    }
    let board = json!({ "handle": handle, "figures": false });
    let done = json!({ "status": ["COMPLETED", "REJECTED", "CANCELLED"] });
    let done = json!({ "handle": handle, "filter": done });
    let figures = request(&format!("{TODAY}\n{FIGURES}"), &json!({ "handle": handle }));
    let (cards, page) = ("/store/orders/nodes", usize::try_from(PAGE)?);
    let edges = "/store/orders/edges";
    Ok(vec![
        Asked {
            token: signed.buyer.clone(),
            ..one("a person's newest orders", "/viewer/orders/nodes", 20, request(MINE, &json!({})))
        },
        one("a store's newest orders", cards, 20, newest(handle, &Value::Null, 20, None)),
        one(
            "a store's open orders, as its board asks for them",
            edges,
            past.open.min(page),
            request(&format!("{BOARD}\n{CARD}\n{FIGURES}"), &board),
        ),
        one(
            "page 4 of a store's orders, 50 a page",
            cards,
            page,
            newest(handle, &Value::Null, PAGE, deep.as_deref()),
        ),
        one("a store's figures of today", "/store/dashboard/orderCount", today, figures),
        Asked { bodies: ids, ..one("an order by its id", "/node/items", 1, Bytes::new()) },
        Asked { bodies: numbers, ..one("an order by its number", cards, 1, Bytes::new()) },
        Asked {
            // It says how many there are, up to 10,000: more where there are more
            promised: false,
            ..one(
                "a store's done orders and their count",
                edges,
                page,
                request(&format!("{DONE}\n{CARD}"), &done),
            )
        },
    ])
}

/// The request for a page of the store's orders, the newest first
fn newest(handle: &str, filter: &Value, first: u32, after: Option<&str>) -> Bytes {
    let variables = json!({ "handle": handle, "filter": filter, "first": first, "after": after });
    request(&format!("{NEWEST}\n{CARD}"), &variables)
}

/// The cursor before the deep page
async fn walk(running: &mut Running, past: &Past, owner: &str) -> Result<Option<String>> {
    let mut after: Option<String> = None;
    for _ in 1..DEEP {
        let body = newest(&past.handle, &Value::Null, PAGE, after.as_deref());
        let data = running.client.post_as(body, Some(owner)).await?.data()?;
        let info = &data["store"]["orders"]["pageInfo"];
        ensure!(info["hasNextPage"] == true, "the store has too few orders: {data}");
        after = info["endCursor"].as_str().map(str::to_owned);
    }
    Ok(after)
}

/// Requests for orders from all over the store's history: by their ids, and by their numbers
async fn lookups(
    running: &mut Running,
    past: &Past,
    owner: &str,
) -> Result<(Vec<Bytes>, Vec<Bytes>)> {
    let (mut ids, mut numbers) = (Vec::new(), Vec::new());
    for order in &past.orders {
        let id = OrderId(*order).global().0;
        let body = request(&format!("{NODE}\n{CARD}"), &json!({ "id": id }));
        let data = running.client.post_as(body.clone(), Some(owner)).await?.data()?;
        let number = data["node"]["number"].as_str();
        let number = number.with_context(|| format!("an order is not there: {data}"))?;
        numbers.push(newest(&past.handle, &json!({ "number": number }), 20, None));
        ids.push(body);
    }
    Ok((ids, numbers))
}
