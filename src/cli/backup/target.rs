//! The file that a backup becomes: never half there, and never in place of another unasked.

use crate::error::{Code, Error, Fault, Refusal, Result};
use std::fs::File;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Where the backup goes
pub(super) struct Target {
    path: PathBuf,
    folder: PathBuf,
    force: bool,
}

impl Target {
    /// Looks whether a file may be made.
    ///
    /// # Errors
    /// Refused where there is one already, or it is the embedded database, whose file `database` is.
    pub(super) fn new(path: &Path, force: bool, database: &Path) -> Result<Self> {
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let refuse = |message: String| Err(Refusal::new(Code::Conflict, message).into());
        if !folder.is_dir() {
            return refuse(format!("There is no folder {}; make it first", folder.display()));
        }
        if path.is_dir() || path.file_name().is_none() {
            return refuse(format!("{} is a folder; name a file in it", path.display()));
        }
        if is_same(path, database) {
            return refuse(format!("{} is the database itself; name another file", path.display()));
        }
        if path.exists() && !force {
            return refuse(format!(
                "{} is there already; add --force to replace it",
                path.display()
            ));
        }
        Ok(Self { path: path.to_owned(), folder, force })
    }

    /// As the operator named it
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// An empty file beside it, readable by its owner alone, which is gone unless it is kept
    ///
    /// # Errors
    /// Refused where the folder takes none.
    pub(super) fn begin(&self) -> Result<NamedTempFile> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let made = tempfile::Builder::new()
            .prefix(&format!(".{name}."))
            .suffix(".part")
            .tempfile_in(&self.folder);
        made.map_err(|err| {
            let message = format!("Nothing can be written to {}: {err}", self.folder.display());
            Refusal::new(Code::Unavailable, message).into()
        })
    }

    /// Gives the file its name, once its bytes are on the disk. How many there are
    ///
    /// # Errors
    /// Refused where a file of that name has come meanwhile.
    pub(super) fn keep(&self, file: NamedTempFile) -> Result<u64> {
        let fault = |err: std::io::Error| Error::from(Fault::new("keeping the backup", err));
        // By its name: a program may have written another file under it.
        let written = File::open(file.path()).map_err(fault)?;
        written.sync_all().map_err(fault)?;
        let bytes = written.metadata().map_err(fault)?.len();
        let kept =
            if self.force { file.persist(&self.path) } else { file.persist_noclobber(&self.path) };
        kept.map_err(|err| match err.error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                let message = format!("{} has come meanwhile, and stays", self.path.display());
                Refusal::new(Code::Conflict, message).into()
            }
            _ => fault(err.error),
        })?;
        File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(fault)?;
        Ok(bytes)
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(one).is_some_and(|one| real(other) == Some(one))
}
