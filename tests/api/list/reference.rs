//! What lists of listings must answer, computed in plain Rust over everything there is.

use super::market::{Item, Market};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat};
use plaza::rules::distance::{Point, chord2, chord2_of_metres, unit_vector};
use plaza::rules::search_text::{query_terms, terms};
use std::cmp::Ordering;

/// Order of listings
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Newest,
    Oldest,
    PriceAsc,
    PriceDesc,
    Distance,
    Relevance,
}

impl Sort {
    pub const ALL: [Self; 6] = [
        Self::Newest,
        Self::Oldest,
        Self::PriceAsc,
        Self::PriceDesc,
        Self::Distance,
        Self::Relevance,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Newest => "NEWEST",
            Self::Oldest => "OLDEST",
            Self::PriceAsc => "PRICE_ASC",
            Self::PriceDesc => "PRICE_DESC",
            Self::Distance => "DISTANCE",
            Self::Relevance => "RELEVANCE",
        }
    }
}

/// Conditions on listings
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    pub text: Option<&'static str>,
    /// Number in the market
    pub category: Option<usize>,
    pub store: Option<usize>,
    pub publisher: Option<usize>,
    pub status: Option<&'static [&'static str]>,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub currency: Option<&'static str>,
    /// Latitude, longitude, metres
    pub near: Option<(f64, f64, i32)>,
    pub in_stock: Option<bool>,
    /// Microseconds since 1970
    pub created_after: Option<i64>,
}

impl Filter {
    /// Whether a sort makes sense with this filter
    pub fn allows(&self, sort: Sort) -> bool {
        match sort {
            Sort::Distance => self.near.is_some(),
            Sort::Relevance => self.text.is_some(),
            _ => true,
        }
    }

    /// As a client writes it
    pub fn written(&self, market: &Market) -> String {
        let amount = |cents: i64| format!("\"{}.{:02}\"", cents / 100, cents % 100);
        let mut parts = Vec::new();
        parts.extend(self.text.map(|text| format!("text: {text:?}")));
        parts
            .extend(self.category.map(|at| format!("categoryId: \"{}\"", market.categories[at].0)));
        parts.extend(self.store.map(|at| format!("storeId: \"{}\"", market.stores[at].0)));
        parts.extend(
            self.publisher.map(|at| format!("publisherId: \"{}\"", market.people[at].0.id)),
        );
        parts.extend(self.status.map(|status| format!("status: [{}]", status.join(" "))));
        let range = [("min", self.min), ("max", self.max)];
        let range: Vec<_> = range
            .iter()
            .filter_map(|(name, cents)| Some(format!("{name}: {}", amount((*cents)?))))
            .collect();
        if !range.is_empty() {
            parts.push(format!("price: {{ {} }}", range.join(" ")));
        }
        parts.extend(self.currency.map(|code| format!("currency: \"{code}\"")));
        parts.extend(self.near.map(|(lat, lon, metres)| {
            format!(
                "near: {{ point: {{ latitude: {lat} longitude: {lon} }} radiusMetres: {metres} }}"
            )
        }));
        parts.extend(self.in_stock.map(|in_stock| format!("inStock: {in_stock}")));
        parts.extend(self.created_after.map(|at| {
            let at = DateTime::from_timestamp_micros(at).expect("an instant");
            format!("createdAfter: \"{}\"", at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
        }));
        format!("filter: {{ {} }}", parts.join(" "))
    }

    fn holds(&self, market: &Market, item: &Item) -> bool {
        let words = |text: &str| {
            let held = [terms(&item.title, 999), terms(&item.description, 999)].concat();
            query_terms(text).iter().all(|term| held.contains(term))
        };
        let within = |root: usize| {
            let mut at = Some(item.category);
            while let Some(category) = at {
                if category == root {
                    return true;
                }
                at = market.categories[category].2;
            }
            false
        };
        let status = self.status.unwrap_or(&["ACTIVE"]);
        status.contains(&item.status)
            && self.text.is_none_or(words)
            && self.category.is_none_or(within)
            && self.store.is_none_or(|store| item.store == store)
            && self.publisher.is_none_or(|person| item.publisher == person)
            && self.min.is_none_or(|min| item.cents >= min)
            && self.max.is_none_or(|max| item.cents <= max)
            && self.currency.is_none_or(|currency| item.currency == currency)
            && self.near.is_none_or(|(.., metres)| {
                self.away(item).is_some_and(|away| away <= chord2_of_metres(f64::from(metres)))
            })
            && self.in_stock.is_none_or(|wanted| (item.stock != Some(0)) == wanted)
            && self.created_after.is_none_or(|after| item.created > after)
    }

    /// Squared chord from the filter's point
    pub fn away(&self, item: &Item) -> Option<f64> {
        let (lat, lon, _) = self.near?;
        let vector = |lat, lon| unit_vector(Point::new(lat, lon).expect("a point"));
        let (own_lat, own_lon) = item.place?;
        Some(chord2(vector(own_lat, own_lon), vector(lat, lon)))
    }

    /// How many of the words are in the title
    fn relevance(&self, item: &Item) -> usize {
        let title = terms(&item.title, 999);
        query_terms(self.text.unwrap_or_default())
            .iter()
            .filter(|term| title.contains(term))
            .count()
    }

    fn compare(&self, sort: Sort, a: &Item, b: &Item) -> Ordering {
        let id = row(a).cmp(&row(b));
        let older = a.created.cmp(&b.created);
        match sort {
            Sort::Newest => older.then(id).reverse(),
            Sort::Oldest => older.then(id),
            Sort::PriceAsc => a.cents.cmp(&b.cents).then(id),
            Sort::PriceDesc => a.cents.cmp(&b.cents).then(id).reverse(),
            Sort::Distance => {
                let (a, b) = (self.away(a).expect("a place"), self.away(b).expect("a place"));
                a.total_cmp(&b).then(id)
            }
            Sort::Relevance => {
                self.relevance(a).cmp(&self.relevance(b)).then(older).then(id).reverse()
            }
        }
    }
}

/// The list: every listing that the filter holds of, in order
pub fn list<'a>(market: &'a Market, filter: &Filter, sort: Sort) -> Vec<&'a Item> {
    let mut found: Vec<&Item> =
        market.items.iter().filter(|item| filter.holds(market, item)).collect();
    found.sort_by(|a, b| filter.compare(sort, a, b));
    found
}

/// Ids of a list
pub fn ids(items: &[&Item]) -> Vec<String> {
    items.iter().map(|item| item.id.clone()).collect()
}

/// The id by which ties are broken: what follows version and kind
fn row(item: &Item) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(&item.id).expect("a global id").split_off(2)
}
