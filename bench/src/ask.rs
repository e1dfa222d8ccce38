//! The GraphQL that is asked: pages of lists.

use bytes::Bytes;
use serde_json::{Value, json};

/// Rows of a measured page
pub const PAGE: u32 = 20;
/// Rows of a step on the way to a deep page
pub const STEP: u32 = 100;
/// Town around which distances are measured: the one with most listings
const CENTRE: (f64, f64) = (12.1063, -85.3645);
/// Widest radius there is, in metres
const WIDEST: u32 = 500_000;
/// Word that very many listings hold
pub const WORD: &str = "queso";
/// A root of the category tree
const CATEGORY: &str = "alimentos";

const ROWS: &str = "nodes { id title price { amount } } \
                    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
const CURSOR: &str = "pageInfo { hasNextPage endCursor }";

/// A list to page through
#[derive(Clone, Debug)]
pub struct List {
    /// As the results name it
    pub title: String,
    filter: Value,
    sort: &'static str,
    category: Option<&'static str>,
}

impl List {
    fn of(title: impl Into<String>, sort: &'static str, filter: Value) -> Self {
        Self { title: title.into(), filter, sort, category: None }
    }

    /// Every sort there is, over the whole market or, where it needs words, over a common one's.
    pub fn sorts() -> Vec<Self> {
        let plain = ["NEWEST", "OLDEST", "PRICE_ASC", "PRICE_DESC"];
        let mut lists: Vec<Self> =
            plain.into_iter().map(|sort| Self::of(sort, sort, json!({}))).collect();
        lists.push(Self::of("DISTANCE, 500 km", "DISTANCE", near(WIDEST)));
        lists.push(Self::of(
            format!("RELEVANCE, \"{WORD}\""),
            "RELEVANCE",
            json!({ "text": WORD }),
        ));
        lists
    }

    /// Lists whose first page must not notice how many listings there are.
    pub fn growing() -> Vec<Self> {
        vec![
            Self::of("newest", "NEWEST", json!({})),
            Self {
                category: Some(CATEGORY),
                ..Self::of(format!("newest of the category {CATEGORY}"), "NEWEST", json!({}))
            },
            Self::of("cheapest", "PRICE_ASC", json!({})),
            Self::of("dearest", "PRICE_DESC", json!({})),
            Self::of("nearest, 500 km", "DISTANCE", near(WIDEST)),
            Self::of("newest within 5 km", "NEWEST", near(5_000)),
        ]
    }

    /// The request for a page of it.
    pub fn page(&self, after: Option<&str>) -> Bytes {
        self.request(ROWS, PAGE, after)
    }

    /// The request for the cursor after so many more rows.
    pub fn step(&self, rows: u32, after: Option<&str>) -> Bytes {
        self.request(CURSOR, rows, after)
    }

    fn request(&self, selection: &str, rows: u32, after: Option<&str>) -> Bytes {
        let listings = format!(
            "listings(filter: $filter, sort: $sort, first: $first, after: $after) {{ {selection} }}"
        );
        let (more, field) = match self.category {
            Some(_) => (", $slug: String!", format!("category(slug: $slug) {{ {listings} }}")),
            None => ("", listings),
        };
        let query = format!(
            "query Page($filter: ListingFilter, $sort: ListingSort!, $first: Int!, $after: String{more}) {{ {field} }}"
        );
        let mut variables =
            json!({ "filter": self.filter, "sort": self.sort, "first": rows, "after": after });
        if let Some(slug) = self.category {
            variables["slug"] = json!(slug);
        }
        request(&query, &variables)
    }
}

fn near(metres: u32) -> Value {
    let (latitude, longitude) = CENTRE;
    json!({ "near": { "point": { "latitude": latitude, "longitude": longitude }, "radiusMetres": metres } })
}

/// A GraphQL request.
pub fn request(query: &str, variables: &Value) -> Bytes {
    Bytes::from(json!({ "query": query, "variables": variables }).to_string())
}
