//! Answers without a model, from listings, opening hours and the person's orders, and says so.

use super::tool::{ListingsWanted, OrdersWanted, listings, orders, stores};
use crate::app::App;
use crate::db::Reads;
use crate::entities::UserId;
use crate::error::Result;
use crate::rules::question::{About, Language, Question, read};
use sea_orm::TryGetable;
use serde_json::Value;
use std::collections::BTreeMap;

/// What it calls itself where a model's name is asked for
pub(super) const MODEL: &str = "offline";
/// Words that are looked for one by one where together they find nothing
const WORDS: usize = 6;

/// Why no model answers
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Preface {
    /// There is none
    NoModel,
    /// There is one, which can't be reached
    Fallback,
}

/// The whole reply.
///
/// # Errors
/// The database gave no answer.
pub(super) async fn answer(
    app: &App,
    person: UserId,
    asked: &str,
    preface: Preface,
) -> Result<String> {
    let question = read(asked, &locale(app, person).await?);
    let spanish = question.language == Language::Spanish;
    let mut lines = vec![
        match (preface, spanish) {
            (Preface::NoModel, true) => {
                "Respondo de forma automática, con lo que hay en el catálogo."
            }
            (Preface::NoModel, false) => "This is an automatic answer, from what is in the catalog.",
            (Preface::Fallback, true) => {
                "El asistente no está disponible en este momento. Esto es lo que hay en el catálogo."
            }
            (Preface::Fallback, false) => {
                "The assistant can't be reached at the moment. This is what is in the catalog."
            }
        }
        .to_owned(),
    ];
    let found = found(app, person, &question).await?;
    if found.is_empty() {
        lines.push(nothing(&question).to_owned());
    }
    lines.extend(found);
    Ok(lines.join("\n"))
}

async fn found(app: &App, person: UserId, question: &Question) -> Result<Vec<String>> {
    let spanish = question.language == Language::Spanish;
    let words = question.words.join(" ");
    Ok(match question.about {
        About::Orders => {
            let number = question.words.iter().find_map(|word| word.parse().ok());
            let orders = orders(app, person, &OrdersWanted { number }).await?;
            orders.iter().map(|order| order_line(order, spanish)).collect()
        }
        About::Hours => {
            let stores = stores(app, &words).await?;
            stores.iter().map(|store| store_line(store, spanish)).collect()
        }
        About::Goods => {
            let goods = goods(app, question).await?;
            goods.iter().map(|listing| listing_line(listing, spanish)).collect()
        }
    })
}

/// Listings that hold all words; else those that hold most of them.
async fn goods(app: &App, question: &Question) -> Result<Vec<Value>> {
    let wanted = |words: String| ListingsWanted { words, max_price: None, in_stock: false };
    let all = listings(app, &wanted(question.words.join(" "))).await?;
    if !all.is_empty() || question.words.len() < 2 {
        return Ok(all);
    }
    let mut held: BTreeMap<String, (usize, Value)> = BTreeMap::new();
    for word in question.words.iter().take(WORDS) {
        for listing in listings(app, &wanted(word.clone())).await? {
            held.entry(listing.to_string()).or_insert((0, listing)).0 += 1;
        }
    }
    let mut held: Vec<(usize, Value)> = held.into_values().collect();
    held.sort_by_key(|(words, _)| std::cmp::Reverse(*words));
    Ok(held.into_iter().take(5).map(|(_, listing)| listing).collect())
}

fn listing_line(listing: &Value, spanish: bool) -> String {
    let stock = match (listing["stock"].as_i64(), spanish) {
        (Some(0), true) => ", agotado",
        (Some(0), false) => ", sold out",
        _ => "",
    };
    let mut line = format!("• {}: {}{stock}", text(listing, "title"), text(listing, "price"));
    for part in ["store", "place"].iter().filter_map(|part| listing[part].as_str()) {
        line.push_str(&format!(" · {part}"));
    }
    line
}

fn store_line(store: &Value, spanish: bool) -> String {
    let now = match (store["open_now"].as_bool(), spanish) {
        (Some(true), true) => "abierto ahora",
        (Some(true), false) => "open now",
        (_, true) => "cerrado ahora",
        (_, false) => "closed now",
    };
    let hours = store["hours"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let hours: Vec<String> =
        hours.map(|line| if spanish { day(line) } else { line.to_owned() }).collect();
    let hours = match (hours.is_empty(), spanish) {
        (false, _) => hours.join(", "),
        (true, true) => "sin horario publicado".to_owned(),
        (true, false) => "no hours published".to_owned(),
    };
    format!("• {}: {now} · {hours}", text(store, "name"))
}

fn order_line(order: &Value, spanish: bool) -> String {
    let state = text(order, "state");
    let english = state.to_lowercase();
    let state = match (state.as_str(), spanish) {
        ("PLACED", true) => "recibido",
        ("ACCEPTED", true) => "aceptado",
        ("PREPARING", true) => "en preparación",
        ("READY", true) => "listo",
        ("COMPLETED", true) => "entregado",
        ("REJECTED", true) => "rechazado",
        ("CANCELLED", true) => "cancelado",
        _ => &english,
    };
    format!("• #{} {}: {state}, {}", order["number"], text(order, "store"), text(order, "total"))
}

/// A line of hours in Spanish
fn day(line: &str) -> String {
    const DAYS: [(&str, &str); 7] = [
        ("Monday", "lunes"),
        ("Tuesday", "martes"),
        ("Wednesday", "miércoles"),
        ("Thursday", "jueves"),
        ("Friday", "viernes"),
        ("Saturday", "sábado"),
        ("Sunday", "domingo"),
    ];
    DAYS.iter().fold(line.to_owned(), |line, (english, spanish)| line.replace(english, spanish))
}

fn nothing(question: &Question) -> &'static str {
    match (question.about, question.language) {
        (About::Orders, Language::Spanish) => "No encontré pedidos tuyos.",
        (About::Orders, Language::English) => "I found no orders of yours.",
        (About::Hours, Language::Spanish) => {
            "No encontré esa tienda. Escribí su nombre para ver el horario."
        }
        (About::Hours, Language::English) => {
            "I found no such store. Write its name to see its hours."
        }
        (About::Goods, Language::Spanish) if question.words.is_empty() => {
            "Preguntame por un producto, por el horario de una tienda o por tus pedidos."
        }
        (About::Goods, Language::English) if question.words.is_empty() => {
            "Ask me for a product, the hours of a store, or your orders."
        }
        (About::Goods, Language::Spanish) => {
            "No encontré nada con esas palabras. Probá con otras, como el nombre de un producto."
        }
        (About::Goods, Language::English) => {
            "I found nothing by these words. Try others, such as the name of a product."
        }
    }
}

fn text(of: &Value, field: &str) -> String {
    of[field].as_str().unwrap_or_default().to_owned()
}

async fn locale(app: &App, person: UserId) -> Result<String> {
    let reader = app.db.reader();
    let mut sql = reader.sql(r#"SELECT locale FROM "user" WHERE id = "#);
    sql.bind(person);
    let row = reader.one(sql).await?;
    Ok(row.map(|row| String::try_get_by_index(&row, 0)).transpose()?.unwrap_or_default())
}
