//! Restoring a PostgreSQL, by its own tools: what is there is moved aside, and dropped when the
//! archive has taken its place.

use super::{Restored, demand_lost};
use crate::cli::backup::{postgres_contents, while_telling};
use crate::cli::tell;
use crate::config::Secret;
use crate::db::{Contents, Db, Patience, Steps};
use crate::error::{Code, Fault, Refusal, Result};
use crate::gateways::postgres_tools::{ArchiveRows, PostgresTools};
use std::path::Path;
use std::time::Duration;

/// What `pg_restore` says of each table
const TABLE: &str = "processing data for table";
/// One for statements, and one that keeps others from changing the schema
const CONNECTIONS: u32 = 4;
/// How long to wait for whoever changes the schema
const PATIENCE: Patience<'static> = Patience { wait: Duration::from_secs(10), tell: &tell };

/// Brings a backup back.
pub(super) async fn restore(
    url: &Secret,
    tools: PostgresTools,
    file: &Path,
    force: bool,
) -> Result<Restored> {
    let db = Db::connect(url.expose(), CONNECTIONS).await?;
    tools.demand("pg_restore", db.postgres_version().await?).await?;
    let archive = tools.read(file).await?;
    let name = file.display().to_string();
    if archive.steps.is_empty() {
        let message = format!("{name} holds nothing of Plaza's");
        return Err(Refusal::new(Code::Invalid, message).into());
    }
    Steps::of(&archive.steps).demand_known(&name)?;
    let alone = db.hold_steps(&PATIENCE).await?;
    demand_alone(&db).await?;
    demand_lost("The database", &db.contents().await?, force)?;
    let contents = swap(&db, url, &tools, file, &archive).await?;
    alone.commit().await?;
    let steps = db.steps_up(&PATIENCE).await?;
    db.analyze().await?;
    db.close().await;
    Ok(Restored { contents, at: archive.created, steps })
}

/// Refuses while a server or another command is connected.
async fn demand_alone(db: &Db) -> Result<()> {
    let others = db.other_processes().await?;
    if others.is_empty() {
        return Ok(());
    }
    let message = format!(
        "Servers or commands of Plaza's are connected to the database ({}); stop them first",
        others.join(", ")
    );
    Err(Refusal::new(Code::Conflict, message).into())
}

/// Puts the archive in the place of what is there. What the database holds then
async fn swap(
    db: &Db,
    url: &Secret,
    tools: &PostgresTools,
    file: &Path,
    archive: &ArchiveRows,
) -> Result<Contents> {
    // Ctrl-C ends `pg_restore`, which undoes what it did; then it is for us to move things back.
    let ignore = tokio::spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    let replaced = db.set_aside().await?;
    let told = while_telling("restoring", archive.rows.len() as u64, TABLE);
    if let Err(err) = tools.restore(url, file, told).await {
        if replaced {
            db.take_back().await?;
        }
        return Err(err);
    }
    db.end_epoch().await?;
    let (there, should) = (db.contents().await?, postgres_contents(archive));
    if there != should {
        let cause = format!("{}, and not {}", there.sentence(), should.sentence());
        return Err(Fault::new("comparing the database with the archive", cause).into());
    }
    db.drop_aside().await?;
    ignore.abort();
    Ok(there)
}
