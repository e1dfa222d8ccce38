//! Nearest first: reads as few rings of cells around the point as the page needs.
//!
//! The whole disk may hold a million rows, and no index is ordered by the distance from an
//! arbitrary point. So the search is cut into rings (`rules::distance::bands`), each twice as wide
//! as the one before. `need` counts ring after ring until there are enough rows for the page, and
//! the page is then sorted out of those rings alone: one statement, and the work depends on the
//! page and not on the radius.

use super::filter::Words;
use super::page::{HIDDEN, big_array};
use super::{Bound, KeyExpr, KeyValue, List, Slice};
use crate::db::connect::Dialect;
use crate::db::sql::{Sql, json_text};
use crate::rules::distance::Band;
use sea_orm::sea_query::{ArrayType, Value};

impl List<'_> {
    pub(super) fn nearest_page(&self, dialect: Dialect, slice: &Slice) -> Sql {
        let bands = self.near.map_or(&[][..], |near| &near.bands);
        let mut sql = Sql::new(dialect, "WITH RECURSIVE ");
        ring_cells(&mut sql, bands);
        let bound = self.bind_shared(&mut sql);
        let enough = sql.number(i64::from(slice.limit) + 1);
        let last = sql.number(i32::try_from(bands.len()).unwrap_or(i32::MAX) - 1);
        sql.push("need(band, found) AS (SELECT 0, ");
        self.count_ring(&mut sql, &bound, slice, "0", enough);
        sql.push(" UNION ALL SELECT n.band + 1, n.found + ");
        self.count_ring(&mut sql, &bound, slice, "n.band + 1", enough);
        sql.push(&format!(
            " FROM need n WHERE n.found < ${enough} AND n.band < ${last}), \
             page(id, k1) AS MATERIALIZED (SELECT r.id, r.d FROM "
        ));
        self.ring_rows(&mut sql, &bound, slice, "c.band <= (SELECT max(band) FROM need)");
        let direction = if self.reads_descending(slice) { " DESC" } else { "" };
        sql.push(&format!(" ORDER BY r.d{direction}, r.id{direction} LIMIT ${enough}"));
        sql.either("", HIDDEN).push(") SELECT 0, ");
        sql.columns("l", self.columns).push(", page.k1");
        self.page_rows(&mut sql, "id");
        sql.push(&format!(" ORDER BY page.k1{direction}, page.id{direction}"));
        sql
    }

    /// `(SELECT count(*) …)`: rows of one ring, no further than enough
    fn count_ring(&self, sql: &mut Sql, bound: &Bound, slice: &Slice, ring: &str, enough: usize) {
        sql.push("(SELECT count(*) FROM (SELECT 1 FROM ");
        self.ring_rows(sql, bound, slice, &format!("c.band = {ring}"));
        sql.push(&format!(" LIMIT ${enough}")).either("", HIDDEN).push(") f)");
    }

    /// `… r WHERE …`: id and distance of the rows of some rings. A row is in exactly one ring.
    ///
    /// A walk of the index of cells for each range: where there are no conditions of the noun, the
    /// index alone has all that is asked. LATERAL with OFFSET 0 (PostgreSQL) and LIMIT -1 (SQLite)
    /// keep the planners to it, and let SQLite work out each distance once.
    fn ring_rows(&self, sql: &mut Sql, bound: &Bound, slice: &Slice, rings: &str) {
        sql.either("cells c CROSS JOIN LATERAL (SELECT l.id, ", "(SELECT c.low, c.high, l.id, ");
        self.key(sql, bound, "l", &KeyExpr::Distance);
        sql.push(" AS d FROM ");
        sql.either("", "cells c CROSS JOIN json_each(c.ranges) j CROSS JOIN ");
        sql.push(self.table).push(" l WHERE ");
        self.only_part(sql);
        sql.push(" AND l.cell BETWEEN ").either(
            "c.lo AND c.hi",
            "CAST(substr(j.value, 1, 18) AS INTEGER) AND CAST(substr(j.value, 19) AS INTEGER)",
        );
        self.words(sql, bound, "l", Words::Check);
        (self.filter)(sql, "l");
        sql.either(" OFFSET 0) r WHERE ", " AND ").push(rings);
        sql.either(
            " AND r.d > c.low AND r.d <= c.high",
            " LIMIT -1) r WHERE r.d > r.low AND r.d <= r.high",
        );
        if let Some([.., radius]) = bound.near {
            sql.push(&format!(" AND r.d <= ${radius}"));
        }
        if let Some(position) = &slice.past {
            let past = if self.reads_descending(slice) { "<" } else { ">" };
            sql.push(&format!(" AND (r.d, r.id) {past} ("));
            for key in &position.keys {
                if let KeyValue::Float(distance) = key {
                    sql.bind(*distance);
                }
            }
            sql.push(", ").bind(position.id).push(")");
        }
    }
}

/// `cells AS (…), `: on PostgreSQL a row a range of cells, `(band, low, high, lo, hi)`; on SQLite a
/// row a ring, `(band, low, high, ranges)`, so that only the ranges of rings that are needed are
/// read. A range is 36 digits there, since taking JSON arrays apart takes longer than the search.
fn ring_cells(sql: &mut Sql, bands: &[Band]) {
    if sql.is_postgres() {
        let rows = || {
            bands.iter().zip(0_i32..).flat_map(|(band, at)| {
                band.ranges.iter().map(move |range| (at, band.from_chord2, band.to_chord2, *range))
            })
        };
        let array = |kind, values| Value::Array(kind, Some(Box::new(values)));
        let numbers = rows().map(|row| Value::Int(Some(row.0))).collect();
        let from = rows().map(|row| Value::Double(Some(row.1))).collect();
        let to = rows().map(|row| Value::Double(Some(row.2))).collect();
        let (low, high): (Vec<i64>, Vec<i64>) = rows().map(|row| row.3).unzip();
        sql.push("cells(band, low, high, lo, hi) AS MATERIALIZED (SELECT * FROM unnest(")
            .bind(array(ArrayType::Int, numbers))
            .push(", ")
            .bind(array(ArrayType::Double, from))
            .push(", ")
            .bind(array(ArrayType::Double, to))
            .push(", ")
            .bind(big_array(&low))
            .push(", ")
            .bind(big_array(&high))
            .push(")), ");
    } else {
        let range = |(low, high): &(i64, i64)| format!("{low:018}{high:018}");
        let rings: Vec<(f64, f64, Vec<String>)> = bands
            .iter()
            .map(|band| (band.from_chord2, band.to_chord2, band.ranges.iter().map(range).collect()))
            .collect();
        sql.push(
            "cells(band, low, high, ranges) AS MATERIALIZED \
             (SELECT key, value ->> 0, value ->> 1, value -> 2 FROM json_each(",
        )
        .bind(json_text(&rings))
        .push(")), ");
    }
}
