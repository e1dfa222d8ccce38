//! Pages of any noun's lists, read from what the statement of `db::List` has.

use super::Loads;
use super::beside::{Beside, Joined, Reference};
use super::list::{Listed, Query, list, parent, plan};
use crate::db::{Join, KeyExpr, KeyValue, Position, Reads};
use crate::entities::{Cell, Row, Wide};
use crate::error::Result;
use sea_orm::QueryResult;
use std::fmt::Debug;
use std::sync::Arc;

/// A row as a list shows it
pub struct Hit<R> {
    /// The row
    pub row: Arc<R>,
    /// Where it stands in the list
    pub position: Position,
    /// Metres from the searched point, where there is one
    pub distance: Option<f64>,
    /// What was read with it
    pub(super) beside: Beside,
}

/// A slice of a list, in the list's order
pub struct Page<R> {
    /// At most as many as were asked for
    pub hits: Vec<Hit<R>>,
    /// There are more in the direction of reading
    pub more: bool,
    /// What the rows refer to was read with them
    pub(super) joined: bool,
}

impl<R> Page<R> {
    /// Without rows
    pub fn empty() -> Self {
        Self { hits: Vec::new(), more: false, joined: false }
    }
}

impl Loads {
    /// A page under each of these parents, all of one column: one statement.
    pub(super) async fn pages<N: Listed + Debug>(
        &self,
        scopes: &[&N::Scope],
        query: &Query<N>,
    ) -> Result<Vec<Page<N::Row>>> {
        let (partition, filter) = plan::<N>(scopes, query);
        let mut columns = N::Row::CARD.to_vec();
        if query.wide {
            columns.push(N::WIDE);
        }
        let dialect = self.db.dialect();
        let mut list = list::<N>(query, &columns, &partition, &filter);
        // What is kept need not be read.
        let joined = self.kept.is_none() && list.is_plain();
        let wanted = if joined { &query.beside[..] } else { &[] };
        let joins: Vec<Join> = wanted.iter().map(Reference::join).collect();
        list.joins = &joins;
        let sql = list.page(dialect, &query.slice);
        let mut pages: Vec<Page<N::Row>> =
            scopes.iter().map(|_| Page { joined, ..Page::empty() }).collect();
        let mut beside = joined.then(Joined::default);
        for row in self.rows(sql).await? {
            if let Some(page) = pages.get_mut(parent(&row)?) {
                page.hits.push(hit::<N>(&row, query, beside.as_mut())?);
            }
        }
        for page in &mut pages {
            page.more = page.hits.len() > query.slice.limit as usize;
            page.hits.truncate(query.slice.limit as usize);
            if query.slice.backward {
                page.hits.reverse();
            }
        }
        Ok(pages)
    }
}

/// A row of a page: the parent, the noun's columns, its keys, and what stands beside it.
fn hit<N: Listed>(
    row: &QueryResult,
    query: &Query<N>,
    joined: Option<&mut Joined>,
) -> Result<Hit<N::Row>> {
    let mut model = N::Row::read(row, 1)?;
    let mut at = 1 + N::Row::CARD.len();
    if query.wide {
        model.widen(Wide::cell(row, at)?);
        at += 1;
    }
    let mut keys = Vec::with_capacity(query.sort.keys.len());
    let mut chord2 = None;
    for key in &query.sort.keys {
        keys.push(match key {
            KeyExpr::Int(_) | KeyExpr::Relevance => KeyValue::Int(i64::cell(row, at)?),
            KeyExpr::Text(_) => KeyValue::Text(String::cell(row, at)?),
            KeyExpr::Distance => {
                let value = f64::cell(row, at)?;
                chord2 = Some(value);
                KeyValue::Float(value)
            }
        });
        at += 1;
    }
    if chord2.is_none() && query.near.is_some() {
        chord2 = Some(f64::cell(row, at)?);
        at += 1;
    }
    let beside = joined.map(|joined| joined.read(row, at, &query.beside)).transpose()?;
    Ok(Hit {
        position: Position { keys, id: N::id(&model) },
        row: Arc::new(model),
        distance: chord2.map(crate::rules::distance::metres_of_chord2),
        beside: beside.unwrap_or_default(),
    })
}
