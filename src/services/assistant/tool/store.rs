//! Stores and their opening hours.

use super::{grouped, search};
use crate::app::App;
use crate::db::Reads;
use crate::entities::{Row, Store, StoreHours, StoreId};
use crate::error::Result;
use crate::rules::opening_hours::{Span, format_time, is_open, next_opens_at};
use crate::rules::search_text::query_terms;
use serde::{Serialize, Serializer};
use std::collections::HashMap;

/// Stores that are told of
const MOST: u32 = 5;
pub(in crate::services::assistant) const WEEK: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A store as it is told
#[derive(Debug, Serialize)]
pub(in crate::services::assistant) struct FoundStore {
    pub name: String,
    place: Option<String>,
    pub open_now: bool,
    #[serde(serialize_with = "lines")]
    pub hours: Vec<Span>,
    opens_next: Option<String>,
}

/// Stores by words of their name, best match first.
///
/// # Errors
/// The database gave no answer.
pub(in crate::services::assistant) async fn stores(
    app: &App,
    words: &str,
) -> Result<Vec<FoundStore>> {
    let terms = query_terms(words);
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<Store> =
        search(app, "store", Store::CARD, &terms, MOST, &|_: &mut crate::db::Sql, _: &str| {})
            .await?;
    let hours = hours_of(app, &found).await?;
    let now = app.clock.now().to_utc();
    let told = found.iter().map(|store| {
        let hours: Vec<Span> = hours.get(&store.id).into_iter().flatten().map(Span::from).collect();
        let zone = store.time_zone();
        let opens = next_opens_at(&hours, zone, now).map(|at| at.with_timezone(&zone));
        FoundStore {
            name: store.name.clone(),
            place: store.location_name.clone(),
            open_now: is_open(&hours, zone, now),
            hours,
            opens_next: opens.map(|at| at.format("%A %H:%M").to_string()),
        }
    });
    Ok(told.collect())
}

/// Hours in words: `Monday 08:00-17:00`
pub(in crate::services::assistant) fn line(span: Span, week: [&str; 7]) -> String {
    let day = week.get(usize::from(span.weekday)).copied().unwrap_or_default();
    format!("{day} {}-{}", format_time(span.opens), format_time(span.closes))
}

fn lines<S: Serializer>(hours: &[Span], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(hours.iter().map(|span| line(*span, WEEK)))
}

async fn hours_of(app: &App, stores: &[Store]) -> Result<HashMap<StoreId, Vec<StoreHours>>> {
    let mut sql = app.db.reader().sql("SELECT h.* FROM store_hours h WHERE ");
    sql.any_id("h.store_id", stores.iter().map(|store| store.id.0));
    sql.push(" ORDER BY h.week_start, h.position");
    grouped(app, sql, |row: &StoreHours| row.store_id).await
}
