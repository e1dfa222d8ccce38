//! Terms as documents and queries of SQLite's FTS5.
//!
//! Owns: quoting and the query language. Leaves to the migration the table, which must be made with
//! `tokenize = 'ascii'`: that tokenizer divides at ASCII signs and spaces only, so that it finds
//! exactly the terms written here, while the usual `unicode61` has its own idea of letters and
//! accents. Source: <https://www.sqlite.org/fts5.html#full_text_query_syntax>.

use super::terms::{INDEXED_TERMS, terms};

/// What an FTS5 column holds for this text: its terms, divided by spaces.
pub fn fts5(text: &str) -> String {
    terms(text, INDEXED_TERMS).join(" ")
}

/// All of these terms, in any column: `"caf" AND "limon"`. Empty for no terms, which FTS5 refuses.
pub fn fts5_query(terms: &[String]) -> String {
    terms.iter().map(|term| quoted(term)).collect::<Vec<_>>().join(" AND ")
}

/// This term in this column: `title : "caf"`. The column's name is ours, never a client's.
pub fn fts5_column_query(column: &str, term: &str) -> String {
    format!("{column} : {}", quoted(term))
}

/// Terms hold letters and digits only, but a query must be safe for any text.
pub(super) fn quoted(term: &str) -> String {
    format!("\"{}\"", term.replace('"', "\"\""))
}
