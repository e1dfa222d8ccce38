//! Rows into the database in bulk, in one transaction: all of them, or none.
//!
//! PostgreSQL takes them by COPY, SQLite by many rows a statement. Into empty tables the secondary
//! indexes are made afterwards, from their own definitions: sorting once is cheaper than a million
//! insertions. Should anything fail, tables and indexes are as they were.

mod postgres;
mod sqlite;

use super::row::{Row, Table};
use crate::db::{Db, Dialect};
use crate::error::{Error, Fault, Result};

/// A load under way
pub(super) enum Load {
    Postgres(postgres::Copy),
    Sqlite(sqlite::Insert),
}

/// The statement that makes an index that was dropped
pub(super) struct Aside(String);

impl Load {
    /// Begins. Nobody else writes to these tables until the end.
    pub(super) async fn begin(db: &Db, tables: &[&'static Table]) -> Result<Self> {
        match db.dialect() {
            Dialect::Postgres => Ok(Self::Postgres(postgres::Copy::begin(db, tables).await?)),
            Dialect::Sqlite => Ok(Self::Sqlite(sqlite::Insert::begin(db).await?)),
        }
    }

    /// How many rows a table has.
    pub(super) async fn count(&mut self, table: &Table) -> Result<u64> {
        match self {
            Self::Postgres(copy) => copy.count(table).await,
            Self::Sqlite(insert) => insert.count(table).await,
        }
    }

    /// The ids of categories, by slug.
    pub(super) async fn categories(&mut self) -> Result<Vec<(String, uuid::Uuid)>> {
        match self {
            Self::Postgres(copy) => copy.categories().await,
            Self::Sqlite(insert) => insert.categories().await,
        }
    }

    /// Drops the secondary indexes of these tables.
    pub(super) async fn set_indexes_aside(
        &mut self,
        tables: &[&'static Table],
    ) -> Result<Vec<Aside>> {
        match self {
            Self::Postgres(copy) => copy.set_indexes_aside(tables).await,
            Self::Sqlite(insert) => insert.set_indexes_aside(tables).await,
        }
    }

    /// Writes rows, and tells how many more are written.
    pub(super) async fn rows(
        &mut self,
        table: &'static Table,
        rows: impl Iterator<Item = Row> + Send,
        told: impl FnMut(u64) + Send,
    ) -> Result<u64> {
        match self {
            Self::Postgres(copy) => copy.rows(table, rows, told).await,
            Self::Sqlite(insert) => insert.rows(table, rows, told).await,
        }
    }

    /// Makes an index again.
    pub(super) async fn make_index(&mut self, index: &Aside) -> Result<()> {
        match self {
            Self::Postgres(copy) => copy.make_index(index).await,
            Self::Sqlite(insert) => insert.make_index(index).await,
        }
    }

    /// Makes it last, and tells the planner what is there now.
    pub(super) async fn finish(self, db: &Db, tables: &[&'static Table]) -> Result<()> {
        match self {
            Self::Postgres(copy) => copy.finish(db, tables).await,
            Self::Sqlite(insert) => insert.finish(db).await,
        }
    }
}

fn fault(err: sea_orm::sqlx::Error) -> Error {
    Fault::new("loading rows", err).into()
}
