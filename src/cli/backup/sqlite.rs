//! A backup of the embedded database.

use super::while_growing;
use crate::db::{Contents, Made, SqliteFile};
use crate::entities::Timestamp;
use crate::error::{Code, Fault, Refusal, Result};
use std::path::Path;

/// Writes one state of a database to a file, and reads it again.
pub(super) async fn write(database: &Path, to: &Path, at: Timestamp) -> Result<Contents> {
    if !database.is_file() {
        let message = format!("There is no database at {}", database.display());
        return Err(Refusal::new(Code::NotFound, message).into());
    }
    let source = SqliteFile::open(database, database).await?;
    if source.steps().await?.known.iter().all(|(_, taken)| !taken) {
        let message = format!("There is nothing of Plaza's in {}", database.display());
        return Err(Refusal::new(Code::NotFound, message).into());
    }
    let before = Contents::count(source.reader()).await?;
    let steps = source.steps().await?;
    while_growing("copying", (to, source.size().await?), source.copy(to)).await?;
    let after = Contents::count(source.reader()).await?;
    source.close().await;

    let copy = SqliteFile::open(to, to).await?;
    copy.seal(&Made { at, version: env!("CARGO_PKG_VERSION").to_owned() }).await?;
    copy.verify().await?;
    let contents = Contents::count(copy.reader()).await?;
    if copy.steps().await? != steps || !contents.lies_between(&before, &after) {
        let cause = format!("{} is not what the database holds", contents.sentence());
        return Err(Fault::new("comparing the copy with the database", cause).into());
    }
    copy.close().await;
    Ok(contents)
}
