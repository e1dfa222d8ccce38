//! Terms as PostgreSQL's `tsvector` and `tsquery`, written as text and cast in SQL.
//!
//! Owns: quoting and the limits of these types. Leaves to loaders: `$1::tsvector`, `@@`, and the
//! GIN index. No text search configuration of the server takes part, so its dictionaries can't
//! change what is found. Source:
//! <https://www.postgresql.org/docs/current/datatype-textsearch.html>, limits in
//! `textsearch-limits.html`.

use std::collections::BTreeMap;

use super::terms::{INDEXED_TERMS, terms};

const LAST_POSITION: usize = 16_383;
const POSITIONS: usize = 255;

/// The document of a row, such as `'caf':1A,7B 'limon':2A`, from its texts with their weights
/// (`'A'` to `'D'`). Positions count the terms over all texts, heaviest first, so that none of
/// weight `A` falls to the limits.
pub fn tsvector(weighted: &[(char, &str)]) -> String {
    let mut weighted = weighted.to_vec();
    weighted.sort_by_key(|(weight, _)| *weight);
    let found: Vec<(String, char)> = weighted
        .into_iter()
        .flat_map(|(weight, text)| {
            let terms = terms(text, INDEXED_TERMS);
            terms.into_iter().map(move |term| (term, weight))
        })
        .collect();
    tsvector_of(found.iter().map(|(term, weight)| (term.as_str(), *weight)))
}

/// The document of a row from terms that are known already, each with its weight, heaviest first.
pub fn tsvector_of<'a>(found: impl IntoIterator<Item = (&'a str, char)>) -> String {
    let mut places: BTreeMap<&str, Vec<(usize, char)>> = BTreeMap::new();
    for (index, (term, weight)) in found.into_iter().enumerate() {
        let places = places.entry(term).or_default();
        if places.len() < POSITIONS {
            places.push(((index + 1).min(LAST_POSITION), weight));
        }
    }
    let lexeme = |(term, places): (&str, Vec<(usize, char)>)| {
        let places: Vec<String> =
            places.iter().map(|(position, weight)| format!("{position}{weight}")).collect();
        format!("{}:{}", quoted(term), places.join(","))
    };
    places.into_iter().map(lexeme).collect::<Vec<_>>().join(" ")
}

/// All of these terms: `'caf' & 'limon'`. Empty for no terms, which PostgreSQL matches with
/// nothing.
pub fn tsquery(terms: &[String]) -> String {
    terms.iter().map(|term| quoted(term)).collect::<Vec<_>>().join(" & ")
}

/// This term in text of this weight (`'A'` to `'D'`): `'caf':A`.
pub fn tsquery_weight(term: &str, weight: char) -> String {
    format!("{}:{weight}", quoted(term))
}

/// Terms hold letters and digits only, but a literal must be safe for any text.
pub(super) fn quoted(term: &str) -> String {
    format!("'{}'", term.replace('\\', "\\\\").replace('\'', "''"))
}
