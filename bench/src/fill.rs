//! Rows into an empty database in bulk, in one transaction: PostgreSQL takes them by COPY, SQLite by
//! many rows a statement.
//!
//! `plaza seed` has the same for its market, and keeps it to itself.

use crate::engine::Place;
use anyhow::{Result, anyhow};
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions};
use sqlx::{
    Arguments, AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, SqliteConnection,
    query_with,
};
use std::fmt::Write;
use uuid::Uuid;

/// Bytes sent at once
const CHUNK: usize = 256 * 1024;
/// Rows a statement
const ROWS: usize = 100;

/// A value of a row. Texts have no tab, line end or backslash in them.
#[derive(Clone, Copy)]
pub enum Cell<'a> {
    Id(Uuid),
    Int(i64),
    Bool(bool),
    Text(&'a str),
}

/// A transaction that fills tables
pub enum Fill {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Fill {
    /// Begins.
    ///
    /// # Errors
    /// The database can't be opened.
    pub async fn begin(place: &Place) -> Result<Self> {
        Ok(match place.url() {
            Some(url) => {
                let mut connection = PgConnection::connect(&url).await?;
                connection.execute("BEGIN").await?;
                Self::Postgres(connection)
            }
            None => {
                let options = SqliteConnectOptions::new().filename(place.file());
                let mut connection = options.connect().await?;
                // What is cut short is made anew, so nothing has to last.
                connection
                    .execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -256000; BEGIN")
                    .await?;
                Self::Sqlite(connection)
            }
        })
    }

    /// Believes that rows refer to what there is: looking for it takes PostgreSQL longer than writing.
    ///
    /// # Errors
    /// Whoever fills is no superuser.
    pub async fn believe(&mut self) -> Result<()> {
        if let Self::Postgres(connection) = self {
            connection.execute("SET LOCAL session_replication_role = replica").await?;
        }
        Ok(())
    }

    /// Writes rows of so many cells.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn rows<'a, const N: usize>(
        &mut self,
        table: &str,
        columns: [&str; N],
        rows: impl Iterator<Item = [Cell<'a>; N]>,
    ) -> Result<()> {
        let columns = columns.join(", ");
        match self {
            Self::Postgres(connection) => {
                let text = format!("COPY {table} ({columns}) FROM STDIN");
                copy(connection, &text, rows).await
            }
            Self::Sqlite(connection) => {
                let text = format!("INSERT INTO {table} ({columns}) VALUES ");
                insert(connection, &text, rows).await
            }
        }
    }

    /// Makes it last, and tells the planner what is there.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn finish(self) -> Result<()> {
        match self {
            Self::Postgres(mut connection) => {
                connection.execute("COMMIT").await?;
                // Autovacuum does it within minutes; here it would come in the middle.
                connection.execute("VACUUM (ANALYZE)").await?;
                connection.execute("CHECKPOINT").await?;
            }
            Self::Sqlite(mut connection) => {
                connection.execute("COMMIT; PRAGMA optimize = 0x10002").await?;
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
                connection.close().await?;
            }
        }
        Ok(())
    }
}

async fn copy<'a, const N: usize>(
    connection: &mut PgConnection,
    text: &str,
    rows: impl Iterator<Item = [Cell<'a>; N]>,
) -> Result<()> {
    let mut copy = connection.copy_in_raw(text).await?;
    let mut chunk = String::with_capacity(CHUNK + 16 * 1024);
    for row in rows {
        for (at, cell) in row.into_iter().enumerate() {
            if at > 0 {
                chunk.push('\t');
            }
            match cell {
                Cell::Id(id) => write!(chunk, "{}", id.hyphenated())?,
                Cell::Int(number) => write!(chunk, "{number}")?,
                Cell::Bool(flag) => chunk.push(if flag { 't' } else { 'f' }),
                Cell::Text(text) => chunk.push_str(text),
            }
        }
        chunk.push('\n');
        if chunk.len() >= CHUNK {
            copy.send(chunk.as_bytes()).await?;
            chunk.clear();
        }
    }
    copy.send(chunk.as_bytes()).await?;
    copy.finish().await?;
    Ok(())
}

async fn insert<'a, const N: usize>(
    connection: &mut SqliteConnection,
    text: &str,
    mut rows: impl Iterator<Item = [Cell<'a>; N]>,
) -> Result<()> {
    let row = format!("({}),", ["?"; N].join(","));
    let full = text.to_owned() + row.repeat(ROWS).trim_end_matches(',');
    loop {
        let (mut values, mut count) = (SqliteArguments::default(), 0);
        for cell in rows.by_ref().take(ROWS).inspect(|_| count += 1).flatten() {
            let bound = match cell {
                Cell::Id(id) => values.add(id),
                Cell::Int(number) => values.add(number),
                Cell::Bool(flag) => values.add(flag),
                Cell::Text(text) => values.add(text.to_owned()),
            };
            bound.map_err(|err| anyhow!("{err}"))?;
        }
        let text = match count {
            0 => return Ok(()),
            ROWS => full.clone(),
            fewer => text.to_owned() + row.repeat(fewer).trim_end_matches(','),
        };
        query_with(AssertSqlSafe(text), values).execute(&mut *connection).await?;
    }
}
