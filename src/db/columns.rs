//! Columns to write: collected once, inserted or updated by sea-query.

use super::connect::Dialect;
use super::sql::Sql;
use super::write::WriteTx;
use crate::error::Result;
use crate::rules::distance::{Point, cell, unit_vector};
use crate::rules::search_text;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, IntoIden, Query};
use sea_orm::{ConnectionTrait, DbErr, Value};
use uuid::Uuid;

/// Values for columns of one row
pub struct Columns {
    table: &'static str,
    values: Vec<(&'static str, Expr)>,
    /// Weighty and plain search text, where the row is searched by words
    search: Option<(String, String)>,
}

impl Columns {
    /// Nothing yet, of a table
    pub fn of(table: &'static str) -> Self {
        Self { table, values: Vec::new(), search: None }
    }

    /// Sets a column.
    #[must_use]
    pub fn set(mut self, column: &'static str, value: impl Into<Value>) -> Self {
        self.values.push((column, Expr::val(value)));
        self
    }

    /// Sets a column where there is a value for it.
    #[must_use]
    pub fn set_if(self, column: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(column, value),
            None => self,
        }
    }

    /// Sets the columns of a place: as given, as a unit vector, and as a cell.
    #[must_use]
    pub fn place(self, place: Option<Point>) -> Self {
        let vector = place.map(unit_vector);
        self.set("latitude", place.map(Point::lat))
            .set("longitude", place.map(Point::lon))
            .set("x", vector.map(|v| v[0]))
            .set("y", vector.map(|v| v[1]))
            .set("z", vector.map(|v| v[2]))
            .set("cell", place.map(cell))
    }

    /// Sets the words by which the row is found, those that weigh more first.
    #[must_use]
    pub fn search(mut self, weighty: &str, plain: &str) -> Self {
        self.search = Some((weighty.to_owned(), plain.to_owned()));
        self
    }

    /// Nothing was set
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn with_search(&mut self, dialect: Dialect) {
        if let (Dialect::Postgres, Some((weighty, plain))) = (dialect, &self.search) {
            let vector = search_text::tsvector(&[('A', weighty), ('B', plain)]);
            self.values.push(("search", Expr::val(vector).cast_as("tsvector")));
        }
    }
}

impl WriteTx {
    /// Inserts a row.
    ///
    /// # Errors
    /// As the database has it; see `refuse_taken`.
    pub async fn insert(&self, mut columns: Columns) -> Result<(), DbErr> {
        columns.with_search(super::Reads::dialect(self));
        let id = columns.values.iter().find(|(name, _)| *name == "id").map(|(_, id)| id.clone());
        let (names, values): (Vec<_>, Vec<_>) =
            columns.values.into_iter().map(|(name, value)| (Alias::new(name), value)).unzip();
        let mut insert = Query::insert();
        insert.into_table(Alias::new(columns.table)).columns(names).values_panic(values);
        self.wrote(columns.table, id.as_ref().and_then(uuid));
        self.connection().execute(&insert).await?;
        if let (Some((weighty, plain)), Some(id)) = (columns.search, id.as_ref().and_then(uuid)) {
            self.index_words(columns.table, id, &weighty, &plain).await?;
        }
        Ok(())
    }

    /// Inserts rows that set the same columns, many a statement.
    ///
    /// # Errors
    /// As the database has it; see `refuse_taken`.
    pub async fn insert_all(&self, mut rows: Vec<Columns>) -> Result<(), DbErr> {
        // Few sizes are few statement texts, which stay prepared.
        const SIZES: [usize; 3] = [64, 8, 1];
        let dialect = super::Reads::dialect(self);
        rows.iter_mut().for_each(|row| row.with_search(dialect));
        let mut words = Vec::new();
        for size in SIZES {
            while rows.len() >= size {
                let mut insert = Query::insert();
                for row in rows.drain(rows.len() - size..) {
                    let id =
                        row.values.iter().find(|(name, _)| *name == "id").map(|(_, id)| id.clone());
                    self.wrote(row.table, id.as_ref().and_then(uuid));
                    if let (Some(search), Some(id)) = (row.search, id.as_ref().and_then(uuid)) {
                        words.push((row.table, id, search));
                    }
                    let (names, values): (Vec<_>, Vec<_>) = row
                        .values
                        .into_iter()
                        .map(|(name, value)| (Alias::new(name), value))
                        .unzip();
                    insert.into_table(Alias::new(row.table)).columns(names).values_panic(values);
                }
                self.connection().execute(&insert).await?;
            }
        }
        for (table, id, (weighty, plain)) in words {
            self.index_words(table, id, &weighty, &plain).await?;
        }
        Ok(())
    }

    /// Updates the row with an id; the number of rows that this was.
    ///
    /// # Errors
    /// As the database has it; see `refuse_taken`.
    pub async fn update(&self, id: Uuid, mut columns: Columns) -> Result<u64, DbErr> {
        columns.with_search(super::Reads::dialect(self));
        let mut update = Query::update();
        update
            .table(Alias::new(columns.table))
            .and_where(Expr::col(Alias::new("id").into_iden()).eq(id));
        for (name, value) in columns.values {
            update.value(Alias::new(name), value);
        }
        self.wrote(columns.table, Some(id));
        let touched = self.connection().execute(&update).await?.rows_affected();
        if let Some((weighty, plain)) = columns.search {
            self.index_words(columns.table, id, &weighty, &plain).await?;
        }
        Ok(touched)
    }

    /// SQLite keeps words in a table of their own.
    async fn index_words(
        &self,
        table: &str,
        id: Uuid,
        weighty: &str,
        plain: &str,
    ) -> Result<(), DbErr> {
        if super::Reads::dialect(self) == Dialect::Postgres {
            return Ok(());
        }
        let mut sql = Sql::new(
            Dialect::Sqlite,
            &format!("INSERT OR REPLACE INTO {table}_search (rowid, a, b) SELECT row_no, "),
        );
        sql.bind(search_text::fts5(weighty)).push(", ").bind(search_text::fts5(plain));
        sql.push(&format!(" FROM {table} WHERE id = ")).bind(id).only_rows([id]);
        self.run(sql).await?;
        Ok(())
    }
}

/// The id behind an expression that is one
fn uuid(expression: &Expr) -> Option<Uuid> {
    match expression {
        Expr::Value(Value::Uuid(id)) => *id,
        _ => None,
    }
}
