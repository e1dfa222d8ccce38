//! Files that people send for a job to work on: kept in the database, in pieces, so that whichever
//! server takes the job finds them, on either database and without a disk that all servers share.
//!
//! Pieces are written some at a time before the job is queued: no transaction of many megabytes keeps
//! other writers waiting. What no job came of, or whose job is long done, `log.trim` throws away.

use super::upkeep::delete;
use super::viewer::Member;
use crate::app::App;
use crate::db::{Columns, Reader, Reads, WriteTx};
use crate::entities::{JobId, Timestamp, UploadId};
use crate::error::{Fault, Result};
use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::Arc;
use tokio::runtime::Handle;

/// Bytes of a piece
const PIECE: usize = 256 * 1024;
/// Pieces of a transaction
const AT_ONCE: usize = 4;
/// How long a file is kept, in seconds: 7 days
const KEPT_SECONDS: i64 = 7 * 24 * 3600;
/// Files that one transaction deletes, each of many pieces
const TRIMMED: u64 = 4;

/// A file as it was sent
#[derive(Clone, Debug)]
pub struct SentFile {
    /// What the sender calls it
    pub name: String,
    pub bytes: u64,
    /// On this server's disk, without a name: it goes when nobody holds it any more
    pub content: Arc<File>,
}

impl SentFile {
    /// The file from its beginning. One reader at a time: they share their place.
    ///
    /// # Errors
    /// The disk failed.
    pub(super) fn open(&self) -> io::Result<File> {
        let mut file = self.content.try_clone()?;
        file.rewind()?;
        Ok(file)
    }
}

/// Keeps a file for a job to come.
///
/// # Errors
/// The disk could not be read, or the database could not write.
pub(super) async fn keep(app: &App, member: &Member, file: &SentFile) -> Result<UploadId> {
    let id = UploadId(app.ids.next());
    let fault = |err: io::Error| Fault::new("reading a file that was sent", err);
    let mut content = file.open().map_err(fault)?;
    let tx = app.db.write().await?;
    let row = Columns::of("upload")
        .set("id", id)
        .set("owner_id", member.user.id)
        .set("name", file.name.clone())
        .set("bytes", i64::try_from(file.bytes).unwrap_or(i64::MAX))
        .set("created_at", app.clock.now());
    tx.insert(row).await?;
    tx.commit().await?;
    let mut part = 0;
    loop {
        let read = move || {
            let pieces = (0..AT_ONCE).map(|_| piece(&mut content)).collect::<io::Result<Vec<_>>>();
            pieces.map(|pieces| (pieces, content))
        };
        let read =
            tokio::task::spawn_blocking(read).await.map_err(|err| fault(io::Error::other(err)))?;
        let (pieces, rest) = read.map_err(fault)?;
        content = rest;
        let tx = app.db.write().await?;
        for piece in pieces {
            if piece.is_empty() {
                tx.commit().await?;
                return Ok(id);
            }
            let row = Columns::of("upload_part")
                .set("upload_id", id)
                .set("part", part)
                .set("content", piece);
            tx.insert(row).await?;
            part += 1;
        }
        tx.commit().await?;
    }
}

fn piece(content: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut piece = Vec::with_capacity(PIECE);
    content.take(PIECE as u64).read_to_end(&mut piece)?;
    Ok(piece)
}

/// A kept file, for a thread that may wait
pub(super) struct Pieces {
    reader: Reader,
    runtime: Handle,
    upload: UploadId,
    next: i32,
    piece: io::Cursor<Vec<u8>>,
}

impl Pieces {
    /// The file from its beginning. Nothing is read yet.
    pub(super) fn of(app: &App, upload: UploadId) -> Self {
        let (reader, runtime) = (app.db.reader().clone(), Handle::current());
        Self { reader, runtime, upload, next: 0, piece: io::Cursor::default() }
    }
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.piece.read(into)?;
        if read > 0 || into.is_empty() {
            return Ok(read);
        }
        let mut sql = self.reader.sql("SELECT content FROM upload_part WHERE upload_id = ");
        sql.bind(self.upload).push(" AND part = ").bind(self.next);
        let found = self.runtime.block_on(self.reader.value::<Vec<u8>>(sql));
        let piece = found.map_err(|err| io::Error::other(format!("{err:?}")))?;
        self.next += 1;
        self.piece = io::Cursor::new(piece.unwrap_or_default());
        self.piece.read(into)
    }
}

/// Gives a file to the job that works on it, and goes with it.
///
/// # Errors
/// The database could not write.
pub(super) async fn give(tx: &WriteTx, upload: UploadId, job: JobId) -> Result<()> {
    let mut sql = tx.sql("UPDATE upload SET job_id = ");
    sql.bind(job).push(" WHERE id = ").bind(upload);
    tx.run(sql).await?;
    Ok(())
}

/// Throws away what is too old, some files at a time.
///
/// # Errors
/// The database could not write.
pub(super) async fn trim(app: &App, now: Timestamp) -> Result<()> {
    delete(app, ("upload", "id"), TRIMMED, |sql| {
        sql.push("created_at < ").bind(now.plus_seconds(-KEPT_SECONDS));
    })
    .await
}
