//! An uploaded file, queued to be imported. What can be said of it at once is said at once: whether it
//! is a table at all, and has the columns that are needed.

use super::csv::{Csv, NOT_UTF8};
use super::lines::{Lines, Start};
use super::reader::ImportFormat;
use super::store_with_id;
use crate::app::App;
use crate::entities::{Job, JobId, StoreId, StoreRole};
use crate::error::{Code, Error, Fault, Refusal, Result};
use crate::jobs::queue::{self, NewJob};
use crate::services::upload::{self, SentFile};
use crate::services::viewer::{Viewer, demand_role};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use uuid::Uuid;

/// What the job is called
pub const LISTINGS_IMPORT: &str = "listings.import";
/// Bytes of a file that are looked at to tell what it is
const LOOK: usize = 8 * 1024;

/// What the job is given
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) store: Uuid,
    pub(super) upload: Uuid,
    pub(super) format: Written,
}

/// How the file is written
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Written {
    Csv,
    JsonLines,
}

impl From<Written> for ImportFormat {
    fn from(written: Written) -> Self {
        match written {
            Written::Csv => Self::Csv,
            Written::JsonLines => Self::JsonLines,
        }
    }
}

/// Takes a file of listings for a store, to be imported by a job as `plaza import listings` does.
///
/// # Errors
/// Refused to who is no owner or manager of the store, and where the file is no table of listings.
pub async fn listing_import(
    app: &App,
    viewer: &Viewer,
    store: StoreId,
    file: SentFile,
) -> Result<Job> {
    let member = viewer.member()?;
    let store = store_with_id(app, store).await?.id;
    demand_role(app.db.reader(), member, store, StoreRole::Manager)
        .await
        .map_err(|err| at(err, "storeId"))?;
    let fault = |err: io::Error| Fault::new("reading a file that was sent", err);
    let (content, name) = (file.open().map_err(fault)?, file.name.clone());
    let look = tokio::task::spawn_blocking(move || format(content, &name));
    let looked = look.await.map_err(|err| fault(io::Error::other(err)))?;
    let format = looked.map_err(fault)?.map_err(|refusal| refusal.at("file"))?;
    let upload = upload::keep(app, member, &file).await?;
    let (id, now) = (JobId(app.ids.next()), app.clock.now());
    let order = Order { store: store.0, upload: upload.0, format };
    let job = NewJob {
        id,
        kind: LISTINGS_IMPORT,
        owner: Some(member.user.id),
        input: serde_json::to_string(&order)
            .map_err(|err| Fault::new("ordering an import", err))?,
        total: i64::try_from(file.bytes).ok(),
        run_at: now,
        slot: None,
    };
    let tx = app.db.write().await?;
    queue::enqueue(&tx, job, now).await?;
    upload::give(&tx, upload, id).await?;
    let job = queue::lock(&tx, id).await?;
    tx.commit().await?;
    app.jobs.ring();
    job.ok_or_else(|| Fault::new("ordering an import", "the job is gone").into())
}

fn at(err: Error, field: &str) -> Error {
    match err {
        Error::Refused(refusals) => {
            Error::Refused(refusals.into_iter().map(|refusal| refusal.at(field)).collect())
        }
        other => other,
    }
}

/// How the file is written, or why it can't be read at all
fn format(mut file: File, name: &str) -> io::Result<Result<Written, Refusal>> {
    let mut start = Vec::new();
    (&mut file).take(LOOK as u64).read_to_end(&mut start)?;
    if let Some(kind) = foreign(&start) {
        let message = format!("This is {kind}, not CSV or JSON Lines");
        return Ok(Err(Refusal::new(Code::Unsupported, message)));
    }
    file.rewind()?;
    let (mut lines, encoding) = Lines::new(file)?;
    if encoding == Start::Utf16 {
        return Ok(Err(Refusal::new(Code::Invalid, NOT_UTF8)));
    }
    let ending = Path::new(name).extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let object = start.iter().find(|byte| !byte.is_ascii_whitespace() && !byte.is_ascii_control());
    if matches!(ending.as_str(), "jsonl" | "ndjson" | "json") || object == Some(&b'{') {
        return Ok(Ok(Written::JsonLines));
    }
    Ok(Csv::begin(&mut lines)?.map(|_| Written::Csv))
}

/// What a file is that is no text, whatever its name says
fn foreign(start: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 9] = [
        (b"\x89PNG", "a picture (PNG)"),
        (b"\xFF\xD8\xFF", "a picture (JPEG)"),
        (b"GIF8", "a picture (GIF)"),
        (b"RIFF", "a picture or a sound (RIFF)"),
        (b"%PDF", "a PDF"),
        (b"\x1F\x8B", "compressed (gzip): unpack it first"),
        (b"PK\x03\x04", "a workbook or an archive (ZIP): save the sheet as CSV (UTF-8)"),
        (b"\xD0\xCF\x11\xE0", "an old workbook (XLS): save the sheet as CSV (UTF-8)"),
        (b"SQLite format 3", "a database"),
    ];
    let known = KINDS.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, kind)| *kind);
    let utf16 = start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]);
    known.or_else(|| (!utf16 && start.contains(&0)).then_some("no text"))
}
