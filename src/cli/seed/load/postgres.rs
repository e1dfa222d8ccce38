//! COPY into PostgreSQL, in its text format.
//!
//! Format: <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2>

use super::super::prose::Words;
use super::super::row::{Cell, Row, Table};
use super::{Aside, fault};
use crate::db::Db;
use crate::error::Result;
use sea_orm::sqlx::{AssertSqlSafe, PgConnection, Postgres, Row as _, Transaction, query, raw_sql};
use std::fmt::Write as _;

/// Bytes sent at once
const CHUNK: usize = 256 * 1024;

/// A transaction that copies
pub(in crate::cli::seed) struct Copy {
    tx: Transaction<'static, Postgres>,
}

impl Copy {
    pub(super) async fn begin(db: &Db, tables: &[&'static Table]) -> Result<Self> {
        let pool = db.raw_writer().get_postgres_connection_pool();
        let mut tx = pool.begin().await.map_err(fault)?;
        let names = names(tables);
        // Others read on; who would write, or load at the same time, waits.
        run(&mut tx, format!("LOCK TABLE {names} IN EXCLUSIVE MODE")).await?;
        // Indexes are sorted in memory where they fit.
        run(&mut tx, "SET LOCAL maintenance_work_mem = '256MB'".to_owned()).await?;
        Ok(Self { tx })
    }

    pub(super) async fn count(&mut self, table: &Table) -> Result<u64> {
        let text = format!("SELECT count(*) FROM {}", table.name);
        let row = query(AssertSqlSafe(text)).fetch_one(&mut *self.tx).await.map_err(fault)?;
        Ok(row.try_get::<i64, _>(0).map_err(fault)?.unsigned_abs())
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
        // Constraints stay, and with them their indexes: ids come in order, so these grow at the end.
        let text = "SELECT quote_ident(c.relname), pg_get_indexdef(i.indexrelid) FROM pg_index i
            JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = ANY($1::text[]::regclass[])
            AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
            ORDER BY c.relname";
        let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
        let rows = query(text).bind(names).fetch_all(&mut *self.tx).await.map_err(fault)?;
        let mut aside = Vec::with_capacity(rows.len());
        for row in rows {
            let name: String = row.try_get(0).map_err(fault)?;
            run(&mut self.tx, format!("DROP INDEX {name}")).await?;
            aside.push(Aside(row.try_get(1).map_err(fault)?));
        }
        Ok(aside)
    }

    pub(super) async fn rows(
        &mut self,
        table: &'static Table,
        rows: impl Iterator<Item = Row> + Send,
        mut told: impl FnMut(u64) + Send,
    ) -> Result<u64> {
        let search = if table.searched { ", search" } else { "" };
        let text = format!("COPY {} ({}{search}) FROM STDIN", table.name, table.columns.join(", "));
        let connection: &mut PgConnection = &mut self.tx;
        let mut copy = connection.copy_in_raw(&text).await.map_err(fault)?;
        let mut chunk = String::with_capacity(CHUNK + 16 * 1024);
        let mut untold = 0;
        for row in rows {
            write_row(&mut chunk, &row);
            untold += 1;
            if chunk.len() >= CHUNK {
                copy.send(chunk.as_bytes()).await.map_err(fault)?;
                chunk.clear();
                told(std::mem::take(&mut untold));
            }
        }
        copy.send(chunk.as_bytes()).await.map_err(fault)?;
        told(untold);
        copy.finish().await.map_err(fault)
    }

    pub(super) async fn make_index(&mut self, index: &Aside) -> Result<()> {
        run(&mut self.tx, index.0.clone()).await
    }

    pub(super) async fn finish(self, db: &Db, tables: &[&'static Table]) -> Result<()> {
        self.tx.commit().await.map_err(fault)?;
        // VACUUM marks pages as seen by all, which index-only scans live on; it runs outside of
        // transactions.
        let pool = db.raw_writer().get_postgres_connection_pool();
        let text = format!("VACUUM (ANALYZE) {}", names(tables));
        raw_sql(AssertSqlSafe(text)).execute(pool).await.map_err(fault)?;
        Ok(())
    }
}

fn names(tables: &[&'static Table]) -> String {
    tables.iter().map(|table| table.name).collect::<Vec<_>>().join(", ")
}

async fn run(tx: &mut Transaction<'static, Postgres>, text: String) -> Result<()> {
    raw_sql(AssertSqlSafe(text)).execute(&mut **tx).await.map_err(fault)?;
    Ok(())
}

fn write_row(chunk: &mut String, row: &Row) {
    for (at, cell) in row.cells.iter().enumerate() {
        if at > 0 {
            chunk.push('\t');
        }
        // Writing to a String can't fail.
        let _ = match cell {
            Cell::Null => chunk.write_str("\\N"),
            Cell::Id(id) => write!(chunk, "{}", id.hyphenated()),
            Cell::Int(number) => write!(chunk, "{number}"),
            Cell::Float(number) => write!(chunk, "{number}"),
            Cell::Bool(flag) => chunk.write_str(if *flag { "t" } else { "f" }),
            Cell::Text(text) => write_text(chunk, text),
            Cell::Fixed(text) => write_text(chunk, text),
        };
    }
    if let Some(Words::Tsvector(vector)) = &row.words {
        chunk.push('\t');
        let _ = write_text(chunk, vector);
    }
    chunk.push('\n');
}

fn write_text(chunk: &mut String, text: &str) -> std::fmt::Result {
    const SIGNS: [(char, &str); 4] = [('\\', "\\\\"), ('\t', "\\t"), ('\n', "\\n"), ('\r', "\\r")];
    for part in text.split_inclusive(SIGNS.map(|(sign, _)| sign)) {
        let escaped =
            SIGNS.iter().find_map(|(sign, escape)| Some((part.strip_suffix(*sign)?, escape)));
        let (start, escape) = escaped.unwrap_or((part, &""));
        chunk.write_str(start)?;
        chunk.write_str(escape)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_the_format_are_escaped() {
        let mut line = String::new();
        let cells = vec![
            Cell::Null,
            Cell::Text("a\tb\\c\nd\r".to_owned()),
            Cell::Bool(true),
            Cell::Int(-5),
        ];
        write_row(&mut line, &Row { cells, words: Some(Words::Tsvector("'a':1A".to_owned())) });
        assert_eq!(line, "\\N\ta\\tb\\\\c\\nd\\r\tt\t-5\t'a':1A\n");
    }
}
