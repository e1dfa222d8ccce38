//! Answers without a model, from listings, opening hours and the person's orders, and says so.

use super::tool::{
    FoundListing, FoundOrder, FoundStore, ListingsWanted, OrdersWanted, WEEK, line, listings,
    orders, stores,
};
use crate::app::App;
use crate::db::Reads;
use crate::entities::{OrderStatus, UserId};
use crate::error::Result;
use crate::rules::question::{About, Language, Question, read};

use std::collections::BTreeMap;

/// What it calls itself where a model's name is asked for
pub(super) const MODEL: &str = "offline";
/// Words that are looked for one by one where together they find nothing
const WORDS: usize = 6;
/// Listings that are told of then
const MOST: usize = 5;
const SEMANA: [&str; 7] =
    ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];

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
async fn goods(app: &App, question: &Question) -> Result<Vec<FoundListing>> {
    let wanted = |words: String| ListingsWanted { words, max_price: None, in_stock: false };
    let all = listings(app, &wanted(question.words.join(" "))).await?;
    if !all.is_empty() || question.words.len() < 2 {
        return Ok(all);
    }
    let mut held: BTreeMap<FoundListing, usize> = BTreeMap::new();
    for word in question.words.iter().take(WORDS) {
        for listing in listings(app, &wanted(word.clone())).await? {
            *held.entry(listing).or_default() += 1;
        }
    }
    let mut held: Vec<(FoundListing, usize)> = held.into_iter().collect();
    held.sort_by_key(|(_, words)| std::cmp::Reverse(*words));
    Ok(held.into_iter().take(MOST).map(|(listing, _)| listing).collect())
}

fn listing_line(listing: &FoundListing, spanish: bool) -> String {
    let stock = match (listing.stock, spanish) {
        (Some(0), true) => ", agotado",
        (Some(0), false) => ", sold out",
        _ => "",
    };
    let mut line = format!("• {}: {}{stock}", listing.title, listing.price);
    for part in listing.store.iter().chain(&listing.place) {
        line.push_str(&format!(" · {part}"));
    }
    line
}

fn store_line(store: &FoundStore, spanish: bool) -> String {
    let now = match (store.open_now, spanish) {
        (true, true) => "abierto ahora",
        (true, false) => "open now",
        (false, true) => "cerrado ahora",
        (false, false) => "closed now",
    };
    let week = if spanish { SEMANA } else { WEEK };
    let hours: Vec<String> = store.hours.iter().map(|span| line(*span, week)).collect();
    let hours = match (hours.is_empty(), spanish) {
        (false, _) => hours.join(", "),
        (true, true) => "sin horario publicado".to_owned(),
        (true, false) => "no hours published".to_owned(),
    };
    format!("• {}: {now} · {hours}", store.name)
}

fn order_line(order: &FoundOrder, spanish: bool) -> String {
    let english = order.state.name().to_lowercase();
    let state = match order.state {
        _ if !spanish => &english,
        OrderStatus::Placed => "recibido",
        OrderStatus::Accepted => "aceptado",
        OrderStatus::Preparing => "en preparación",
        OrderStatus::Ready => "listo",
        OrderStatus::Completed => "entregado",
        OrderStatus::Rejected => "rechazado",
        OrderStatus::Cancelled => "cancelado",
    };
    let store = order.store.as_deref().unwrap_or_default();
    format!("• #{} {store}: {state}, {}", order.number, order.total)
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

async fn locale(app: &App, person: UserId) -> Result<String> {
    let reader = app.db.reader();
    let mut sql = reader.sql(r#"SELECT locale FROM "user" WHERE id = "#);
    sql.bind(person);
    Ok(reader.value(sql).await?.unwrap_or_default())
}
