//! A statement's text and values, built together, in either dialect.
//!
//! sea-query builds inserts and updates; lists need LATERAL, row values and full text, which are
//! clearer as SQL. Values are always bound, never spliced in. Both databases take `$1`.

use super::connect::Dialect;
use crate::entities::Timestamp;
use sea_orm::sea_query::{ArrayType, Value, Values};
use sea_orm::{DbBackend, Statement};
use std::fmt::Write as _;
use uuid::Uuid;

/// Statement under construction
#[derive(Clone, Debug)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
    dialect: Dialect,
    /// The only rows that it writes
    rows: Option<Vec<Uuid>>,
}

impl Sql {
    /// A statement that starts with this text.
    pub fn new(dialect: Dialect, text: &str) -> Self {
        let mut start = String::with_capacity(512);
        start.push_str(text);
        Self { text: start, values: Vec::new(), dialect, rows: None }
    }

    /// Which database it is for
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// PostgreSQL
    pub fn is_postgres(&self) -> bool {
        self.dialect == Dialect::Postgres
    }

    /// The text so far
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The span of running it
    pub(super) fn span(&self) -> tracing::Span {
        tracing::debug_span!("db.query", db.statement = self.text)
    }

    /// Says which rows it writes at most, by id: caches then forget no others.
    pub fn only_rows(&mut self, rows: impl IntoIterator<Item = Uuid>) -> &mut Self {
        self.rows = Some(rows.into_iter().collect());
        self
    }

    /// The only rows that it writes, where that was said
    pub(super) fn rows(&self) -> Option<&[Uuid]> {
        self.rows.as_deref()
    }

    /// Adds text.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds the text of its dialect.
    pub fn either(&mut self, postgres: &str, sqlite: &str) -> &mut Self {
        let text = if self.is_postgres() { postgres } else { sqlite };
        self.push(text)
    }

