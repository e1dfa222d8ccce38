//! Nearest first: reads as few rings of cells around the point as the page needs.
//!
//! The whole disk may hold a million rows, and no index is ordered by the distance from an
//! arbitrary point. So the search is cut into rings (`rules::distance::bands`), each twice as wide
//! as the one before. `need` counts ring after ring until there are enough rows for the page, and
//! the page is then sorted out of those rings alone: one statement, and the work depends on the
//! page and not on the radius.

use super::page::big_array;
use super::{Bound, List, Slice};
use crate::db::connect::Dialect;
use crate::db::sql::{Sql, json_text};
use crate::rules::distance::Band;
use sea_orm::sea_query::{ArrayType, Value};

impl List<'_> {
    pub(super) fn nearest_page(&self, dialect: Dialect, slice: &Slice) -> Sql {
        let bands = self.near.map_or(&[][..], |near| &near.bands);
        let mut sql = Sql::new(dialect, "WITH RECURSIVE cells(band, low, high, lo, hi) AS (");
        ring_cells(&mut sql, bands);
        sql.push("), ");
        let bound = self.bind_shared(&mut sql);
        let enough = sql.number(i64::from(slice.limit) + 1);
        let last = sql.number(i32::try_from(bands.len()).unwrap_or(i32::MAX) - 1);
        sql.push("need(band, found) AS (SELECT 0, ");
        self.count_ring(&mut sql, &bound, slice, "0", enough);
        sql.push(" UNION ALL SELECT n.band + 1, n.found + ");
        self.count_ring(&mut sql, &bound, slice, "n.band + 1", enough);
        sql.push(&format!(
            " FROM need n WHERE n.found < ${enough} AND n.band < ${last}) SELECT 0, "
        ));
        sql.columns("l", self.columns);
        self.select_keys(&mut sql, &bound, "l");
        sql.push(" FROM ");
        self.ring_rows(&mut sql, &bound, slice);
        sql.push(" AND c.band <= (SELECT max(band) FROM need)");
        self.order(&mut sql, &bound, "l", slice);
        sql.push(&format!(" LIMIT ${enough}"));
        sql
    }

    /// `(SELECT count(*) …)`: rows of one ring, no further than enough
    fn count_ring(&self, sql: &mut Sql, bound: &Bound, slice: &Slice, ring: &str, enough: usize) {
        sql.push("(SELECT count(*) FROM (SELECT 1 FROM ");
        self.ring_rows(sql, bound, slice);
        sql.push(&format!(" AND c.band = {ring} LIMIT ${enough}) f)"));
    }

    /// `cells c JOIN listing l ON … WHERE …`: a row is in exactly one ring
    fn ring_rows(&self, sql: &mut Sql, bound: &Bound, slice: &Slice) {
        // CROSS JOIN keeps SQLite to this order; PostgreSQL finds it by itself.
        sql.push("cells c CROSS JOIN ").push(self.table).push(" l WHERE ");
        self.only_part(sql);
        sql.push(" AND l.cell BETWEEN c.lo AND c.hi AND ");
        self.key(sql, bound, "l", &super::KeyExpr::Distance);
        sql.push(" > c.low AND ");
        self.key(sql, bound, "l", &super::KeyExpr::Distance);
        sql.push(" <= c.high");
        self.conditions(sql, bound, "l");
        self.past(sql, bound, "l", slice);
    }
}

/// `SELECT` of ring number, its bounds, and a range of cells: a row a range
fn ring_cells(sql: &mut Sql, bands: &[Band]) {
    let rows: Vec<(i32, f64, f64, i64, i64)> = bands
        .iter()
        .zip(0_i32..)
        .flat_map(|(band, at)| {
            band.ranges.iter().map(move |(lo, hi)| (at, band.from_chord2, band.to_chord2, *lo, *hi))
        })
        .collect();
    match sql.dialect() {
        Dialect::Postgres => {
            let ints = rows.iter().map(|row| Value::Int(Some(row.0))).collect();
            let floats = |pick: fn(&(i32, f64, f64, i64, i64)) -> f64| {
                let values = rows.iter().map(|row| Value::Double(Some(pick(row)))).collect();
                Value::Array(ArrayType::Double, Some(Box::new(values)))
            };
            let low: Vec<i64> = rows.iter().map(|row| row.3).collect();
            let high: Vec<i64> = rows.iter().map(|row| row.4).collect();
            sql.push("SELECT * FROM unnest(")
                .bind(Value::Array(ArrayType::Int, Some(Box::new(ints))))
                .push(", ")
                .bind(floats(|row| row.1))
                .push(", ")
                .bind(floats(|row| row.2))
                .push(", ")
                .bind(big_array(&low))
                .push(", ")
                .bind(big_array(&high))
                .push(")");
        }
        Dialect::Sqlite => {
            sql.push("SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(")
                .bind(json_text(&rows))
                .push(")");
        }
    }
}
