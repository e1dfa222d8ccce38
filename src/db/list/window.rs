//! A page of one class of matches: the next rows of the list's order first, then the two ways.
//!
//! Most pages of a common word lie within the next few thousand rows of the order. SQLite takes a
//! *window* of so many, by the order's index alone, and asks the index of words for what it has
//! between the least and the largest row number in it: listings are numbered as they come, so that
//! the window's matches lie together, and not all of the word have to be read. Where numbers and
//! order have nothing to do with each other, all are read, and the rows are the same. Only for one
//! word, the most common search: SQLite copies a subquery wherever it is named, each class names
//! those before it, and with four classes it would compile for seconds.
//!
//! PostgreSQL walks the order's index well by itself, but not where it ends: there it expects few
//! rows, and prefers reading all that the index of words has. Within a window of the end it is told
//! to walk.

use super::relevance::found;
use super::way::{Way, row_key};
use super::{Bound, KeyExpr, List, Slice};
use crate::db::sql::Sql;

/// Rows of the window for each row of the page: as rare as one in so many, a word is still found
/// within it.
pub(super) const WINDOW: i64 = 100;

/// How much, and under which condition
pub(super) struct Limits<'a> {
    /// Further conditions, each as ` AND …`
    pub(super) guard: &'a str,
    /// Number of the value: rows of the page, and one more
    pub(super) limit: usize,
    /// Number of the value: rows of the window
    pub(super) window: usize,
}

impl List<'_> {
    /// `name(…) AS (…), `: a page of one class, under a guard
    pub(super) fn class_page(
        &self,
        sql: &mut Sql,
        bound: &Bound,
        slice: &Slice,
        name: &str,
        limits: &Limits<'_>,
    ) {
        let Limits { guard, limit, window } = *limits;
        let (key, count) = (row_key(sql), format!("{name}_count"));
        let seen = format!("(SELECT n FROM {name}_window)");
        let by_words = [(Way::Words, count.as_str())];
        let mut words = &by_words[..0];
        let (mut first, mut closed) = (String::new(), guard.to_owned());
        if !sql.is_postgres() {
            words = &by_words;
            self.count_way(sql, bound, by_words[0]);
        }
        if !sql.is_postgres() && self.terms.len() == 1 {
            self.near_page(sql, bound, slice, name, limits);
            let near = found(&format!("{name}_near"));
            first = format!(
                "SELECT {key} FROM {name}_near WHERE {seen} < ${window} OR {near} >= ${limit} UNION ALL "
            );
            closed = format!("{guard} AND {seen} >= ${window} AND {near} < ${limit}");
        } else if sql.is_postgres() && slice.past.is_some() {
            sql.push(&format!("{name}_window(n) AS MATERIALIZED (SELECT count(*) FROM ("));
            self.window_rows(sql, bound, slice, "1", limits);
            sql.push(") w), ");
            closed = format!("{guard} AND {seen} >= ${window}");
        }
        sql.push(&format!("{name}({key}) AS MATERIALIZED ({first}"));
        if sql.is_postgres() && slice.past.is_some() {
            let open = format!("{guard} AND {seen} < ${window}");
            sql.push("SELECT * FROM (");
            self.way(sql, bound, slice, Way::Walk, (&open, limit));
            sql.push(") w UNION ALL ");
        }
        self.ways(sql, bound, slice, words, (&closed, limit));
        sql.push("), ");
    }

    /// `name_window(…) AS (…), name_near(…) AS (…), `: the window, and the page's rows in it (SQLite).
    /// Of the rows at the window's edge some may lie beyond it: none of them is taken.
    fn near_page(
        &self,
        sql: &mut Sql,
        bound: &Bound,
        slice: &Slice,
        name: &str,
        limits: &Limits<'_>,
    ) {
        let table = self.table;
        let descending = self.reads_descending(slice);
        let (edge, beyond) = if descending { ("min", ">") } else { ("max", "<") };
        let order = match self.sort.keys.first() {
            Some(KeyExpr::Int(column) | KeyExpr::Text(column)) => column,
            _ => "id",
        };
        sql.push(&format!(
            "{name}_window(n, low, high, edge) AS MATERIALIZED \
             (SELECT count(*), min(w.row_no), max(w.row_no), {edge}(w.{order}) FROM ("
        ));
        self.window_rows(sql, bound, slice, &format!("l.row_no, l.{order}"), limits);
        sql.push(&format!(
            ") w), {name}_near(row_no) AS MATERIALIZED (SELECT l.row_no FROM {name}_window w \
             CROSS JOIN {table}_search s CROSS JOIN {table} l ON l.row_no = s.rowid WHERE "
        ));
        if let Some(class) = bound.class {
            let query = class.query;
            sql.push(&format!(
                "s.{table}_search MATCH ${query} AND s.rowid BETWEEN w.low AND w.high AND "
            ));
        }
        self.only_part(sql);
        sql.push(&format!(" AND (w.n < ${} OR l.{order} {beyond} w.edge)", limits.window));
        Self::within(sql, bound, "l");
        (self.filter)(sql, "l");
        self.past(sql, bound, "l", slice);
        self.order(sql, bound, "l", slice);
        sql.push(&format!(" LIMIT iif(TRUE{}, ${}, 0)), ", limits.guard, limits.limit));
    }

    /// The next rows of the order, whatever their words
    fn window_rows(
        &self,
        sql: &mut Sql,
        bound: &Bound,
        slice: &Slice,
        columns: &str,
        limits: &Limits<'_>,
    ) {
        let Limits { guard, window, .. } = limits;
        sql.push(&format!("SELECT {columns} FROM {} l WHERE ", self.table));
        self.only_part(sql);
        self.past(sql, bound, "l", slice);
        sql.either(guard, "");
        self.order(sql, bound, "l", slice);
        let closed = format!(" LIMIT iif(TRUE{guard}, ${window}, 0)");
        sql.either(&format!(" LIMIT ${window}"), &closed);
    }
}
