//! Stores and their opening hours.

use super::search;
use crate::app::App;
use crate::db::Reads;
use crate::entities::{Store, StoreHours, StoreId, store};
use crate::error::Result;
use crate::rules::opening_hours::{Span, format_time, is_open, next_opens_at};
use crate::rules::search_text::query_terms;
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Stores that are told of
const MOST: u32 = 5;
const WEEK: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Stores by words of their name, best match first.
///
/// # Errors
/// The database gave no answer.
pub(in crate::services::assistant) async fn stores(app: &App, words: &str) -> Result<Vec<Value>> {
    let terms = query_terms(words);
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<Store> =
        search(app, "store", store::CARD, &terms, MOST, &|_: &mut crate::db::Sql, _: &str| {})
            .await?;
    let hours = hours_of(app, &found).await?;
    let now = app.clock.now().to_utc();
    let told = found.iter().map(|store| {
        let spans = hours.get(&store.id).map(Vec::as_slice).unwrap_or_default();
        let zone = store.time_zone();
        let week: Vec<String> = spans.iter().map(|span| line(*span)).collect();
        let opens = next_opens_at(spans, zone, now).map(|at| at.with_timezone(&zone));
        json!({
            "name": store.name,
            "place": store.location_name,
            "open_now": is_open(spans, zone, now),
            "hours": week,
            "opens_next": opens.map(|at| at.format("%A %H:%M").to_string()),
        })
    });
    Ok(told.collect())
}

fn line(span: Span) -> String {
    let day = WEEK.get(usize::from(span.weekday)).copied().unwrap_or_default();
    format!("{day} {}-{}", format_time(span.opens), format_time(span.closes))
}

async fn hours_of(app: &App, stores: &[Store]) -> Result<HashMap<StoreId, Vec<Span>>> {
    let reader = app.db.reader();
    let mut sql = reader.sql("SELECT h.* FROM store_hours h WHERE ");
    sql.any_id("h.store_id", stores.iter().map(|store| store.id.0));
    sql.push(" ORDER BY h.week_start, h.position");
    let mut hours: HashMap<StoreId, Vec<Span>> = HashMap::new();
    for row in reader.all(sql).await? {
        let row = StoreHours::from_query_result(&row, "")?;
        hours.entry(row.store_id).or_default().push(Span::from(&row));
    }
    Ok(hours)
}