    /// Adds a bound value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        // Writing to a String can't fail.
        let _ = write!(self.text, "${}", self.values.len());
        self
    }

    /// Adds a bound list for SQLite's `json_each`.
    pub fn bind_json<T: serde::Serialize>(&mut self, list: &[T]) -> &mut Self {
        self.bind(json_text(list))
    }

    /// Binds a value that text added later refers to by the number returned.
    pub fn number(&mut self, value: impl Into<Value>) -> usize {
        self.values.push(value.into());
        self.values.len()
    }

    /// Adds `expression = one of these ids`: one text for any number of them.
    pub fn any_id(&mut self, expression: &str, ids: impl IntoIterator<Item = Uuid>) -> &mut Self {
        self.push(expression);
        match self.dialect {
            Dialect::Postgres => self.push(" = ANY(").bind(uuid_array(ids)).push(")"),
            Dialect::Sqlite => {
                self.push(" IN (SELECT unhex(value) FROM json_each(").bind(hex_json(ids)).push("))")
            }
        }
    }

    /// Adds `expression = one of these texts`. No column holds a NUL, and PostgreSQL refuses it in a
    /// value: a text with one is left out.
    pub fn any_text(
        &mut self,
        expression: &str,
        texts: impl IntoIterator<Item = String>,
    ) -> &mut Self {
        self.push(expression);
        let texts = texts.into_iter().filter(|text| !text.contains('\0'));
        match self.dialect {
            Dialect::Postgres => {
                self.push(" = ANY(").bind(array(ArrayType::String, texts)).push(")")
            }
            Dialect::Sqlite => {
                let list: Vec<String> = texts.collect();
                self.push(" IN (SELECT value FROM json_each(").bind(json_text(&list)).push("))")
            }
        }
    }

    /// Adds `expression = one of these numbers`.
    pub fn any_number(
        &mut self,
        expression: &str,
        numbers: impl IntoIterator<Item = i16>,
    ) -> &mut Self {
        self.push(expression);
        match self.dialect {
            Dialect::Postgres => {
                self.push(" = ANY(").bind(array(ArrayType::SmallInt, numbers)).push(")")
            }
            Dialect::Sqlite => {
                let list: Vec<i16> = numbers.into_iter().collect();
                self.push(" IN (SELECT value FROM json_each(").bind(json_text(&list)).push("))")
            }
        }
    }

    /// Adds a table `v(text)` of these texts.
    pub fn texts(&mut self, texts: impl IntoIterator<Item = String>) -> &mut Self {
        match self.dialect {
            Dialect::Postgres => {
                self.push("unnest(").bind(array(ArrayType::String, texts)).push(") AS v(text)")
            }
            Dialect::Sqlite => {
                let list: Vec<String> = texts.into_iter().collect();
                self.push("(SELECT value AS text FROM json_each(")
                    .bind(json_text(&list))
                    .push(")) AS v")
            }
        }
    }

    /// Adds a table `v(id, quantity)` of these pairs.
    pub fn quantities(&mut self, pairs: &[(Uuid, i32)]) -> &mut Self {
        self.by_id("quantity", ArrayType::Int, pairs.iter().copied())
    }

    /// Adds a table `v(id, at)` of these pairs.
    pub fn moments(&mut self, pairs: &[(Uuid, Timestamp)]) -> &mut Self {
        self.by_id("at", ArrayType::BigInt, pairs.iter().map(|(id, at)| (*id, at.0)))
    }

    /// Adds a table `v(id, amount)` of these pairs.
    pub fn amounts(&mut self, pairs: &[(Uuid, i64)]) -> &mut Self {
        self.by_id("amount", ArrayType::BigInt, pairs.iter().copied())
    }

    /// Adds a table `v(text, amount)` of these pairs.
    pub fn text_amounts(&mut self, pairs: &[(String, i64)]) -> &mut Self {
        match self.dialect {
            Dialect::Postgres => self
                .push("unnest(")
                .bind(array(ArrayType::String, pairs.iter().map(|pair| pair.0.clone())))
                .push(", ")
                .bind(array(ArrayType::BigInt, pairs.iter().map(|pair| pair.1)))
                .push(") AS v(text, amount)"),
            Dialect::Sqlite => self
                .push("(SELECT value ->> 0 AS text, value ->> 1 AS amount FROM json_each(")
                .bind(json_text(pairs))
                .push(")) AS v"),
        }
    }

    /// Adds a table `v(id, …)` of these pairs.
    fn by_id<T: Into<Value> + serde::Serialize>(
        &mut self,
        name: &str,
        kind: ArrayType,
        pairs: impl Iterator<Item = (Uuid, T)>,
    ) -> &mut Self {
        match self.dialect {
            Dialect::Postgres => {
                let (ids, values): (Vec<_>, Vec<_>) = pairs.unzip();
                self.push("unnest(")
                    .bind(uuid_array(ids))
                    .push(", ")
                    .bind(array(kind, values))
                    .push(&format!(") AS v(id, {name})"))
            }
            Dialect::Sqlite => {
                let rows: Vec<_> =
                    pairs.map(|(id, value)| (id.simple().to_string(), value)).collect();
                self.push("(SELECT unhex(value ->> 0) AS id, value ->> 1 AS ")
                    .push(name)
                    .push(" FROM json_each(")
                    .bind(json_text(&rows))
                    .push(")) AS v")
            }
        }
    }

    /// Adds a query for these forms of searched words: term, bit of the word, whether as written.
    pub fn word_forms(&mut self, forms: &[(&str, i32, i32)]) -> &mut Self {
        match self.dialect {
            Dialect::Postgres => self
                .push("SELECT * FROM unnest(")
                .bind(array(ArrayType::String, forms.iter().map(|form| form.0)))
                .push(", ")
                .bind(array(ArrayType::Int, forms.iter().map(|form| form.1)))
                .push(", ")
                .bind(array(ArrayType::Int, forms.iter().map(|form| form.2)))
                .push(")"),
            Dialect::Sqlite => self
                .push("SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(")
                .bind(json_text(forms))
                .push(")"),
        }
    }

    /// Adds a table `z(zone, minute)` of these pairs.
    pub fn minutes_by_zone(&mut self, pairs: &[(&'static str, u16)]) -> &mut Self {
        match self.dialect {
            Dialect::Postgres => self
                .push("unnest(")
                .bind(array(ArrayType::String, pairs.iter().map(|pair| pair.0)))
                .push(", ")
                .bind(array(ArrayType::Int, pairs.iter().map(|pair| i32::from(pair.1))))
                .push(") AS z(zone, minute)"),
            Dialect::Sqlite => self
                .push("(SELECT value ->> 0 AS zone, value ->> 1 AS minute FROM json_each(")
                .bind(json_text(pairs))
                .push(")) AS z"),
        }
    }

    /// Adds a comma-separated list of columns of an alias.
    pub fn columns(&mut self, alias: &str, columns: &[&str]) -> &mut Self {
        for (at, column) in columns.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let _ = write!(self.text, "{comma}{alias}.{column}");
        }
        self
    }

    pub(super) fn into_statement(self) -> Statement {
        Statement {
            sql: self.text,
            values: Some(Values(self.values)),
            db_backend: match self.dialect {
                Dialect::Postgres => DbBackend::Postgres,
                Dialect::Sqlite => DbBackend::Sqlite,
            },
        }
    }
}

/// A PostgreSQL array of values of this kind
fn array(kind: ArrayType, values: impl IntoIterator<Item = impl Into<Value>>) -> Value {
    Value::Array(kind, Some(Box::new(values.into_iter().map(Into::into).collect())))
}

/// A PostgreSQL array of ids
pub(super) fn uuid_array(ids: impl IntoIterator<Item = Uuid>) -> Value {
    array(ArrayType::Uuid, ids)
}

/// Ids for SQLite's `json_each`, which can't carry bytes: hexadecimal, read back with `unhex`
pub(super) fn hex_json(ids: impl IntoIterator<Item = Uuid>) -> String {
    let mut text = String::from("[");
    for (at, id) in ids.into_iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\"{}\"", id.simple());
    }
    text.push(']');
    text
}

/// A list of plain numbers or texts as JSON
pub(super) fn json_text<T: serde::Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).unwrap_or_else(|_| "[]".to_owned())
}
