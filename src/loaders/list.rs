//! Pages and counts of any noun's lists, under one parent or many, a statement a batch.
//!
//! A noun describes its table and filters once ([`Listed`]); pages, counts, cursors' positions and
//! the reading of rows are the same for all. Keys that share a query differ only in their scope
//! (the parent), and go into one statement. Pages are read in `page`, what stands beside their rows in
//! `beside`.

use super::Loads;
use super::beside::{Reference, To};
use super::page::Page;
use crate::db::{List, Nearest, Partition, Reads, Slice, Sort, Sql};
use crate::entities::{Cell, Row, Timestamp};
use crate::error::Result;
use async_graphql::dataloader::Loader;
use sea_orm::{QueryResult, TryGetable};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use uuid::Uuid;

/// A noun that comes in lists
pub trait Listed: Send + Sync + 'static {
    /// Parent of a list
    type Scope: Clone + Debug + Eq + Hash + Send + Sync;
    /// Conditions beyond words, distance and state
    type Filter: Debug + Send + Sync;
    /// Row of the table
    type Row: Row + Send + Sync;

    /// Name of the table and of its loaders in figures
    const TABLE: &'static str;
    /// The long text that is read only where selected; no noun without one asks for it
    const WIDE: &'static str;
    /// What its rows refer to, and is read with them where selected
    const REFERENCES: &'static [Reference] = &[];

    /// Column that holds a parent, where there is one. Parents of different columns never share a
    /// statement.
    fn column(scope: &Self::Scope) -> Option<&'static str>;

    /// How these parents, all of one column, divide the table.
    fn partition(scopes: &[&Self::Scope], query: &Query<Self>) -> Partition
    where
        Self: Sized;

    /// Adds the filter's conditions, each as ` AND …`, on an alias. `alone` where there is one
    /// parent and the partition left its condition to the filter.
    fn conditions(sql: &mut Sql, alias: &str, scopes: &[&Self::Scope], query: &Query<Self>)
    where
        Self: Sized;

    /// The id of a row
    fn id(row: &Self::Row) -> Uuid;

    /// The id that a row refers to by one of `REFERENCES`
    fn refers(_row: &Self::Row, _to: To) -> Uuid {
        Uuid::nil()
    }
}

/// Declares a noun whose lists are all rows under a parent, by the column that holds its id
macro_rules! children {
    ($(#[$doc:meta])* $noun:ident: $row:ident of $parent:ty, $table:ident.$column:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $noun;

        impl super::list::Listed for $noun {
            type Scope = $parent;
            type Filter = ();
            type Row = crate::entities::$row;
            const TABLE: &'static str = stringify!($table);
            const WIDE: &'static str = "";

            fn column(_: &$parent) -> Option<&'static str> {
                Some(stringify!($column))
            }

            fn partition(
                parents: &[&$parent],
                _: &super::list::Query<Self>,
            ) -> crate::db::Partition {
                let parents = parents.iter().map(|parent| vec![parent.0]).collect();
                crate::db::Partition { column: Some(stringify!($column)), parents }
            }

            fn conditions(
                _: &mut crate::db::Sql,
                _: &str,
                _: &[&$parent],
                _: &super::list::Query<Self>,
            ) {
            }

            fn id(row: &Self::Row) -> uuid::Uuid {
                row.id.into()
            }
        }
    };
}

pub(super) use children;

/// What is asked of a list, apart from the parent
#[derive(Debug)]
pub struct Query<N: Listed> {
    /// The noun's own conditions
    pub filter: N::Filter,
    /// Words that must all be there
    pub terms: Vec<String>,
    /// Where around
    pub near: Option<Nearest>,
    /// States that belong to the list; none where the noun has no such thing
    pub shelves: Vec<i16>,
    /// Order
    pub sort: Sort,
    /// Which part
    pub slice: Slice,
    /// The long text too
    pub wide: bool,
    /// What is wanted of that to which the rows refer
    pub beside: Vec<Reference>,
}

/// A query with its fingerprint, which stands for it where keys are compared
pub struct Asked<N: Listed> {
    query: Arc<Query<N>>,
    fingerprint: [u8; 32],
}

impl<N: Listed> Asked<N> {
    /// Takes the fingerprint of a query.
    pub fn new(query: Query<N>) -> Self
    where
        N: Debug,
    {
        let fingerprint = Sha256::digest(format!("{query:?}")).into();
        Self { query: Arc::new(query), fingerprint }
    }

    /// The query itself
    pub fn query(&self) -> &Query<N> {
        &self.query
    }
}

impl<N: Listed> Clone for Asked<N> {
    fn clone(&self) -> Self {
        Self { query: Arc::clone(&self.query), fingerprint: self.fingerprint }
    }
}

impl<N: Listed> PartialEq for Asked<N> {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl<N: Listed> Eq for Asked<N> {}

impl<N: Listed> Hash for Asked<N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.fingerprint.hash(state);
    }
}

/// One page of a list under a parent
pub struct PageOf<N: Listed> {
    /// The parent
    pub scope: N::Scope,
    /// What of it
    pub asked: Asked<N>,
}

