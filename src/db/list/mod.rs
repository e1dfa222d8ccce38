//! One list, one statement: the text of every keyset page in the house.
//!
//! A noun says which table, filters and sort it wants; this module knows how to page. Every list
//! asks for one *shelf* (state) at a time, because shelf leads every index; a list over several
//! shelves or categories takes a page from each *part* by its index and merges them. A noun without
//! states names no shelf.
//!
//! - one parent with one part: a plain `WHERE (key, id) < (…) ORDER BY … LIMIT n+1` (`page`)
//! - many parents, or many parts: one index walk a part. PostgreSQL does it by LATERAL, SQLite by
//!   `row_no IN (SELECT … LIMIT n+1)`; ROW_NUMBER would read every row of every parent (`page`)
//! - words, or a place: their own index or the order's, whichever is shorter (`way`)
//! - best match first: class by class, each by an index (`relevance`), of which the next rows are
//!   looked at first (`window`)
//! - nearest first: rings of H3 cells, as far out as the page needs (`nearest`)
//! - counts and groups over the same rows (`count`)

mod count;
mod filter;
mod nearest;
mod page;
mod relevance;
mod way;
mod window;

use super::connect::Dialect;
use super::sql::{Sql, json_text, uuid_array};
use crate::rules::distance::Band;
use sea_orm::sea_query::{ArrayType, Value};
use uuid::Uuid;

/// Value of a sort key in a cursor
#[derive(Clone, Debug, PartialEq)]
pub enum KeyValue {
    /// Microseconds, prices, ranks
    Int(i64),
    /// Squared chord lengths
    Float(f64),
    /// Names
    Text(String),
}

/// What a list is sorted by, before the id
#[derive(Clone, Debug, PartialEq)]
pub enum KeyExpr {
    /// A NOT NULL column of whole numbers
    Int(&'static str),
    /// A NOT NULL column of text
    Text(&'static str),
    /// How many of the searched words the weightier text holds
    Relevance,
    /// Squared chord to the searched point
    Distance,
}

/// Order of a list: all keys and the id run the same way
#[derive(Clone, Debug, PartialEq)]
pub struct Sort {
    /// Sort keys; the id breaks ties
    pub keys: Vec<KeyExpr>,
    /// Largest first
    pub descending: bool,
}

/// A place in a list: the sort keys and id of a row
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// One value a sort key
    pub keys: Vec<KeyValue>,
    /// The row itself
    pub id: Uuid,
}

/// Which part of a list
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// Rows wanted; one more is read, to know whether there are more
    pub limit: u32,
    /// From the end towards the start
    pub backward: bool,
    /// Rows strictly past this one, in the direction of reading
    pub past: Option<Position>,
}

/// Rows within a radius
#[derive(Clone, PartialEq)]
pub struct Nearest {
    /// The searched point as a unit vector
    pub centre: [f64; 3],
    /// Squared chord of the radius
    pub radius_chord2: f64,
    /// Cells that cover the disk; empty for lists sorted by distance
    pub cover: Vec<(i64, i64)>,
    /// Rings to search outwards, for lists sorted by distance
    pub bands: Vec<Band>,
}

impl std::fmt::Debug for Nearest {
    /// Centre and radius: the cells follow from them, and are many.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Nearest")
            .field("centre", &self.centre)
            .field("radius_chord2", &self.radius_chord2)
            .finish_non_exhaustive()
    }
}

/// How parents divide the table
#[derive(Clone, Debug, PartialEq)]
pub struct Partition {
    /// Column that holds the parent, where there is one
    pub column: Option<&'static str>,
    /// For each parent the values of that column that are its own
    pub parents: Vec<Vec<Uuid>>,
}

impl Partition {
    /// The whole table is one parent's.
    pub fn whole() -> Self {
        Self { column: None, parents: vec![vec![Uuid::nil()]] }
    }
}

/// Adds further conditions, each as ` AND …`, on the rows of an alias
pub type Filter<'a> = &'a (dyn Fn(&mut Sql, &str) + Send + Sync);

