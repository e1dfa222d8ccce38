//! What counts as the same word: the analysis that both databases share, so that both give the same
//! answers.
//!
//! Owns: cutting text into terms, the full-text documents and queries made from them for PostgreSQL
//! and SQLite, and the key of NAME sorts. Leaves to others: tables, statements, which text of a row
//! has which weight, and the refusal of a query without terms.
//!
//! - `terms`: [`terms`], [`query_terms`]
//! - `postgres`: [`tsvector`], [`tsvector_of`], [`tsquery`], [`tsquery_weight`]
//! - `sqlite`: [`fts5`], [`fts5_query`], [`fts5_column_query`]
//! - `class`: [`tsquery_class`], [`fts5_class`]
//! - `sort_key`: [`sort_key`]
//!
//! **Match**: a row matches where it holds every term of the query, in any of its texts.
//!
//! **Stop words** are not indexed and not asked for. A query of nothing else has no terms: callers
//! refuse it and say that the words are too common, instead of matching everything or nothing.
//!
//! **Relevance** of a match is the number of query terms found in text of weight `A` (a title),
//! ties newest first: one condition a term ([`tsquery_weight`], [`fts5_column_query`]), the same
//! integer on both databases. `ts_rank` and `bm25` are of no use here: they differ from each other,
//! and `bm25` from day to day, so that no cursor could hold them.

mod class;
mod postgres;
mod sort_key;
mod sqlite;
mod terms;

pub use class::{CLASS_TERMS, fts5_class, tsquery_class};
pub use postgres::{tsquery, tsquery_weight, tsvector, tsvector_of};
pub use sort_key::{SORT_KEY_BYTES, sort_key};
pub use sqlite::{fts5, fts5_column_query, fts5_query};
pub use terms::{INDEXED_TERMS, QUERY_TERMS, TERM_BYTES, query_terms, terms};
pub(super) use terms::{STOP_WORDS, cut, plain, stem, words};

#[cfg(test)]
mod tests;
