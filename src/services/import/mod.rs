//! Listings from a file into a store: CSV or JSON Lines, of any size, run as often as one likes.
//!
//! A line is matched with its listing by the column `sku`, or where there is none by title and
//! category: the same file again changes nothing. Bad lines are named and left out; good ones are
//! kept, some hundreds in a transaction. A column that the file lacks stays as it is.
//!
//! - `lines` → `csv` (`fields`), `json_lines` → `record` → `offer` (numbers by `number`, names by `column`):
//!   understanding, on a thread of its own (`reader`)
//! - `batch`, `plan`: writing
//! - `order`: an uploaded file, queued; `job`: the same, by a worker, which goes on where another has died
//! - `report`: what whoever watches is told; nothing here knows a terminal

mod batch;
mod column;
mod csv;
mod fields;
mod job;
mod json_lines;
mod lines;
mod number;
mod offer;
mod order;
mod plan;
mod reader;
mod record;
mod report;

pub use job::listings_import_job;
pub use order::{LISTINGS_IMPORT, listing_import};
pub use reader::ImportFormat;
pub use report::{BadLine, ImportCounts, ImportEvent};

use super::store::no_store;
use super::viewer::{Viewer, demand_role};
use crate::app::App;
use crate::db::Reads;
use crate::entities::{Store, StoreId, StoreRole};
use crate::error::{Code, Fault, Refusal, Result};
use batch::{Ends, Importer};
use reader::News;
use sea_orm::FromQueryResult;
use std::io::Read;

/// What to import, and how
#[derive(Clone, Debug)]
pub struct ListingsImport {
    /// Into which store
    pub store: Store,
    /// How the file is written
    pub format: ImportFormat,
    /// Do everything, and undo it
    pub dry_run: bool,
}

/// Imports listings for the viewer, who must own or manage the store.
///
/// # Errors
/// Refused to others, and for a file that can't be understood as a whole. What was written before a
/// fault stays, and the next run finds it unchanged.
pub async fn listings_import(
    app: &App,
    viewer: &Viewer,
    import: ListingsImport,
    source: impl Read + Send + 'static,
    watch: &mut (dyn FnMut(ImportEvent<'_>) + Send),
) -> Result<ImportCounts> {
    let mut ends = if import.dry_run { Ends::Undo } else { Ends::Commit };
    run(app, viewer, (import.store, import.format), source, &mut ends, watch).await
}

/// Reads a file to its end. What is written of it ends as it is told; a batch that was done before is
/// passed over.
async fn run(
    app: &App,
    viewer: &Viewer,
    (store, format): (Store, ImportFormat),
    source: impl Read + Send + 'static,
    ends: &mut Ends<'_>,
    watch: &mut (dyn FnMut(ImportEvent<'_>) + Send),
) -> Result<ImportCounts> {
    let member = viewer.member()?;
    demand_role(app.db.reader(), member, store.id, StoreRole::Manager).await?;
    let importer = Importer { app, member, store: store.id };
    let (sender, mut news) = tokio::sync::mpsc::channel(2);
    let currency = store.currency();
    let reading =
        tokio::task::spawn_blocking(move || reader::read(source, format, currency, &sender));
    let (mut counts, mut passed) = (ends.counts(), 0);
    while let Some(news) = news.recv().await {
        match news {
            News::Warning(text) => watch(ImportEvent::Warning(&text)),
            News::Failed(error) => return Err(error),
            News::Batch(_) if passed < ends.batches() => passed += 1,
            News::Batch(batch) => {
                passed += 1;
                let bytes = batch.bytes;
                let bad = importer.write(batch, &mut counts, ends).await?;
                bad.iter().for_each(|bad| watch(ImportEvent::Bad(bad)));
                watch(ImportEvent::Progress(bytes, &counts));
            }
        }
    }
    reading.await.map_err(|err| Fault::new("reading the file", err))?;
    Ok(counts)
}

/// The store with a handle.
///
/// # Errors
/// Refused where there is none.
pub async fn store_with_handle(app: &App, handle: &str) -> Result<Store> {
    let mut sql = app.db.reader().sql("SELECT s.* FROM store s WHERE s.handle = ");
    sql.bind(handle.trim().to_lowercase());
    match app.db.reader().one(sql).await? {
        Some(row) => Ok(Store::from_query_result(&row, "")?),
        None => Err(Refusal::new(
            Code::NotFound,
            format!("There is no store with the handle \"{handle}\""),
        )
        .into()),
    }
}

/// The store with an id.
///
/// # Errors
/// Refused where there is none.
async fn store_with_id(app: &App, id: StoreId) -> Result<Store> {
    let mut sql = app.db.reader().sql("SELECT s.* FROM store s WHERE s.id = ");
    sql.bind(id);
    match app.db.reader().one(sql).await? {
        Some(row) => Ok(Store::from_query_result(&row, "")?),
        None => Err(no_store("storeId").into()),
    }
}
