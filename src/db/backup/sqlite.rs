//! A file of SQLite as a whole: copied while others write, looked through, and made ready to be put
//! in another's place.
//!
//! `VACUUM INTO` reads one state of the database, whoever writes meanwhile, and writes it without
//! what was deleted. A copy has a table of its own, `plaza_backup`, by which it is known as one.

use super::contents::exists;
use crate::db::connect::Dialect;
use crate::db::driver;
use crate::db::reader::{Reader, Reads};
use crate::db::sql::Sql;
use crate::db::steps::Steps;
use crate::entities::Timestamp;
use crate::error::{Code, Error, Fault, Refusal, Result};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, TryGetable};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longest wait for whoever writes
const PATIENCE: Duration = Duration::from_secs(10);

/// A file of SQLite, opened for this alone
pub struct SqliteFile {
    connection: DatabaseConnection,
    reader: Reader,
    /// What the operator knows it as
    name: PathBuf,
}

/// What a backup says of itself
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// When it was begun
    pub at: Timestamp,
    /// Of Plaza
    pub version: String,
}

impl SqliteFile {
    /// Opens a file that is there, and speaks of it by this name.
    ///
    /// # Errors
    /// It can't be opened.
    pub async fn open(path: &Path, name: &Path) -> Result<Self> {
        let mut options = ConnectOptions::new("sqlite:");
        options.max_connections(1).sqlx_logging(false);
        let file = path.to_owned();
        options.map_sqlx_sqlite_opts(move |o| {
            o.filename(&file).in_memory(false).create_if_missing(false).busy_timeout(PATIENCE)
        });
        let connection = Database::connect(options).await?;
        let reader = Reader::new(connection.clone(), Dialect::Sqlite);
        Ok(Self { connection, reader, name: name.to_owned() })
    }

    /// For queries
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Bytes that it has, used or not: a copy has no more.
    ///
    /// # Errors
    /// The file can't be read.
    pub async fn size(&self) -> Result<u64> {
        let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        let bytes: Option<i64> = self.reader.value(self.reader.sql(sql)).await?;
        Ok(bytes.unwrap_or_default().try_into().unwrap_or_default())
    }

    /// Writes one state of it to a file that is empty.
    ///
    /// # Errors
    /// Refused where the file can't be written, such as on a full disk.
    pub async fn copy(&self, to: &Path) -> Result<()> {
        let Some(name) = to.to_str() else {
            let message = format!("{} is no name that SQLite can write to", to.display());
            return Err(Refusal::new(Code::Invalid, message).into());
        };
        let mut sql = self.reader.sql("VACUUM INTO ");
        sql.bind(name);
        self.run(sql).await.map_err(|err| not_written(err, to))
    }

    /// Marks a copy as a backup of this moment.
    ///
    /// # Errors
    /// As [`SqliteFile::copy`].
    pub async fn seal(&self, made: &Made) -> Result<()> {
        let not_written = |err| not_written(err, &self.name);
        for text in [
            "CREATE TABLE plaza_backup (at INTEGER NOT NULL, version TEXT NOT NULL) STRICT",
            "DELETE FROM epoch",
        ] {
            self.run(self.reader.sql(text)).await.map_err(not_written)?;
        }
        let mut sql = self.reader.sql("INSERT INTO plaza_backup (at, version) VALUES (");
        sql.bind(made.at).push(", ").bind(made.version.clone()).push(")");
        self.run(sql).await.map_err(not_written)
    }

    /// What it says of itself; None: it is no backup.
    ///
    /// # Errors
    /// The file can't be read.
    pub async fn made(&self) -> Result<Option<Made>> {
        if !exists(&self.reader, "plaza_backup").await? {
            return Ok(None);
        }
        let row = self.reader.one(self.reader.sql("SELECT at, version FROM plaza_backup")).await?;
        let made = |row| -> Result<Made> {
            let at = Timestamp(i64::try_get_by_index(&row, 0)?);
            Ok(Made { at, version: String::try_get_by_index(&row, 1)? })
        };
        row.map(made).transpose()
    }

    /// It is a database, and no backup any more.
    ///
    /// # Errors
    /// The file can't be written.
    pub async fn unseal(&self) -> Result<()> {
        Ok(self.run(self.reader.sql("DROP TABLE plaza_backup")).await?)
    }

    /// Looks through all of it: pages, indexes, what refers to what.
    ///
    /// # Errors
    /// Refused where something is damaged.
    pub async fn verify(&self) -> Result<()> {
        let sql = self.reader.sql("PRAGMA integrity_check(1)");
        let row = self.reader.one(sql).await.map_err(|_| self.damaged("it can't be read"))?;
        let said = row.map(|row| String::try_get_by_index(&row, 0)).transpose()?;
        if said.as_deref() != Some("ok") {
            return Err(self.damaged(&said.unwrap_or_default()));
        }
        let sql = self.reader.sql("PRAGMA foreign_key_check");
        let Some(row) = self.reader.one(sql).await? else { return Ok(()) };
        let table = String::try_get_by_index(&row, 0)?;
        Err(self.damaged(&format!("a row of {table} refers to one that is not there")))
    }

    /// The steps of its schema
    ///
    /// # Errors
    /// The file can't be read.
    pub async fn steps(&self) -> Result<Steps> {
        crate::db::steps::of(&self.reader).await
    }

    /// Folds the write-ahead log into the file and leaves the file alone behind.
    ///
    /// # Errors
    /// Refused where somebody else has it open.
    pub async fn fold(&self) -> Result<()> {
        match self.run(self.reader.sql("PRAGMA journal_mode = DELETE")).await {
            Err(err) if driver::is_busy(&err) => {
                let message = format!("Something has {} open; stop it first", self.name.display());
                Err(Refusal::new(Code::Conflict, message).into())
            }
            done => Ok(done?),
        }
    }

    /// Closes it.
    pub async fn close(self) {
        self.connection.close().await.ok();
    }

    async fn run(&self, sql: Sql) -> Result<(), DbErr> {
        self.connection.execute_raw(sql.into_statement()).await.map(|_| ())
    }

    fn damaged(&self, how: &str) -> Error {
        let message = format!("{} is damaged: {how}", self.name.display());
        Refusal::new(Code::Invalid, message).into()
    }
}

/// What is the disk's fault the operator can mend.
fn not_written(err: DbErr, file: &Path) -> Error {
    // SQLITE_FULL, SQLITE_IOERR
    let reason = match driver::sqlite_number(&err) {
        Some(13) => "the disk is full".to_owned(),
        Some(10) => driver::database(&err).map(ToString::to_string).unwrap_or_default(),
        _ => return Fault::new("writing a copy of the database", err).into(),
    };
    let folder = file.parent().unwrap_or(file).display();
    let message = format!("Nothing can be written to {folder}: {reason}; nothing was kept there");
    Refusal::new(Code::Unavailable, message).into()
}
