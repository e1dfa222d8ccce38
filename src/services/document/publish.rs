//! Publishing: all documents of a build, or none of them.

use super::{lock, named};
use crate::app::App;
use crate::db::{Columns, Reads, WriteTx};
use crate::entities::{AuditKind, Timestamp, Wide};
use crate::error::{Code, Error, Refusal, Result};
use crate::events::News;
use crate::services::audit::{Entry, audit};
use sea_orm::TryGetable;
use std::collections::HashMap;
use uuid::Uuid;

/// Documents that a client may have
const MAX_DOCUMENTS: usize = 20_000;
/// Longest id of a document, in bytes
const MAX_ID: usize = 200;

/// A document that was found to be valid
#[derive(Clone, Debug)]
pub struct DocumentNew {
    /// What the client sends in its place
    pub document_id: String,
    /// Name of its one operation
    pub operation_name: String,
    /// SHA-256 of the text
    pub hash: [u8; 32],
    /// The text
    pub body: String,
    /// Without values for its variables
    pub cost: i32,
    /// None: not measured
    pub sql_statements: Option<i32>,
}

/// What came of publishing, in documents
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Publication {
    /// Not there before
    pub new: usize,
    /// Retired before
    pub revived: usize,
    /// Published before
    pub known: usize,
}

/// Publishes documents for a client. A document never changes under its id: one that differs from
/// what is there under it is refused, and nothing is published then.
///
/// # Errors
/// All ids that can't be, or stand for another text.
pub async fn documents_publish(
    app: &App,
    client: &str,
    documents: &[DocumentNew],
) -> Result<Publication> {
    let client = named(client)?;
    let now = app.clock.now();
    let tx = app.db.write().await?;
    lock(&tx, client, now).await?;
    let before = before(&tx, client).await?;
    check(documents, &before)?;
    let mut done = Publication::default();
    let (mut rows, mut revived, mut news) = (Vec::new(), Vec::new(), News::default());
    for document in documents {
        match before.get(&document.document_id) {
            Some(known) if !known.retired => done.known += 1,
            Some(known) => {
                done.revived += 1;
                revived.push(known.id);
                news.guard_changed(known.id);
            }
            None => {
                done.new += 1;
                let id = app.ids.next();
                news.guard_changed(id);
                rows.push(row(id, client, document, now));
            }
        }
    }
    tx.insert_all(rows).await?;
    if !revived.is_empty() {
        let mut sql = tx.sql("UPDATE document SET retired_at = NULL, published_at = ");
        sql.bind(now).push(" WHERE ").any_id("id", revived);
        tx.run(sql).await?;
    }
    if done.new + done.revived > 0 {
        let entry = Entry::of_operator(AuditKind::DocumentsPublished).about_name(client);
        audit(&tx, app, entry.with("new", done.new).with("revived", done.revived)).await?;
    }
    app.log.commit(tx, news, now).await?;
    Ok(done)
}

struct Before {
    id: Uuid,
    hash: Vec<u8>,
    retired: bool,
}

async fn before(tx: &WriteTx, client: &str) -> Result<HashMap<String, Before>> {
    let mut sql = tx.sql("SELECT document_id, id, hash, retired_at FROM document WHERE client = ");
    sql.bind(client);
    let rows = tx.all(sql).await?;
    rows.iter()
        .map(|row| {
            let before = Before {
                id: Uuid::try_get_by_index(row, 1)?,
                hash: Vec::try_get_by_index(row, 2)?,
                retired: Option::<Timestamp>::try_get_by_index(row, 3)?.is_some(),
            };
            Ok((String::try_get_by_index(row, 0)?, before))
        })
        .collect()
}

fn check(documents: &[DocumentNew], before: &HashMap<String, Before>) -> Result<()> {
    let mut refusals = Vec::new();
    let mut seen: HashMap<&str, &[u8; 32]> = HashMap::new();
    for document in documents {
        let id = document.document_id.as_str();
        let mut refuse = |code, message| refusals.push(Refusal::new(code, message));
        if id.is_empty() || id.len() > MAX_ID || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = format!("{id:?}: an id has 1 to {MAX_ID} visible ASCII characters");
            refuse(Code::Invalid, message);
        }
        let twice = seen.insert(id, &document.hash).is_some_and(|hash| *hash != document.hash);
        let differs = before.get(id).is_some_and(|known| known.hash != document.hash);
        if twice || differs {
            let message = format!(
                "{id}: {} has this id with another text; a document never changes under its id",
                if twice { "a second document" } else { "a published document" }
            );
            refuse(Code::Conflict, message);
        }
    }
    let count = before.len() + seen.keys().filter(|id| !before.contains_key(**id)).count();
    if count > MAX_DOCUMENTS {
        let message = format!("A client has at most {MAX_DOCUMENTS} documents; this makes {count}");
        refusals.push(Refusal::new(Code::OutOfRange, message));
    }
    if refusals.is_empty() { Ok(()) } else { Err(Error::Refused(refusals)) }
}

fn row(id: Uuid, client: &str, document: &DocumentNew, now: Timestamp) -> Columns {
    Columns::of("document")
        .set("id", id)
        .set("client", client)
        .set("document_id", document.document_id.clone())
        .set("operation_name", document.operation_name.clone())
        .set("hash", document.hash.to_vec())
        .set("body", Wide::from(document.body.as_str()))
        .set("cost", document.cost)
        .set("sql_statements", document.sql_statements)
        .set("published_at", now)
        .set("uses", 0_i64)
}