/// A list of one table
pub struct List<'a> {
    /// Table with `row_no` (SQLite), `shelf`, `x`, `y`, `z`, `cell` and full text beside it
    pub table: &'static str,
    /// Columns to read
    pub columns: &'a [&'static str],
    /// States that belong to the list; none where the table has no such column
    pub shelves: &'a [i16],
    /// Parents
    pub partition: &'a Partition,
    /// Words that must all be there
    pub terms: &'a [String],
    /// Where around
    pub near: Option<&'a Nearest>,
    /// Conditions of the noun
    pub filter: Filter<'a>,
    /// Order
    pub sort: &'a Sort,
    /// What is read with each row; of plain lists alone
    pub joins: &'a [Join],
}

/// A row of another table, read with the one that refers to it
#[derive(Clone, Copy, Debug)]
pub struct Join {
    /// The other table, whose key is `id`
    pub table: &'static str,
    /// Columns to read of it
    pub columns: &'static [&'static str],
    /// The list's column that holds its id
    pub by: &'static str,
}

/// Numbers of values bound once and named often
#[derive(Clone)]
pub(super) struct Bound {
    /// Text query
    query: Option<usize>,
    /// PostgreSQL: true, by which a plan for the query's values is told from one for any
    known: Option<usize>,
    /// A part of its matches
    class: Option<relevance::Class>,
    /// Where a row's relevance is known already: NULL where it is not
    held: Option<&'static str>,
    /// A query for each word in the weightier text
    weighty: Vec<usize>,
    /// x, y, z of the searched point, and the radius
    near: Option<[usize; 4]>,
}

impl List<'_> {
    fn one_part(&self) -> bool {
        self.shelves.len() <= 1 && self.partition.parents.iter().all(|values| values.len() == 1)
    }

    fn is_flat(&self) -> bool {
        self.partition.parents.len() == 1 && self.one_part()
    }

    /// `(parent number, column value, shelf)` of every part
    fn parts(&self) -> Vec<(i32, Uuid, i16)> {
        let mut parts = Vec::new();
        for (parent, values) in self.partition.parents.iter().enumerate() {
            let parent = i32::try_from(parent).unwrap_or(i32::MAX);
            let shelves = if self.shelves.is_empty() { &[0][..] } else { self.shelves };
            for value in values {
                parts.extend(shelves.iter().map(|shelf| (parent, *value, *shelf)));
            }
        }
        parts
    }

    /// `WITH parts(k, p, s) AS (…) `
    fn with_parts(&self, dialect: Dialect) -> Sql {
        let parts = self.parts();
        let mut sql = Sql::new(dialect, "WITH parts(k, p, s) AS (");
        match dialect {
            Dialect::Postgres => {
                let k = parts.iter().map(|part| Value::Int(Some(part.0))).collect();
                let s = parts.iter().map(|part| Value::SmallInt(Some(part.2))).collect();
                sql.push("SELECT * FROM unnest(")
                    .bind(Value::Array(ArrayType::Int, Some(Box::new(k))))
                    .push(", ")
                    .bind(uuid_array(parts.iter().map(|part| part.1)))
                    .push(", ")
                    .bind(Value::Array(ArrayType::SmallInt, Some(Box::new(s))))
                    .push(")) ");
            }
            Dialect::Sqlite => {
                let rows: Vec<_> =
                    parts.iter().map(|(k, p, s)| (k, p.simple().to_string(), s)).collect();
                sql.push("SELECT value ->> 0, unhex(value ->> 1), value ->> 2 FROM json_each(")
                    .bind(json_text(&rows))
                    .push(")) ");
            }
        }
        sql
    }

    /// `l.parent = p.p AND l.shelf = p.s`, for parts under this alias
    fn part_matches(&self, sql: &mut Sql, parts: &str) {
        if let Some(column) = self.partition.column {
            sql.push("l.").push(column).push(" = ").push(parts).push(".p AND ");
        }
        if self.shelves.is_empty() {
            sql.push("1 = 1");
        } else {
            sql.push("l.shelf = ").push(parts).push(".s");
        }
    }
}
