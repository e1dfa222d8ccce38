//! What every batch has in common: figures, a span, a net under panics, chunks.

use super::{Keeping, Loads};
use crate::cache::Keep;
use crate::db::{Reads, Sql};
use crate::entities::Row;
use crate::error::{Error, Fault, Result};
use futures_util::FutureExt;
use sea_orm::{QueryResult, TryGetable};
use std::collections::HashMap;
use std::hash::Hash;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tracing::Instrument;
use uuid::Uuid;

/// What to read of a table
#[derive(Clone, Copy)]
pub(super) struct Table {
    pub name: &'static str,
    /// Condition on `t` that holds for all; may be empty
    pub only: &'static str,
}

/// Most keys that go into one statement
const CHUNK: usize = 1000;

impl Loads {
    /// Answers a batch in chunks. A panic inside becomes a fault: the library would take every
    /// waiter down with it.
    pub(super) async fn batch<K, V, F>(
        &self,
        name: &'static str,
        keys: &[K],
        answer: impl Fn(Vec<K>) -> F + Send + Sync,
    ) -> Result<HashMap<K, V>>
    where
        K: Clone + Eq + Hash + Send + Sync,
        V: Send,
        F: Future<Output = Result<HashMap<K, V>>> + Send,
    {
        metrics::counter!("plaza_loader_batches_total", "loader" => name).increment(1);
        metrics::counter!("plaza_loader_keys_total", "loader" => name).increment(keys.len() as u64);
        let span = tracing::debug_span!("loader.batch", loader = name, keys = keys.len());
        let work = async {
            let mut found = HashMap::with_capacity(keys.len());
            for chunk in keys.chunks(CHUNK) {
                found.extend(answer(chunk.to_vec()).await?);
            }
            Ok(found)
        };
        AssertUnwindSafe(work.instrument(span)).catch_unwind().await.unwrap_or_else(|_| {
            Err(Error::from(Fault::new("loading a batch", format!("{name} panicked"))))
        })
    }

    /// Rows of a table whose `column` is one of these ids, each under its key.
    pub(super) async fn rows_by_id<K, M>(
        &self,
        table: Table,
        column: &str,
        ids: impl Iterator<Item = Uuid> + Send,
        key: impl Fn(&M) -> K + Send,
    ) -> Result<HashMap<K, Arc<M>>>
    where
        K: Eq + Hash,
        M: Row,
    {
        let mut sql = self.select::<M>(table);
        sql.any_id(column, ids);
        self.keyed(sql, key).await
    }

    /// Answers that are kept in memory, and the others as `read` has them, which are kept from then on.
    pub(super) async fn kept<K, M, F>(
        &self,
        keys: Vec<K>,
        id: impl Fn(&K) -> Uuid + Send + Sync,
        read: impl FnOnce(Vec<K>) -> F + Send,
    ) -> Result<HashMap<K, Arc<M>>>
    where
        K: Eq + Hash + Send + Sync + 'static,
        M: Keep,
        F: Future<Output = Result<HashMap<K, Arc<M>>>> + Send,
    {
        let Some(Keeping { rows, mark, fresh }) = &self.kept else { return read(keys).await };
        let (kept, missing) = rows.get(keys, &id, *fresh);
        let mut found: HashMap<K, Arc<M>> = kept.into_iter().collect();
        if !missing.is_empty() {
            let new = read(missing).await?;
            new.iter().for_each(|(key, value)| rows.put::<K, M>(id(key), value, *mark));
            found.extend(new);
        }
        Ok(found)
    }

    /// A long text of each of these rows.
    pub(super) async fn text_by_id<K: Eq + Hash>(
        &self,
        table: &str,
        column: &str,
        ids: impl Iterator<Item = Uuid> + Send,
        key: impl Fn(Uuid) -> K + Send,
    ) -> Result<HashMap<K, Arc<str>>> {
        let mut sql = self.sql(&format!("SELECT t.id, t.{column} FROM {table} t WHERE "));
        sql.any_id("t.id", ids);
        let rows = self.rows(sql).await?;
        rows.iter()
            .map(|row| {
                let id = Uuid::try_get_by_index(row, 0)?;
                Ok((key(id), String::try_get_by_index(row, 1)?.into()))
            })
            .collect()
    }

    /// `SELECT t.… FROM table t WHERE …`
    pub(super) fn select<M: Row>(&self, table: Table) -> Sql {
        let mut sql = self.sql("SELECT ");
        sql.columns("t", M::CARD).push(" FROM ").push(table.name).push(" t WHERE ");
        if !table.only.is_empty() {
            sql.push(table.only).push(" AND ");
        }
        sql
    }

