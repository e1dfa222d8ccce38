//! Many rows a statement into SQLite.
//!
//! One transaction in the write-ahead log: a load that is interrupted never was. While one
//! statement runs in SQLite's thread, the rows of the next are made.

use super::super::prose::Words;
use super::super::row::{Cell, Row, Table};
use super::{Aside, fault};
use crate::db::Db;
use crate::error::Result;
use futures_util::future::join;
use sea_orm::sqlx::sqlite::SqliteArguments;
use sea_orm::sqlx::{
    Arguments as _, AssertSqlSafe, Row as _, Sqlite, Transaction, query, query_with, raw_sql,
};
use std::collections::HashMap;

/// Rows a statement: more of them save little, and a longer statement is slower to prepare
const ROWS: usize = 100;

/// A transaction that inserts
pub(in crate::cli::seed) struct Insert {
    tx: Transaction<'static, Sqlite>,
    /// Last `row_no` of each searched table
    last_row: HashMap<&'static str, i64>,
    /// What the connection has when it serves, where it was changed
    cache_size: Option<i64>,
}

impl Insert {
    pub(super) async fn begin(db: &Db) -> Result<Self> {
        let pool = db.raw_writer().get_sqlite_connection_pool();
        let tx = pool.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        Ok(Self { tx, last_row: HashMap::new(), cache_size: None })
    }

    pub(super) async fn count(&mut self, table: &Table) -> Result<u64> {
        Ok(self.number(format!("SELECT count(*) FROM {}", table.name)).await?.unsigned_abs())
    }

    pub(super) async fn categories(&mut self) -> Result<Vec<(String, uuid::Uuid)>> {
        let rows =
            query("SELECT slug, id FROM category").fetch_all(&mut *self.tx).await.map_err(fault)?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect::<Result<_, _>>()
            .map_err(fault)
    }

    pub(super) async fn set_indexes_aside(
        &mut self,
        tables: &[&'static Table],
    ) -> Result<Vec<Aside>> {
        // 128 MB, to sort indexes.
        self.cache_size = Some(self.number("PRAGMA cache_size".to_owned()).await?);
        raw_sql("PRAGMA cache_size = -128000").execute(&mut *self.tx).await.map_err(fault)?;
        let mut aside = Vec::new();
        for table in tables {
            // Those of constraints have no text, and stay.
            let text = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?";
            let name = table.name.trim_matches('"');
            let rows = query(text).bind(name).fetch_all(&mut *self.tx).await.map_err(fault)?;
            for row in rows {
                let name: String = row.try_get(0).map_err(fault)?;
                let drop = format!("DROP INDEX \"{}\"", name.replace('"', "\"\""));
                raw_sql(AssertSqlSafe(drop)).execute(&mut *self.tx).await.map_err(fault)?;
                aside.push(Aside(row.try_get(1).map_err(fault)?));
            }
        }
        Ok(aside)
    }

    pub(super) async fn rows(
        &mut self,
        table: &'static Table,
        mut rows: impl Iterator<Item = Row> + Send,
        mut told: impl FnMut(u64) + Send,
    ) -> Result<u64> {
        let mut written = 0;
        let mut batch: Vec<Row> = rows.by_ref().take(ROWS).collect();
        while !batch.is_empty() {
            let count = batch.len() as u64;
            let (done, next) =
                join(self.batch(table, batch), async { rows.by_ref().take(ROWS).collect() }).await;
            done?;
            batch = next;
            written += count;
            told(count);
        }
        Ok(written)
    }

    async fn batch(&mut self, table: &'static Table, batch: Vec<Row>) -> Result<()> {
        let first =
            if table.searched { Some(self.reserve(table, batch.len()).await?) } else { None };
        let row_no = if first.is_some() { "row_no, " } else { "" };
        let width = table.columns.len() + usize::from(first.is_some());
        let text =
            format!("INSERT INTO {} ({row_no}{}) VALUES ", table.name, table.columns.join(", "));
        let (mut cells, mut words) = (SqliteArguments::default(), SqliteArguments::default());
        let (rows, mut worded) = (batch.len(), 0);
        for (row, number) in batch.into_iter().zip(first.unwrap_or_default()..) {
            if first.is_some() {
                bind(&mut cells, Cell::Int(number))?;
            }
            for cell in row.cells {
                bind(&mut cells, cell)?;
            }
            if let Some(Words::Columns(weighty, plain)) = row.words {
                worded += 1;
                bind(&mut words, Cell::Int(number))?;
                bind(&mut words, Cell::Text(weighty))?;
                bind(&mut words, Cell::Text(plain))?;
            }
        }
        self.run(text, rows, width, cells).await?;
        if worded > 0 {
            let text = format!("INSERT INTO {}_search (rowid, a, b) VALUES ", table.name);
            self.run(text, worded, 3, words).await?;
        }
        Ok(())
    }

    /// The first of so many row numbers that nobody has
    async fn reserve(&mut self, table: &'static Table, rows: usize) -> Result<i64> {
        let last = match self.last_row.get(table.name) {
            Some(last) => *last,
            None => {
                self.number(format!("SELECT coalesce(max(row_no), 0) FROM {}", table.name)).await?
            }
        };
        self.last_row.insert(table.name, last + i64::try_from(rows).unwrap_or_default());
        Ok(last + 1)
    }

    async fn number(&mut self, text: String) -> Result<i64> {
        let row = query(AssertSqlSafe(text)).fetch_one(&mut *self.tx).await.map_err(fault)?;
        row.try_get(0).map_err(fault)
    }

    async fn run(
        &mut self,
        mut text: String,
        rows: usize,
        width: usize,
        values: SqliteArguments,
    ) -> Result<()> {
        let row = format!("({}),", vec!["?"; width].join(","));
        text.push_str(row.repeat(rows).trim_end_matches(','));
        query_with(AssertSqlSafe(text), values).execute(&mut *self.tx).await.map_err(fault)?;
        Ok(())
    }

    pub(super) async fn make_index(&mut self, index: &Aside) -> Result<()> {
        raw_sql(AssertSqlSafe(index.0.clone())).execute(&mut *self.tx).await.map_err(fault)?;
        Ok(())
    }

    pub(super) async fn finish(self, db: &Db) -> Result<()> {
        self.tx.commit().await.map_err(fault)?;
        let pool = db.raw_writer().get_sqlite_connection_pool();
        // Statistics for the planner; then the log, which is as large as the load, into the file.
        let mut steps = vec!["ANALYZE".to_owned(), "PRAGMA wal_checkpoint(TRUNCATE)".to_owned()];
        steps.extend(self.cache_size.map(|size| format!("PRAGMA cache_size = {size}")));
        for text in steps {
            raw_sql(AssertSqlSafe(text)).execute(pool).await.map_err(fault)?;
        }
        Ok(())
    }
}

fn bind(values: &mut SqliteArguments, cell: Cell) -> Result<()> {
    let bound = match cell {
        Cell::Null => values.add(None::<i64>),
        Cell::Id(id) => values.add(id),
        Cell::Int(number) => values.add(number),
        Cell::Float(number) => values.add(number),
        Cell::Bool(flag) => values.add(flag),
        Cell::Text(text) => values.add(text),
        Cell::Fixed(text) => values.add(text),
    };
    bound.map_err(|err| fault(sea_orm::sqlx::Error::Encode(err)))
}
