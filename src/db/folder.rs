//! The lock of a data folder: whoever has its database open shares it, and whoever puts another
//! database in its place has it alone.
//!
//! SQLite's own locks are of a file, and a restore is about two: the one that is there, and the one
//! that takes its name.

use crate::error::{Code, Error, Fault, Refusal, Result};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a server waits at its start for a restore to end
const PATIENCE: Duration = Duration::from_secs(5);

/// Held as long as it lives; the system lets go of it when the process ends, however it does
#[derive(Debug)]
pub struct FolderLock {
    /// None: the file system has no locks, and SQLite's have to do
    _file: Option<File>,
}

impl FolderLock {
    /// Shares the folder of this database with all who use it.
    ///
    /// # Errors
    /// Somebody puts another database in its place.
    pub(super) async fn share(database: &Path) -> Result<Self> {
        let begun = Instant::now();
        loop {
            let file = open(database)?;
            match file.try_lock_shared() {
                Ok(()) => return Ok(Self { _file: Some(file) }),
                Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(TryLockError::WouldBlock) => {
                    let message = format!(
                        "{} is being restored; start again when that is done",
                        database.display()
                    );
                    return Err(Refusal::new(Code::Conflict, message).into());
                }
                Err(TryLockError::Error(_)) => return Ok(Self { _file: None }),
            }
        }
    }

    /// Takes the folder of this database for oneself.
    ///
    /// # Errors
    /// Somebody has the database open.
    pub fn take(database: &Path) -> Result<Self> {
        let file = open(database)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => {
                let message = format!(
                    "A server or a command of Plaza's has {} open; stop it first",
                    database.display()
                );
                Err(Refusal::new(Code::Conflict, message).into())
            }
            Err(TryLockError::Error(_)) => Ok(Self { _file: None }),
        }
    }
}

/// The file that is locked. It stays: one that is deleted would be another one for the next.
fn open(database: &Path) -> Result<File> {
    let path: PathBuf = database.with_extension("lock");
    let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    opened.map_err(|err| {
        let cause = format!("{}: {err}", path.display());
        Error::from(Fault::new("opening the data folder's lock", cause))
    })
}