    /// Each row of a statement under its key.
    pub(super) async fn keyed<K, M>(
        &self,
        sql: Sql,
        key: impl Fn(&M) -> K + Send,
    ) -> Result<HashMap<K, Arc<M>>>
    where
        K: Eq + Hash,
        M: Row,
    {
        let rows = self.rows(sql).await?;
        rows.iter()
            .map(|row| {
                let row = M::read(row, 0)?;
                Ok((key(&row), Arc::new(row)))
            })
            .collect()
    }

    /// The rows of a statement in groups, an entry for every key, in the statement's order.
    pub(super) async fn grouped<K, G, M>(
        &self,
        sql: Sql,
        keys: Vec<K>,
        group_of_key: impl Fn(&K) -> G + Send,
        group_of_row: impl Fn(&QueryResult, &M) -> Result<G> + Send,
    ) -> Result<HashMap<K, Arc<[Arc<M>]>>>
    where
        K: Eq + Hash + Send,
        G: Eq + Hash + Send,
        M: Row + Send + Sync,
    {
        let mut found: HashMap<G, Vec<Arc<M>>> = HashMap::new();
        for row in self.rows(sql).await? {
            let model = M::read(&row, 0)?;
            found.entry(group_of_row(&row, &model)?).or_default().push(Arc::new(model));
        }
        Ok(keys
            .into_iter()
            .map(|key| {
                let rows = found.remove(&group_of_key(&key)).unwrap_or_default();
                (key, rows.into())
            })
            .collect())
    }

    /// All rows of a statement
    pub(super) async fn rows(&self, sql: Sql) -> Result<Vec<QueryResult>> {
        self.db.all(sql).await
    }

    /// An empty statement
    pub(super) fn sql(&self, text: &str) -> Sql {
        self.db.sql(text)
    }
}

/// Declares a key type and its loader: the statement for many keys, and how a row becomes an entry.
macro_rules! question {
    (
        $(#[$doc:meta])* $key:ident($inner:ty) -> $value:ty,
        |$loads:ident, $keys:ident| $answer:block
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $key(pub $inner);

        impl async_graphql::dataloader::Loader<$key> for super::Loads {
            type Value = $value;
            type Error = crate::error::Error;

            async fn load(
                &self,
                keys: &[$key],
            ) -> crate::error::Result<std::collections::HashMap<$key, $value>> {
                let $loads = self;
                self.batch(stringify!($key), keys, |$keys| async move { $answer }).await
            }
        }
    };
}

pub(super) use question;

#[cfg(test)]
mod tests {
    use crate::db::Db;
    use crate::error::Error;
    use crate::loaders::Loads;
    use std::collections::HashMap;
    use std::sync::Mutex;

    async fn loads(folder: &tempfile::TempDir) -> Loads {
        let path = folder.path().join("plaza.db");
        let db = Db::connect(&format!("sqlite:{}", path.display()), 1).await.expect("opens");
        Loads { db: db.reader().clone(), kept: None }
    }

    #[tokio::test]
    async fn a_panic_inside_is_a_fault_for_all_that_wait() {
        let folder = tempfile::tempdir().expect("a folder");
        let answer = async |keys: Vec<u32>| -> crate::error::Result<HashMap<u32, u32>> {
            let [one] = keys.as_slice() else { panic!("a batch that panics") };
            Ok(HashMap::from([(*one, *one)]))
        };
        let loads = loads(&folder).await;
        let failed = loads.batch("test", &[1, 2], &answer).await;
        assert!(matches!(failed, Err(Error::Fault(_))), "{failed:?}");
        let went = loads.batch("test", &[1], &answer).await;
        assert_eq!(went.ok(), Some(HashMap::from([(1, 1)])), "the next one goes well");
    }

    #[tokio::test]
    async fn more_keys_than_a_statement_takes_are_cut() {
        let folder = tempfile::tempdir().expect("a folder");
        let keys: Vec<u32> = (0..2500).collect();
        let chunks = Mutex::new(Vec::new());
        let answer = |keys: Vec<u32>| {
            chunks.lock().expect("not poisoned").push(keys.len());
            async move { Ok(keys.into_iter().map(|key| (key, key + 1)).collect()) }
        };
        let found = loads(&folder).await.batch("test", &keys, answer).await.expect("loads");
        assert_eq!((found.len(), found.get(&2499)), (2500, Some(&2500)));
        assert_eq!(*chunks.lock().expect("not poisoned"), [1000, 1000, 500]);
    }
}
