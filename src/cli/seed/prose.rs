//! Texts put together from fixed parts, whose search terms are found out once a part.
//!
//! A million descriptions repeat a few thousand parts: stemming each part once makes the analysis
//! of all of them cost next to nothing.

use crate::db::Dialect;
use crate::rules::search_text::{self, INDEXED_TERMS};
use smallvec::SmallVec;
use std::collections::HashMap;
use std::ops::Range;

/// A text of parts. No word runs across two of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Prose(SmallVec<[&'static str; 8]>);

impl Prose {
    /// A text of these parts
    pub(super) fn of(parts: &[&'static str]) -> Self {
        Self(SmallVec::from_slice(parts))
    }

    /// Adds a part.
    pub(super) fn add(&mut self, part: &'static str) -> &mut Self {
        self.0.push(part);
        self
    }

    /// The whole text
    pub(super) fn text(&self) -> String {
        self.0.concat()
    }
}

/// What a row is found by, as its database stores it
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Words {
    /// A `tsvector`
    Tsvector(String),
    /// The weighty and the plain column of full text
    Columns(String, String),
}

/// The terms of every part seen so far
pub(super) struct Lexicon {
    dialect: Dialect,
    terms: Vec<String>,
    of_part: HashMap<&'static str, Range<usize>>,
}

impl Lexicon {
    /// Nothing seen yet
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, terms: Vec::new(), of_part: HashMap::new() }
    }

    /// What a row with a weighty and a plain text is found by.
    pub(super) fn words(&mut self, weighty: &Prose, plain: &Prose) -> Words {
        for part in weighty.0.iter().chain(&plain.0) {
            self.learn(part);
        }
        match self.dialect {
            Dialect::Postgres => Words::Tsvector(search_text::tsvector_of(
                self.terms_of(weighty)
                    .map(|term| (term, 'A'))
                    .chain(self.terms_of(plain).map(|term| (term, 'B'))),
            )),
            Dialect::Sqlite => Words::Columns(self.joined(weighty), self.joined(plain)),
        }
    }

    fn learn(&mut self, part: &'static str) {
        if !self.of_part.contains_key(part) {
            let start = self.terms.len();
            self.terms.extend(search_text::terms(part, INDEXED_TERMS));
            self.of_part.insert(part, start..self.terms.len());
        }
    }

    fn terms_of<'a>(&'a self, prose: &'a Prose) -> impl Iterator<Item = &'a str> {
        let ranges = prose.0.iter().filter_map(|part| self.of_part.get(part));
        ranges.flat_map(|range| &self.terms[range.clone()]).map(String::as_str)
    }

    fn joined(&self, prose: &Prose) -> String {
        let mut joined = String::with_capacity(128);
        for term in self.terms_of(prose) {
            if !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(term);
        }
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_as_the_whole_text_is() {
        let title = Prose::of(&["Queso seco ahumado", ", ", "por libra"]);
        let body = Prose::of(&["De ganado propio en Cuapa.", " ", "El queso se corta al momento."]);
        let whole = search_text::tsvector(&[('A', &title.text()), ('B', &body.text())]);
        assert_eq!(Lexicon::new(Dialect::Postgres).words(&title, &body), Words::Tsvector(whole));
        let columns =
            Words::Columns(search_text::fts5(&title.text()), search_text::fts5(&body.text()));
        assert_eq!(Lexicon::new(Dialect::Sqlite).words(&title, &body), columns);
    }
}
