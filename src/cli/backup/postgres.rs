//! A backup of a PostgreSQL, by its own tools.

use super::while_telling;
use crate::config::Secret;
use crate::db::{Contents, Db};
use crate::error::{Code, Fault, Refusal, Result};
use crate::gateways::postgres_tools::{ArchiveRows, PostgresTools};
use std::path::Path;

/// What `pg_dump` says of each table
const TABLE: &str = "dumping contents of table";

/// Writes one state of a database to a file, and reads it again.
pub(super) async fn write(url: &Secret, tools: PostgresTools, to: &Path) -> Result<Contents> {
    let db = Db::connect(url.expose(), 2).await?;
    let server = db.postgres_version().await?;
    for program in ["pg_dump", "pg_restore"] {
        tools.demand(program, server).await?;
    }
    if !db.is_plaza().await? {
        let message = "There is nothing of Plaza's in schema public of the database";
        return Err(Refusal::new(Code::NotFound, message).into());
    }
    let told = while_telling("dumping", db.table_count().await?, TABLE);
    let snapshot = db.export_snapshot().await?;
    tools.dump(url, &snapshot.name, to, told).await?;
    let there = Contents::count(&snapshot.reader).await?;
    drop(snapshot);
    db.close().await;

    let contents = contents(&tools.read(to).await?);
    if contents != there {
        let cause = format!("{}, and not {}", contents.sentence(), there.sentence());
        return Err(Fault::new("comparing the archive with the database", cause).into());
    }
    Ok(contents)
}

/// What counts of an archive's rows
pub fn contents(archive: &ArchiveRows) -> Contents {
    let mut contents = Contents::default();
    archive.rows.iter().for_each(|(table, rows)| contents.add(table, *rows));
    contents
}
