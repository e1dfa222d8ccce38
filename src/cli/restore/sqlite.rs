//! Restoring the embedded database: a copy of the backup is made ready beside it, and renamed.

use super::{Restored, demand_lost};
use crate::cli::backup::while_growing;
use crate::cli::{minute, sentence, tell};
use crate::db::{Contents, Db, FolderLock, Patience, SqliteFile};
use crate::error::{Code, Error, Fault, Refusal, Result};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// Brings a backup back.
pub(super) async fn restore(folder: &Path, file: &Path, force: bool) -> Result<Restored> {
    let database = folder.join("plaza.db");
    std::fs::create_dir_all(folder).map_err(fault)?;
    // Until the end: no server starts meanwhile.
    let _alone = FolderLock::take(&database)?;
    let name = database.display().to_string();
    let there = there(&database).await;
    match &there {
        Ok(there) => demand_lost(&name, there, force)?,
        Err(_) if force => {}
        Err(err) => {
            let reason = sentence(err);
            let message = format!("{name} can't be read ({reason}); add --force to replace it");
            return Err(Refusal::new(Code::Conflict, message).into());
        }
    }
    let beside = TempDir::with_prefix_in(".restore-", folder).map_err(fault)?;
    let copy = beside.path().join("plaza.db");
    let bytes = std::fs::metadata(file).map_err(fault)?.len();
    while_growing("copying", (copy.as_path(), bytes), copied(file, &copy)).await?;
    let restored = make_ready(&copy, file).await?;
    if there.is_ok() && database.exists() {
        // Nothing of its write-ahead log may be left for the file that takes its name.
        let old = SqliteFile::open(&database, &database).await?;
        old.fold().await?;
        old.close().await;
    }
    put(&copy, &database).map_err(fault)?;
    Ok(restored)
}

/// What the database holds now
async fn there(database: &Path) -> Result<Contents> {
    if !database.exists() {
        return Ok(Contents::default());
    }
    let file = SqliteFile::open(database, database).await?;
    let contents = Contents::count(file.reader()).await;
    file.close().await;
    contents
}

async fn copied(from: &Path, to: &Path) -> Result<()> {
    let made = tokio::fs::copy(from, to).await;
    made.map_err(|err| {
        let folder = to.parent().and_then(Path::parent).unwrap_or(to).display();
        let message =
            format!("The backup can't be copied to {folder}: {err}; nothing was kept there");
        Error::from(Refusal::new(Code::Unavailable, message))
    })?;
    Ok(())
}

/// Looks a copy through, and makes a database of today's of it.
async fn make_ready(copy: &Path, name: &Path) -> Result<Restored> {
    let refuse = |message: String| Error::from(Refusal::new(Code::Invalid, message));
    let broken = |_| refuse(format!("{} is damaged: it can't be read", name.display()));
    let file = SqliteFile::open(copy, name).await.map_err(broken)?;
    let made = file.made().await.map_err(broken)?;
    let no_backup =
        || refuse(format!("{} is no backup: `plaza backup` makes them", name.display()));
    let made = made.ok_or_else(no_backup)?;
    file.steps().await?.demand_known(&name.display().to_string())?;
    file.verify().await?;
    let contents = Contents::count(file.reader()).await?;
    file.unseal().await?;
    file.close().await;

    let db = Db::connect(&format!("sqlite:{}", copy.display()), 1).await?;
    let steps = db.steps_up(&Patience { wait: Duration::ZERO, tell: &tell }).await?;
    db.close().await;
    let file = SqliteFile::open(copy, name).await?;
    file.fold().await?;
    file.close().await;
    Ok(Restored { contents, at: format!("{} UTC", minute(made.at)), steps })
}

/// Gives a file the name of the database: one moment it is the old one, the next the new one.
fn put(copy: &Path, database: &Path) -> std::io::Result<()> {
    File::open(copy)?.sync_all()?;
    for end in ["-wal", "-shm"] {
        let mut left = database.as_os_str().to_owned();
        left.push(end);
        match std::fs::remove_file(PathBuf::from(left)) {
            Err(err) if err.kind() != std::io::ErrorKind::NotFound => return Err(err),
            _ => {}
        }
    }
    std::fs::rename(copy, database)?;
    match database.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn fault(err: std::io::Error) -> Error {
    Fault::new("putting the backup in the database's place", err).into()
}