/// The number of rows of a list under a parent, counted no further than a limit
pub struct CountOf<N: Listed> {
    /// The parent
    pub scope: N::Scope,
    /// What of it; the slice does not matter
    pub asked: Asked<N>,
    /// Where to stop counting
    pub limit: i64,
}

macro_rules! key_traits {
    ($key:ident, $($field:ident),*) => {
        impl<N: Listed> Clone for $key<N> {
            fn clone(&self) -> Self {
                Self { $($field: self.$field.clone()),* }
            }
        }
        impl<N: Listed> PartialEq for $key<N> {
            fn eq(&self, other: &Self) -> bool {
                true $(&& self.$field == other.$field)*
            }
        }
        impl<N: Listed> Eq for $key<N> {}
        impl<N: Listed> Hash for $key<N> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                $(self.$field.hash(state);)*
            }
        }
    };
}

key_traits!(PageOf, scope, asked);
key_traits!(CountOf, scope, asked, limit);

impl<N: Listed + Debug> Loader<PageOf<N>> for Loads {
    type Value = Arc<Page<N::Row>>;
    type Error = crate::error::Error;

    async fn load(&self, keys: &[PageOf<N>]) -> Result<HashMap<PageOf<N>, Self::Value>> {
        self.batch(N::TABLE, keys, |keys| async move {
            let mut found = HashMap::with_capacity(keys.len());
            for ((asked, _), scopes) in
                by_query(&keys, |key| ((&key.asked, N::column(&key.scope)), &key.scope))
            {
                let pages = self.pages::<N>(&scopes, asked.query()).await?;
                found.extend(scopes.into_iter().zip(pages).map(|(scope, page)| {
                    (PageOf { scope: scope.clone(), asked: asked.clone() }, Arc::new(page))
                }));
            }
            Ok(found)
        })
        .await
    }
}

impl<N: Listed + Debug> Loader<CountOf<N>> for Loads {
    type Value = i64;
    type Error = crate::error::Error;

    async fn load(&self, keys: &[CountOf<N>]) -> Result<HashMap<CountOf<N>, i64>> {
        self.batch("count", keys, |keys| async move {
            let mut found: HashMap<_, _> = keys.iter().map(|key| (key.clone(), 0)).collect();
            for ((asked, limit, _), scopes) in
                by_query(&keys, |key| ((&key.asked, key.limit, N::column(&key.scope)), &key.scope))
            {
                let (partition, filter) = plan::<N>(&scopes, asked.query());
                let sql = list::<N>(asked.query(), N::Row::CARD, &partition, &filter)
                    .count(self.db.dialect(), limit);
                for row in self.rows(sql).await? {
                    let count = i64::try_get_by_index(&row, 1)?;
                    if let Some(scope) = scopes.get(parent(&row)?) {
                        found.insert(
                            CountOf { scope: (*scope).clone(), asked: asked.clone(), limit },
                            count,
                        );
                    }
                }
            }
            Ok(found)
        })
        .await
    }
}

/// A filter that owns what it needs
pub(super) type Conditions<'a> = Box<dyn Fn(&mut Sql, &str) + Send + Sync + 'a>;

/// How the parents divide the table, and the conditions that remain.
pub(super) fn plan<'a, N: Listed>(
    scopes: &'a [&'a N::Scope],
    query: &'a Query<N>,
) -> (Partition, Conditions<'a>) {
    let partition = N::partition(scopes, query);
    (partition, Box::new(move |sql, alias| N::conditions(sql, alias, scopes, query)))
}

pub(super) fn list<'a, N: Listed>(
    query: &'a Query<N>,
    columns: &'a [&'static str],
    partition: &'a Partition,
    filter: &'a Conditions<'a>,
) -> List<'a> {
    List {
        table: N::TABLE,
        columns,
        shelves: &query.shelves,
        partition,
        terms: &query.terms,
        near: query.near.as_ref(),
        filter,
        sort: &query.sort,
        joins: &[],
    }
}

/// Groups keys by what must be one statement.
pub(super) fn by_query<'a, K, Q: Eq + Hash + Clone, S>(
    keys: &'a [K],
    split: impl Fn(&'a K) -> (Q, &'a S),
) -> Vec<(Q, Vec<&'a S>)> {
    let mut groups: Vec<(Q, Vec<&'a S>)> = Vec::new();
    let mut at: HashMap<Q, usize> = HashMap::new();
    for key in keys {
        let (query, scope) = split(key);
        let index = *at.entry(query.clone()).or_insert_with(|| {
            groups.push((query, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, scopes)) = groups.get_mut(index) {
            scopes.push(scope);
        }
    }
    groups
}

/// Number of the parent that a row belongs to
pub(super) fn parent(row: &QueryResult) -> Result<usize> {
    Ok(usize::try_from(i32::cell(row, 0)?).unwrap_or(usize::MAX))
}

/// Adds ` AND created_at > …`, which several nouns have.
pub(super) fn created_after(sql: &mut Sql, alias: &str, after: Option<Timestamp>) {
    if let Some(after) = after {
        sql.push(" AND ").push(alias).push(".created_at > ").bind(after);
    }
}
