//! Rows that a list's rows refer to: a listing's store, category and publisher, an order's buyer.
//!
//! What a client selects of them is known before the list is read. So a plain list reads them in its
//! own statement, and others ask once for a page, where a resolver would ask once a row. Where rows
//! are kept in memory they are taken from there: that is cheaper than any statement.

use super::list::{Listed, Query};
use super::page::Page;
use super::{CategoryById, Loaders, Loads, StoreById, UserById};
use crate::db::Join;
use crate::entities::{Category, CategoryId, Cell, Row, Store, StoreId, User, UserId};
use crate::error::{Error, Fault, Result};
use async_graphql::dataloader::Loader;
use sea_orm::QueryResult;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use uuid::Uuid;

/// Tables that rows of lists refer to
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    Store,
    Category,
    User,
}

/// What each row of a noun refers to
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Field by which clients select it
    pub field: &'static str,
    /// Column that holds its id, never null
    pub column: &'static str,
    /// The table
    pub to: To,
}

/// Rows that one row refers to, as far as they were read with it
#[derive(Clone, Debug, Default)]
pub struct Beside {
    pub store: Option<Arc<Store>>,
    pub category: Option<Arc<Category>>,
    pub user: Option<Arc<User>>,
}

impl Reference {
    /// How a statement reads it
    pub(super) fn join(&self) -> Join {
        let (table, columns) = match self.to {
            To::Store => ("store", Store::CARD),
            To::Category => ("category", Category::CARD),
            To::User => ("\"user\"", User::CARD),
        };
        Join { table, columns, by: self.column }
    }
}

/// Rows that stand beside those of a list: each is made once, however many refer to it.
#[derive(Default)]
pub(super) struct Joined {
    stores: HashMap<Uuid, Arc<Store>>,
    categories: HashMap<Uuid, Arc<Category>>,
    users: HashMap<Uuid, Arc<User>>,
}

impl Joined {
    /// What stands in a row from a place on, in the order of the references.
    pub(super) fn read(
        &mut self,
        row: &QueryResult,
        mut at: usize,
        references: &[Reference],
    ) -> Result<Beside> {
        let mut beside = Beside::default();
        for reference in references {
            match reference.to {
                To::Store => beside.store = one(&mut self.stores, row, at)?,
                To::Category => beside.category = one(&mut self.categories, row, at)?,
                To::User => beside.user = one(&mut self.users, row, at)?,
            }
            at += reference.join().columns.len();
        }
        Ok(beside)
    }
}

/// The row whose id stands at a place; None: there is none.
fn one<R: Row>(
    known: &mut HashMap<Uuid, Arc<R>>,
    row: &QueryResult,
    at: usize,
) -> Result<Option<Arc<R>>> {
    let Some(id) = Option::<Uuid>::cell(row, at)? else { return Ok(None) };
    if let Some(read) = known.get(&id) {
        return Ok(Some(Arc::clone(read)));
    }
    let read = Arc::new(R::read(row, at)?);
    known.insert(id, Arc::clone(&read));
    Ok(Some(read))
}

impl Loaders {
    /// The row that another one refers to: read beside it, or asked for now. It is always there.
    ///
    /// # Errors
    /// The batch failed. A fault, which says what is `missing`, where there is no such row
    pub async fn referred<K, R>(
        &self,
        beside: Option<&Arc<R>>,
        key: K,
        missing: &'static str,
    ) -> Result<Arc<R>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        R: Send + Sync + 'static,
        Loads: Loader<K, Value = Arc<R>, Error = Error>,
    {
        let row = match beside {
            Some(row) => Some(Arc::clone(row)),
            None => self.load(key).await?,
        };
        row.ok_or_else(|| Fault::new("following a reference", missing).into())
    }

    /// What each row of a page refers to, as far as the query says that it is wanted.
    ///
    /// # Errors
    /// A batch failed.
    pub async fn beside<N: Listed>(
        &self,
        page: &Page<N::Row>,
        query: &Query<N>,
    ) -> Result<Vec<Beside>> {
        if page.joined || query.beside.is_empty() {
            return Ok(page.hits.iter().map(|hit| hit.beside.clone()).collect());
        }
        let ids = |to| {
            let wanted = query.beside.iter().any(|reference| reference.to == to);
            let hits = if wanted { &page.hits[..] } else { &[] };
            hits.iter().map(move |hit| N::refers(&hit.row, to))
        };
        let (stores, categories, users) = futures_util::try_join!(
            self.load_all(ids(To::Store).map(|id| StoreById(StoreId(id))).collect()),
            self.load_all(ids(To::Category).map(|id| CategoryById(CategoryId(id))).collect()),
            self.load_all(ids(To::User).map(|id| UserById(UserId(id))).collect()),
        )?;
        let (mut stores, mut categories, mut users) =
            (stores.into_iter(), categories.into_iter(), users.into_iter());
        let beside = page.hits.iter().map(|_| Beside {
            store: stores.next().flatten(),
            category: categories.next().flatten(),
            user: users.next().flatten(),
        });
        Ok(beside.collect())
    }
}
