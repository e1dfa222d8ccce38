//! Two ways to the same page, of which the database takes the shorter.
//!
//! Who looks for a rare word, or around a point where little is offered, is served best by the index
//! of words or of cells: all that it finds is read and sorted. Where they find much, the list's own
//! index is the shorter way: it is walked in order, and a page is full soon. No planner can tell
//! them apart, since the statement is prepared before its values are known. So the statement counts
//! what the special index finds, no further than `FEW`, and holds both ways, each under a condition
//! on that count.
//!
//! PostgreSQL plans statements with words anew each time (`filter` sees to that) and knows common
//! words from its statistics: there only places have two ways.

use super::filter::Words;
use super::page::big_array;
use super::{Bound, KeyExpr, List, Slice};
use crate::db::connect::Dialect;
use crate::db::sql::{Sql, json_text};

/// So many rows, or fewer, are read and sorted at once. With a million listings, walking to 21 of
/// 1,000 reads about as many.
const FEW: u32 = 1000;

/// What leads to the rows
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The index of words (SQLite)
    Words,
    /// The index of cells
    Cells,
    /// The list's own index, whose order it is; on PostgreSQL, the planner's choice
    Order,
    /// The list's own index, whatever PostgreSQL would choose
    Walk,
}

/// A way, and the table of the count that decides for it
pub(super) type Counted<'a> = (Way, &'a str);

/// The disk's way
pub(super) const CELLS: Counted<'static> = (Way::Cells, "in_disk");

/// The conditions under which a way is taken where those before it are not, and under which neither is
pub(super) fn guards(before: &str, (_, count): Counted<'_>) -> [String; 2] {
    ["<", ">="].map(|sign| format!("{before} AND (SELECT n FROM {count}) {sign} {FEW}"))
}

