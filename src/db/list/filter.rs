//! Conditions and sort keys, as text: words, distance, noun's own, and the place in the list.

use super::{Bound, KeyExpr, KeyValue, List, Slice};
use crate::db::sql::Sql;
use crate::rules::search_text;

/// What finds the rows with the searched words
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// Their own index, where the planner likes
    Lead,
    /// Another index: each row is looked at
    Check,
}

impl List<'_> {
    /// Binds what several places of the statement name.
    pub(super) fn bind_shared(&self, sql: &mut Sql) -> Bound {
        let postgres = sql.is_postgres();
        let query = (!self.terms.is_empty()).then(|| {
            sql.number(if postgres {
                search_text::tsquery(self.terms)
            } else {
                search_text::fts5_query(self.terms)
            })
        });
        let mut weighty = Vec::new();
        if self.sort.keys.contains(&KeyExpr::Relevance) {
            weighty.extend(self.terms.iter().map(|term| {
                sql.number(if postgres {
                    search_text::tsquery_weight(term, 'A')
                } else {
                    search_text::fts5_column_query("a", term)
                })
            }));
        }
        let near = self.near.map(|near| {
            [near.centre[0], near.centre[1], near.centre[2], near.radius_chord2]
                .map(|value| sql.number(value))
        });
        let known = (postgres && query.is_some()).then(|| sql.number(true));
        Bound { query, known, class: None, held: None, weighty, near }
    }

    /// All conditions but the parent's, each as ` AND …`
    pub(super) fn conditions(&self, sql: &mut Sql, bound: &Bound, alias: &str) {
        self.words(sql, bound, alias, Words::Lead);
        Self::within(sql, bound, alias);
        (self.filter)(sql, alias);
    }

    /// The searched words
    pub(super) fn words(&self, sql: &mut Sql, bound: &Bound, alias: &str, how: Words) {
        let Some(query) = bound.query else { return };
        // Neither planner sees an index behind what is only checked.
        let [open, close] = match how {
            Words::Lead => [" AND ", ""],
            Words::Check if sql.is_postgres() => [" AND (", ") IS TRUE"],
            Words::Check => [" AND (+", ") IS TRUE"],
        };
        let query = match bound.class {
            Some(class) if sql.is_postgres() => {
                sql.push(open).push(&format!(
                    "ts_filter({alias}.search, '{{a}}') @@ ${}::text::tsquery{close}",
                    class.query
                ));
                query
            }
            class => class.map_or(query, |class| class.query),
        };
        // Two conditions that are nearly one would make PostgreSQL expect too little.
        if !sql.is_postgres() || bound.class.is_none_or(|class| !class.whole) {
            sql.push(open);
            self.matches(sql, alias, query);
            sql.push(close);
        }
        if let (Words::Lead, Some(known)) = (how, bound.known) {
            // Costs what nobody would pay, until the value is known: so PostgreSQL plans anew for
            // the words at hand, whose number only then it knows.
            sql.push(&format!(
                " AND (${known} OR (SELECT count(*) > 0 FROM generate_series(1, 1000000000)))"
            ));
        }
    }

    /// The disk
    pub(super) fn within(sql: &mut Sql, bound: &Bound, alias: &str) {
        if let Some([.., radius]) = bound.near {
            sql.push(" AND ");
            distance(sql, bound, alias);
            sql.push(&format!(" <= ${radius}"));
        }
    }

    fn matches(&self, sql: &mut Sql, alias: &str, query: usize) {
        let table = self.table;
        sql.either(
            &format!("{alias}.search @@ ${query}::text::tsquery"),
            &format!("{alias}.row_no IN (SELECT rowid FROM {table}_search WHERE {table}_search MATCH ${query})"),
        );
    }

    /// One sort key of an alias
    pub(super) fn key(&self, sql: &mut Sql, bound: &Bound, alias: &str, key: &KeyExpr) {
        match key {
            KeyExpr::Int(column) | KeyExpr::Text(column) => {
                sql.push(alias).push(".").push(column);
            }
            KeyExpr::Distance => distance(sql, bound, alias),
            KeyExpr::Relevance => {
                if let Some(held) = bound.held {
                    sql.push("coalesce(").push(held).push(", ");
                }
                sql.push("(0");
                for query in &bound.weighty {
                    sql.push(" + (");
                    self.matches(sql, alias, *query);
                    sql.either(")::int", ")");
                }
                sql.either(")::bigint", ")").push(if bound.held.is_some() { ")" } else { "" });
            }
        }
    }

    /// `, key AS k1, key AS k2 …`
    pub(super) fn select_keys(&self, sql: &mut Sql, bound: &Bound, alias: &str) {
        for (at, key) in self.sort.keys.iter().enumerate() {
            sql.push(", ");
            self.key(sql, bound, alias, key);
            sql.push(&format!(" AS k{}", at + 1));
        }
        if self.shows_distance() {
            sql.push(", ");
            distance(sql, bound, alias);
            sql.push(" AS away");
        }
    }

    /// The distance is not a sort key, and shown all the same
    pub(super) fn shows_distance(&self) -> bool {
        self.near.is_some() && !self.sort.keys.contains(&KeyExpr::Distance)
    }

    /// ` AND (keys, id) > (…)`: strictly past the slice's start, in reading direction
    pub(super) fn past(&self, sql: &mut Sql, bound: &Bound, alias: &str, slice: &Slice) {
        let Some(position) = &slice.past else { return };
        sql.push(" AND (");
        for key in &self.sort.keys {
            self.key(sql, bound, alias, key);
            sql.push(", ");
        }
        sql.push(alias).push(".id) ");
        sql.push(if self.reads_descending(slice) { "< (" } else { "> (" });
        for key in &position.keys {
            match key {
                KeyValue::Int(value) => sql.bind(*value),
                KeyValue::Float(value) => sql.bind(*value),
                KeyValue::Text(value) => sql.bind(value.clone()),
            };
            sql.push(", ");
        }
        sql.bind(position.id).push(")");
    }

    /// ` ORDER BY …` in reading direction
    pub(super) fn order(&self, sql: &mut Sql, bound: &Bound, alias: &str, slice: &Slice) {
        sql.push(" ORDER BY ");
        self.order_keys(sql, bound, alias, slice);
    }

    /// The keys of the order alone
    pub(super) fn order_keys(&self, sql: &mut Sql, bound: &Bound, alias: &str, slice: &Slice) {
        let direction = if self.reads_descending(slice) { " DESC" } else { " ASC" };
        for key in &self.sort.keys {
            self.key(sql, bound, alias, key);
            sql.push(direction).push(", ");
        }
        sql.push(alias).push(".id").push(direction);
    }

    pub(super) fn reads_descending(&self, slice: &Slice) -> bool {
        self.sort.descending != slice.backward
    }
}

/// Squared chord between a row's place and the searched point. Plain sums and products in a fixed
/// order: both databases and `rules::distance::chord2` agree to the last bit.
fn distance(sql: &mut Sql, bound: &Bound, alias: &str) {
    if let Some([x, y, z, _]) = bound.near {
        sql.push(&format!(
            "(({alias}.x - ${x}) * ({alias}.x - ${x}) + ({alias}.y - ${y}) * ({alias}.y - ${y}) \
             + ({alias}.z - ${z}) * ({alias}.z - ${z}))"
        ));
    }
}
