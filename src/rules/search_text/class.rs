//! Matches by how many of the searched terms the weightier text holds: what relevance sorts by.
//!
//! Owns: one query a class, for each database. A list by relevance reads class after class, each in
//! the order of an index, instead of sorting all that matches.

use super::postgres::quoted as quoted_postgres;
use super::sqlite::quoted as quoted_sqlite;

/// Most terms whose matches are read by class: with more there are many ways to hold some of them,
/// and fewer matches to sort.
pub const CLASS_TERMS: usize = 3;

/// For PostgreSQL, on the weightier text alone: exactly so many of these terms.
/// `('caf' & !'limon') | (!'caf' & 'limon')`
pub fn tsquery_class(terms: &[String], held: usize) -> String {
    let ways = ways(terms, held).map(|way| {
        let terms = way.into_iter().map(|(term, held)| {
            let not = if held { "" } else { "!" };
            format!("{not}{}", quoted_postgres(term))
        });
        format!("({})", terms.collect::<Vec<_>>().join(" & "))
    });
    ways.collect::<Vec<_>>().join(" | ")
}

/// For SQLite: all of these terms, exactly so many of them in this column.
/// `(a : "caf" AND "limon" NOT (a : "limon")) OR …`
pub fn fts5_class(column: &str, terms: &[String], held: usize) -> String {
    let ways = ways(terms, held).map(|way| {
        let wanted = way.iter().map(|(term, held)| {
            let within = if *held { format!("{column} : ") } else { String::new() };
            format!("{within}{}", quoted_sqlite(term))
        });
        let wanted = wanted.collect::<Vec<_>>().join(" AND ");
        let unwanted = way.iter().filter(|(_, held)| !held);
        let unwanted: Vec<_> =
            unwanted.map(|(term, _)| format!("{column} : {}", quoted_sqlite(term))).collect();
        if unwanted.is_empty() {
            format!("({wanted})")
        } else {
            format!("(({wanted}) NOT ({}))", unwanted.join(" OR "))
        }
    });
    ways.collect::<Vec<_>>().join(" OR ")
}

/// All ways to hold exactly so many of these terms
fn ways(terms: &[String], held: usize) -> impl Iterator<Item = Vec<(&str, bool)>> {
    (0_u32..1 << terms.len()).filter(move |bits| bits.count_ones() as usize == held).map(|bits| {
        let terms = terms.iter().enumerate();
        terms.map(|(at, term)| (term.as_str(), bits & (1 << at) != 0)).collect()
    })
}
