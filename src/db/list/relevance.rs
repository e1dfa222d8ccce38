//! Best match first, class by class.
//!
//! Relevance is how many of the words the weightier text holds, then how new the row is. Sorting by
//! it would read every match, and a common word has hundreds of thousands. But there are few
//! classes, one more than words, and within one the order is that of an index. So the statement has
//! a page of each class, the best first, and each is read only where those before it have not filled
//! the page: the work depends on the page and not on the matches.

use super::page::HIDDEN;
use super::way::{CELLS, Way, guards, row_key};
use super::window::{Limits, WINDOW};
use super::{Bound, KeyExpr, KeyValue, List, Position, Slice, Sort};
use crate::db::connect::Dialect;
use crate::db::sql::Sql;
use crate::rules::search_text::{self, CLASS_TERMS};

/// A class of matches, as bound values
#[derive(Clone, Copy, Debug)]
pub(super) struct Class {
    /// PostgreSQL: the query on the weightier text. SQLite: the whole query
    pub(super) query: usize,
    /// PostgreSQL: the query on the weightier text says all
    pub(super) whole: bool,
}

impl List<'_> {
    pub(super) fn has_classes(&self) -> bool {
        matches!(self.sort.keys.as_slice(), [KeyExpr::Relevance, _, ..])
            && (1..=CLASS_TERMS).contains(&self.terms.len())
    }

    pub(super) fn relevance_page(&self, dialect: Dialect, slice: &Slice) -> Sql {
        let mut sql = Sql::new(dialect, "WITH ");
        self.cover_cells(&mut sql);
        let bound = self.bind_shared(&mut sql);
        let limit = sql.number(i64::from(slice.limit) + 1);
        let window = sql.number(WINDOW * (i64::from(slice.limit) + 1));
        let key = row_key(&sql);
        let (mut pages, mut guard) = (Vec::new(), String::new());
        if self.near.is_some() {
            self.count_way(&mut sql, &bound, CELLS);
            let [open, closed] = guards("", CELLS);
            sql.push(&format!("few({key}) AS MATERIALIZED ("));
            self.way(&mut sql, &bound, slice, Way::Cells, (&open, limit));
            sql.push("), ");
            pages.push(format!("SELECT {key}, NULL FROM few"));
            guard = closed;
        }
        for (held, past) in self.classes(slice) {
            let rest = Sort { keys: self.sort.keys[1..].to_vec(), ..self.sort.clone() };
            let list = List { sort: &rest, ..*self };
            let bound = Bound { class: Some(self.class(&mut sql, held)), ..bound.clone() };
            let slice = Slice { past, ..slice.clone() };
            let name = format!("class_{held}");
            list.class_page(
                &mut sql,
                &bound,
                &slice,
                &name,
                &Limits { guard: &guard, limit, window },
            );
            guard += &format!(" AND {} < ${limit}", found(&name));
            pages.push(format!("SELECT {key}, {held} FROM {name}"));
        }
        sql.push(&format!("page({key}, held) AS ({}) SELECT 0, ", pages.join(" UNION ALL ")));
        // To look again would be to look at all matches, on SQLite.
        let bound = Bound { held: Some("page.held"), ..bound };
        sql.columns("l", self.columns);
        self.select_keys(&mut sql, &bound, "l");
        self.page_rows(&mut sql, key);
        self.order(&mut sql, &bound, "l", slice);
        sql.push(&format!(" LIMIT ${limit}")).either("", HIDDEN);
        sql
    }

    /// The classes that the slice may reach, in reading order, each with the place that it starts
    /// after
    fn classes(&self, slice: &Slice) -> Vec<(usize, Option<Position>)> {
        let descending = self.reads_descending(slice);
        let mut classes: Vec<usize> = (0..=self.terms.len()).collect();
        if descending {
            classes.reverse();
        }
        let Some(position) = &slice.past else {
            return classes.into_iter().map(|class| (class, None)).collect();
        };
        let (first, rest) = match position.keys.split_first() {
            Some((KeyValue::Int(first), rest)) => (*first, rest),
            _ => (0, position.keys.as_slice()),
        };
        let number = |class: usize| i64::try_from(class).unwrap_or(i64::MAX);
        let within = Position { keys: rest.to_vec(), id: position.id };
        let reached = classes.into_iter().filter(|class| {
            if descending { number(*class) <= first } else { number(*class) >= first }
        });
        reached.map(|class| (class, (number(class) == first).then(|| within.clone()))).collect()
    }

    fn class(&self, sql: &mut Sql, held: usize) -> Class {
        let whole = held == self.terms.len();
        let query = sql.number(if sql.is_postgres() {
            search_text::tsquery_class(self.terms, held)
        } else {
            search_text::fts5_class("a", self.terms, held)
        });
        Class { query, whole }
    }
}

/// The number of rows of a page before
pub(super) fn found(name: &str) -> String {
    format!("(SELECT count(*) FROM {name})")
}