impl List<'_> {
    pub(super) fn has_ways(&self, dialect: Dialect) -> bool {
        !self.special_ways(dialect).is_empty()
    }

    fn special_ways(&self, dialect: Dialect) -> Vec<Counted<'static>> {
        let mut ways = Vec::new();
        // Sorted by relevance, there is no other index to walk.
        let sorted = self.sort.keys.contains(&KeyExpr::Relevance);
        if dialect == Dialect::Sqlite && !self.terms.is_empty() && !sorted {
            ways.push((Way::Words, "with_words"));
        }
        if self.near.is_some_and(|near| !near.cover.is_empty()) {
            ways.push(CELLS);
        }
        ways
    }

    pub(super) fn way_page(&self, dialect: Dialect, slice: &Slice) -> Sql {
        let ways = self.special_ways(dialect);
        let mut sql = Sql::new(dialect, "WITH ");
        self.cover_cells(&mut sql);
        let bound = self.bind_shared(&mut sql);
        for way in &ways {
            self.count_way(&mut sql, &bound, *way);
        }
        let limit = sql.number(i64::from(slice.limit) + 1);
        let key = row_key(&sql);
        sql.push(&format!("page({key}) AS MATERIALIZED ("));
        self.ways(&mut sql, &bound, slice, &ways, ("", limit));
        sql.push(") SELECT 0, ").columns("l", self.columns);
        self.select_keys(&mut sql, &bound, "l");
        self.page_rows(&mut sql, key);
        self.order(&mut sql, &bound, "l", slice);
        sql
    }

    /// The rows by each of these ways under its count, and by the list's order where none is taken;
    /// all under the guard
    pub(super) fn ways(
        &self,
        sql: &mut Sql,
        bound: &Bound,
        slice: &Slice,
        ways: &[Counted<'_>],
        (guard, limit): (&str, usize),
    ) {
        let mut guard = guard.to_owned();
        for way in ways {
            let [open, closed] = guards(&guard, *way);
            sql.push("SELECT * FROM (");
            self.way(sql, bound, slice, way.0, (&open, limit));
            sql.push(") w UNION ALL ");
            guard = closed;
        }
        sql.push("SELECT * FROM (");
        self.way(sql, bound, slice, Way::Order, (&guard, limit));
        sql.push(") w");
    }

    /// The rows by one way, under a guard
    pub(super) fn way(
        &self,
        sql: &mut Sql,
        bound: &Bound,
        slice: &Slice,
        way: Way,
        (guard, limit): (&str, usize),
    ) {
        sql.push(&format!("SELECT l.{} FROM ", row_key(sql)));
        self.way_rows(sql, bound, way);
        self.past(sql, bound, "l", slice);
        // PostgreSQL looks at such a condition before it begins; SQLite does at each row, but at
        // LIMIT before it begins.
        sql.either(guard, "");
        self.order(sql, bound, "l", slice);
        let closed = format!(" LIMIT iif(TRUE{guard}, ${limit}, 0)");
        sql.either(&format!(" LIMIT ${limit}"), &closed);
    }

    /// ` FROM page …`: the rows of the page as `l`
    pub(super) fn page_rows(&self, sql: &mut Sql, key: &str) {
        let table = self.table;
        // Fenced: PostgreSQL would rather join the whole table with a page of 21 rows.
        sql.push(" FROM page ").either(
            &format!(
                "CROSS JOIN LATERAL (SELECT * FROM {table} l WHERE l.{key} = page.{key} OFFSET 0) l"
            ),
            &format!("CROSS JOIN {table} l ON l.{key} = page.{key}"),
        );
    }

    /// `cells(lo, hi) AS (…), `: ranges of cells that cover the disk
    pub(super) fn cover_cells(&self, sql: &mut Sql) {
        let Some(near) = self.near.filter(|near| !near.cover.is_empty()) else { return };
        sql.push("cells(lo, hi) AS MATERIALIZED (SELECT ");
        if sql.is_postgres() {
            let (low, high): (Vec<i64>, Vec<i64>) = near.cover.iter().copied().unzip();
            sql.push("* FROM unnest(").bind(big_array(&low)).push(", ").bind(big_array(&high));
        } else {
            sql.push("value ->> 0, value ->> 1 FROM json_each(").bind(json_text(&near.cover));
        }
        sql.push(")), ");
    }

    /// `count(n) AS (…), `: how many rows a way leads to, no further than matters
    pub(super) fn count_way(&self, sql: &mut Sql, bound: &Bound, (way, count): Counted<'_>) {
        sql.push(&format!("{count}(n) AS MATERIALIZED (SELECT count(*) FROM (SELECT 1 FROM "));
        if way == Way::Cells {
            self.disk(sql, bound, "l.cell");
            sql.push("TRUE");
        } else if let Some(query) = bound.class.map(|class| class.query).or(bound.query) {
            let table = self.table;
            sql.push(&format!("{table}_search WHERE {table}_search MATCH ${query}"));
        }
        sql.push(&format!(" LIMIT {FEW}) f), "));
    }

    /// `… WHERE …`: the rows that a way leads to, as `l`
    fn way_rows(&self, sql: &mut Sql, bound: &Bound, way: Way) {
        if way == Way::Cells {
            self.disk(sql, bound, "*");
            sql.push("TRUE");
        } else {
            sql.push(self.table).push(" l WHERE ");
            self.only_part(sql);
            Self::within(sql, bound, "l");
        }
        let leads = way == Way::Words || (way == Way::Order && sql.is_postgres());
        self.words(sql, bound, "l", if leads { Words::Lead } else { Words::Check });
        (self.filter)(sql, "l");
    }

    /// `cells c … WHERE … `: the rows of the disk, as `l`, by the index of cells whatever else is
    /// asked of them
    fn disk(&self, sql: &mut Sql, bound: &Bound, columns: &str) {
        sql.push("cells c CROSS JOIN ");
        sql.either(&format!("LATERAL (SELECT {columns} FROM "), "");
        sql.push(self.table).push(" l WHERE ");
        self.only_part(sql);
        sql.push(" AND l.cell BETWEEN c.lo AND c.hi");
        Self::within(sql, bound, "l");
        sql.either(" OFFSET 0) l WHERE ", " AND ");
    }
}

/// The column by which rows of a page are found again
pub(super) fn row_key(sql: &Sql) -> &'static str {
    if sql.is_postgres() { "id" } else { "row_no" }
}
