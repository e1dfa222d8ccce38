//! The statement of a page: flat for one part, an index walk a part for many.

use super::{Bound, Join, List, Slice};
use crate::db::connect::Dialect;
use crate::db::sql::Sql;
use sea_orm::sea_query::{ArrayType, Value};

/// Hides a bound number from SQLite's planner, which compiles the statement again each time where
/// it looks at one: that takes longer than reading a page.
pub(super) const HIDDEN: &str = " + 0";
/// Sizes of pages that clients ask for. PostgreSQL expects a tenth of the table behind a LIMIT that is
/// bound, and so plans a statement with joins anew each time, which takes as long as running it;
/// behind one that is written it keeps the plan. Few, since each is a statement to keep.
const USUAL: [u32; 12] = [1, 3, 5, 6, 10, 12, 15, 20, 24, 25, 50, 100];
/// Names of what is joined
const ALIASES: [&str; 4] = ["a", "b", "c", "d"];

impl List<'_> {
    /// Reads one slice of the list under every parent.
    ///
    /// Row shape: parent number, the list's columns, one column a sort key, and the squared chord
    /// where there is a point and the list is not sorted by it; of a plain list, then the columns of
    /// its joins. Rows come in reading direction, at most `limit + 1` a parent.
    pub fn page(&self, dialect: Dialect, slice: &Slice) -> Sql {
        if self.is_flat() {
            return match self.near {
                Some(near) if !near.bands.is_empty() => self.nearest_page(dialect, slice),
                _ if self.has_classes() => self.relevance_page(dialect, slice),
                _ if self.has_ways(dialect) => self.way_page(dialect, slice),
                _ if !self.joins.is_empty() => self.joined_page(dialect, slice),
                _ => {
                    let mut sql = Sql::new(dialect, "");
                    self.flat_page(&mut sql, slice);
                    sql
                }
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

    /// A walk of one index: what its rows refer to can be read in the same statement.
    pub fn is_plain(&self) -> bool {
        self.is_flat() && self.terms.is_empty() && self.near.is_none()
    }

    /// The page with what its rows refer to: columns of each join behind its own.
    ///
    /// The page is cut off first, whatever the planner thinks of a LIMIT that it does not know; and
    /// OFFSET 0 leaves PostgreSQL no other way to a row than by its key.
    fn joined_page(&self, dialect: Dialect, slice: &Slice) -> Sql {
        let mut sql = Sql::new(dialect, "SELECT l.*");
        for (join, alias) in self.joins.iter().zip(ALIASES) {
            sql.push(", ").columns(alias, join.columns);
        }
        sql.push(" FROM (");
        self.flat_page(&mut sql, slice);
        sql.push(") l");
        for (join, alias) in self.joins.iter().zip(ALIASES) {
            let Join { table, by, .. } = join;
            sql.either(
                &format!(
                    " LEFT JOIN LATERAL (SELECT * FROM {table} o WHERE o.id = l.{by} OFFSET 0) {alias} ON TRUE"
                ),
                &format!(" LEFT JOIN {table} {alias} ON {alias}.id = l.{by}"),
            );
        }
        sql.push(" ORDER BY ");
        self.order_selected(&mut sql, "l", slice);
        sql
    }

    fn flat_page(&self, sql: &mut Sql, slice: &Slice) {
        let bound = self.bind_shared(sql);
        sql.push("SELECT 0 AS k, ").columns("l", self.columns);
        self.select_keys(sql, &bound, "l");
        sql.push(" FROM ").push(self.table).push(" l WHERE ");
        self.only_part(sql);
        let unconditional = sql.text().len();
        self.conditions(sql, &bound, "l");
        let is_walk = sql.text().len() == unconditional;
        self.past(sql, &bound, "l", slice);
        self.order(sql, &bound, "l", slice);
        let limit = i64::from(slice.limit) + 1;
        if sql.is_postgres() && is_walk && !self.joins.is_empty() && USUAL.contains(&slice.limit) {
            sql.push(&format!(" LIMIT {limit}"));
        } else {
            sql.push(" LIMIT ").bind(limit).either("", HIDDEN);
        }
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
