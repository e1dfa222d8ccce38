//! What can be looked up, with the rights of whoever asks and nothing else: what the market shows to
//! everybody, and the orders that they placed. The person is the one who asked, never an argument: no
//! text that the model reads can make it look into somebody else's.
//!
//! - `listing`: goods on the market
//! - `store`: opening hours
//! - `order`: the person's own orders

mod listing;
mod order;
mod store;

pub(super) use listing::{FoundListing, listings};
pub(super) use order::{FoundOrder, orders};
pub(super) use store::{FoundStore, WEEK, line, stores};

use crate::app::App;
use crate::db::{Filter, KeyExpr, List, Partition, Reads, Slice, Sort, Sql};
use crate::entities::{Money, UserId};
use crate::error::{Error, Result};
use crate::gateways::assistant::Tool;
use sea_orm::FromQueryResult;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, LazyLock};

/// Everything that can be looked up
pub(super) static TOOLS: LazyLock<Arc<[Tool]>> = LazyLock::new(|| {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let object = |properties: Value, required: Value| json!({ "type": "object", "properties": properties, "required": required });
    Arc::new([
        Tool {
            name: "search_listings",
            description: "Goods and services on the market by words of their title and description, with \
                          price, stock and store. Use few words; all of them must match.",
            parameters: object(
                json!({
                    "words": text("What is looked for, such as \"queso fresco\""),
                    "max_price": { "type": "number", "description": "Largest price, in units such as 12.50" },
                    "in_stock": { "type": "boolean", "description": "Only what can be bought now" },
                }),
                json!(["words"]),
            ),
        },
        Tool {
            name: "store_hours",
            description: "Stores by words of their name, with place, opening hours and whether they are open \
                          now, by the clock on their wall.",
            parameters: object(
                json!({ "store": text("The store's name, or words of it") }),
                json!(["store"]),
            ),
        },
        Tool {
            name: "my_orders",
            description: "The newest orders that the person who asks has placed, with number, store, state, \
                          total and items.",
            parameters: object(
                json!({ "number": { "type": "integer", "description": "Only orders with this number" } }),
                json!([]),
            ),
        },
    ])
});

#[derive(Deserialize)]
pub(super) struct ListingsWanted {
    pub words: String,
    #[serde(default)]
    pub max_price: Option<f64>,
    #[serde(default)]
    pub in_stock: bool,
}

#[derive(Deserialize)]
struct StoresWanted {
    store: String,
}

#[derive(Deserialize, Default)]
pub(super) struct OrdersWanted {
    #[serde(default)]
    pub number: Option<i32>,
}

/// What a call finds, as JSON. A call that makes no sense is told what is wrong with it.
///
/// # Errors
/// The database gave no answer.
pub(super) async fn look_up(
    app: &App,
    person: UserId,
    name: &str,
    arguments: &str,
) -> Result<Value> {
    Ok(match name {
        "search_listings" => match read::<ListingsWanted>(arguments) {
            Ok(wanted) => told_as(&listings(app, &wanted).await?),
            Err(wrong) => wrong,
        },
        "store_hours" => match read::<StoresWanted>(arguments) {
            Ok(wanted) => told_as(&stores(app, &wanted.store).await?),
            Err(wrong) => wrong,
        },
        "my_orders" => match read::<OrdersWanted>(arguments) {
            Ok(wanted) => told_as(&orders(app, person, &wanted).await?),
            Err(wrong) => wrong,
        },
        _ => json!({ "error": "There is no such tool" }),
    })
}

fn told_as(found: &impl Serialize) -> Value {
    json!({ "found": found })
}

fn read<T: DeserializeOwned>(arguments: &str) -> Result<T, Value> {
    let arguments = if arguments.trim().is_empty() { "{}" } else { arguments };
    serde_json::from_str(arguments)
        .map_err(|err| json!({ "error": format!("The arguments are not as described: {err}") }))
}

/// An amount in words
fn told(money: Money) -> String {
    format!("{} {}", money.major(), money.currency)
}

/// Rows by what they belong to
async fn grouped<K: Eq + Hash, R: FromQueryResult>(
    app: &App,
    sql: Sql,
    key: impl Fn(&R) -> K,
) -> Result<HashMap<K, Vec<R>>> {
    let mut found: HashMap<K, Vec<R>> = HashMap::new();
    for row in app.db.reader().all(sql).await? {
        let row = R::from_query_result(&row, "")?;
        found.entry(key(&row)).or_default().push(row);
    }
    Ok(found)
}

/// Rows of a table by words, best match first. Only those on show are looked at: shelf 1 is what
/// everybody sees.
async fn search<R: FromQueryResult>(
    app: &App,
    table: &'static str,
    columns: &[&'static str],
    terms: &[String],
    limit: u32,
    filter: Filter<'_>,
) -> Result<Vec<R>> {
    let reader = app.db.reader();
    let sort =
        Sort { keys: vec![KeyExpr::Relevance, KeyExpr::Int("created_at")], descending: true };
    let partition = Partition::whole();
    let list = List {
        table,
        columns,
        shelves: &[1],
        partition: &partition,
        terms,
        near: None,
        filter,
        sort: &sort,
        joins: &[],
    };
    let slice = Slice { limit, backward: false, past: None };
    let rows = reader.all(list.page(reader.dialect(), &slice)).await?;
    let rows = rows.iter().take(limit as usize).map(|row| R::from_query_result(row, ""));
    rows.collect::<Result<_, _>>().map_err(Error::from)
}
