//! The statement of a page: flat for one part, an index walk a part for many.

use super::{Bound, List, Slice};
use crate::db::connect::Dialect;
use crate::db::sql::Sql;
use sea_orm::sea_query::{ArrayType, Value};

/// Hides a bound number from SQLite's planner, which compiles the statement again each time where
/// it looks at one: that takes longer than reading a page.
pub(super) const HIDDEN: &str = " + 0";

impl List<'_> {
    /// Reads one slice of the list under every parent.
    ///
    /// Row shape: parent number, the list's columns, one column a sort key, and the squared chord
    /// where there is a point and the list is not sorted by it. Rows come in reading direction,
    /// at most `limit + 1` a parent.
    pub fn page(&self, dialect: Dialect, slice: &Slice) -> Sql {
        if self.is_flat() {
            return match self.near {
                Some(near) if !near.bands.is_empty() => self.nearest_page(dialect, slice),
                _ if self.has_classes() => self.relevance_page(dialect, slice),
                _ if self.has_ways(dialect) => self.way_page(dialect, slice),
                _ => self.flat_page(dialect, slice),
            };
        }
        let mut sql = self.with_parts(dialect);
        let bound = self.bind_shared(&mut sql);
        match dialect {
            Dialect::Postgres => self.lateral_page(&mut sql, &bound, slice),
            Dialect::Sqlite => self.row_no_page(&mut sql, &bound, slice),
        }
        sql
    }

    fn flat_page(&self, dialect: Dialect, slice: &Slice) -> Sql {
        let mut sql = Sql::new(dialect, "");
        let bound = self.bind_shared(&mut sql);
        sql.push("SELECT 0, ").columns("l", self.columns);
        self.select_keys(&mut sql, &bound, "l");
        sql.push(" FROM ").push(self.table).push(" l WHERE ");
        self.only_part(&mut sql);
        self.conditions(&mut sql, &bound, "l");
        self.past(&mut sql, &bound, "l", slice);
        self.order(&mut sql, &bound, "l", slice);
        sql.push(" LIMIT ").bind(i64::from(slice.limit) + 1).either("", HIDDEN);
        sql
    }

    /// The conditions of the single part of a flat list
    pub(super) fn only_part(&self, sql: &mut Sql) {
        if let (Some(column), Some(value)) =
            (self.partition.column, self.partition.parents.first().and_then(|v| v.first()))
        {
            sql.push("l.").push(column).push(" = ").bind(*value).push(" AND ");
        }
        match self.shelves.first() {
            Some(shelf) => sql.push("l.shelf = ").bind(*shelf).either("", HIDDEN),
            None => sql.push("1 = 1"),
        };
    }

    fn lateral_page(&self, sql: &mut Sql, bound: &Bound, slice: &Slice) {
        let merge = !self.one_part();
        let limit = sql.number(i64::from(slice.limit) + 1);
        if !merge {
            sql.push("SELECT r.k, o.* FROM parts r CROSS JOIN LATERAL (SELECT ");
            sql.columns("l", self.columns);
            self.part_walk(sql, bound, slice, ("r", limit));
            sql.push(") o ORDER BY r.k, ");
            return self.order_selected(sql, "o", slice);
        }
        // Keys alone are merged: the index has them, and only the page's own rows are read.
        sql.push("SELECT r.k, ").columns("l", self.columns);
        for at in 1..=self.sort.keys.len() {
            sql.push(&format!(", o.k{at}"));
        }
        if self.shows_distance() {
            sql.push(", o.away");
        }
        sql.push(
            " FROM (SELECT DISTINCT k FROM parts) r CROSS JOIN LATERAL \
             (SELECT c.* FROM parts p CROSS JOIN LATERAL (SELECT l.id",
        );
        self.part_walk(sql, bound, slice, ("p", limit));
        sql.push(") c WHERE p.k = r.k ORDER BY ");
        self.order_selected(sql, "c", slice);
        let table = self.table;
        sql.push(&format!(
            " LIMIT ${limit}) o CROSS JOIN LATERAL \
             (SELECT * FROM {table} l WHERE l.id = o.id OFFSET 0) l ORDER BY r.k, "
        ));
        self.order_selected(sql, "o", slice);
    }

    /// `, keys FROM … LIMIT …`: the page of one part
    fn part_walk(&self, sql: &mut Sql, bound: &Bound, slice: &Slice, (part, limit): (&str, usize)) {
        self.select_keys(sql, bound, "l");
        sql.push(" FROM ").push(self.table).push(" l WHERE ");
        self.part_matches(sql, part);
        self.conditions(sql, bound, "l");
        self.past(sql, bound, "l", slice);
        self.order(sql, bound, "l", slice);
        sql.push(&format!(" LIMIT ${limit}"));
    }

    /// The order by the columns that the inner statement made of the keys
    pub(super) fn order_selected(&self, sql: &mut Sql, alias: &str, slice: &Slice) {
        let direction = if self.reads_descending(slice) { "DESC" } else { "ASC" };
        for at in 1..=self.sort.keys.len() {
            sql.push(&format!("{alias}.k{at} {direction}, "));
        }
        sql.push(&format!("{alias}.id {direction}"));
    }

    fn row_no_page(&self, sql: &mut Sql, bound: &Bound, slice: &Slice) {
        let (table, merge) = (self.table, !self.one_part());
        let limit = sql.number(i64::from(slice.limit) + 1);
        sql.push("SELECT r.k, ").columns("o", self.columns);
        self.select_keys(sql, bound, "o");
        sql.push(&if merge {
            format!(
                " FROM (SELECT DISTINCT k FROM parts) r JOIN {table} o ON o.row_no IN (SELECT m.row_no \
                 FROM parts p JOIN {table} m ON m.row_no IN ("
            )
        } else {
            format!(" FROM parts r JOIN {table} o ON o.row_no IN (")
        });
        sql.push(&format!("SELECT l.row_no FROM {table} l WHERE "));
        self.part_matches(sql, if merge { "p" } else { "r" });
        self.conditions(sql, bound, "l");
        self.past(sql, bound, "l", slice);
        self.order(sql, bound, "l", slice);
        sql.push(&format!(" LIMIT ${limit})"));
        if merge {
            sql.push(" WHERE p.k = r.k");
            self.order(sql, bound, "m", slice);
            sql.push(&format!(" LIMIT ${limit})"));
        }
        sql.push(" ORDER BY r.k, ");
        self.order_keys(sql, bound, "o", slice);
    }
}

pub(super) fn big_array(numbers: &[i64]) -> Value {
    let values = numbers.iter().map(|n| Value::BigInt(Some(*n))).collect();
    Value::Array(ArrayType::BigInt, Some(Box::new(values)))
}
