//! What is used: how often each document, and each field by each client. Counted in memory and
//! written every few seconds, so that no request writes; what a server that dies has not written is
//! lost.

use crate::app::{App, report};
use crate::db::{Reader, Reads, UPKEEP, WriteTx};
use crate::entities::{DocumentId, Timestamp};
use crate::error::Result;
use crate::services::operation::operations_write;
use parking_lot::Mutex;
use sea_orm::TryGetable;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How often it is written
const PAUSE: Duration = Duration::from_secs(5);
/// Documents that are counted between two times; more are not counted
const MOST: usize = 10_000;

/// The names of the fields that a document selects, such as `Listing.title`
type Fields = Arc<[String]>;

/// An executed operation
#[derive(Clone, Debug)]
pub struct Used {
    /// Who sent it
    pub client: Arc<str>,
    /// Which published document, where it is one
    pub document: Option<DocumentId>,
    /// SHA-256 of its text
    pub hash: [u8; 32],
}

struct Count {
    document: Option<DocumentId>,
    fields: Fields,
    times: i64,
}

/// By client and hash of the text
type Counts = HashMap<(Arc<str>, [u8; 32]), Count>;

/// Uses that are not written yet
#[derive(Default)]
pub struct Uses(Mutex<Counts>);

impl Uses {
    /// Counts one. The fields are asked for once a while.
    pub fn count(&self, used: Used, fields: impl FnOnce() -> Fields) {
        let mut counts = self.0.lock();
        let full = counts.len() >= MOST;
        let key = (used.client, used.hash);
        if let Some(count) = counts.get_mut(&key) {
            count.times += 1;
        } else if !full {
            counts.insert(key, Count { document: used.document, fields: fields(), times: 1 });
        }
    }
}

/// Writes again and again what was used, until it is aborted.
pub async fn uses_keep(app: &App) {
    loop {
        tokio::time::sleep(PAUSE).await;
        report(&uses_write(app).await);
        report(&operations_write(app).await);
    }
}

/// Writes what was used, of documents, fields and keys.
///
/// # Errors
/// The database could not write; what was counted is lost then.
pub async fn uses_write(app: &App) -> Result<()> {
    let counts = std::mem::take(&mut *app.uses.0.lock());
    let keys = app.key_uses.take();
    if counts.is_empty() && keys.is_empty() {
        return Ok(());
    }
    let now = app.clock.now();
    let mut documents: BTreeMap<Uuid, i64> = BTreeMap::new();
    let mut fields: BTreeMap<Arc<str>, BTreeMap<String, i64>> = BTreeMap::new();
    for ((client, _), count) in counts {
        if let Some(document) = count.document {
            *documents.entry(document.0).or_default() += count.times;
        }
        let of_client = fields.entry(client).or_default();
        for field in count.fields.iter() {
            *of_client.entry(field.clone()).or_default() += count.times;
        }
    }
    let tx = app.db.write().await?;
    if !documents.is_empty() {
        let documents: Vec<_> = documents.into_iter().collect();
        let mut sql = tx.sql(UPKEEP);
        sql.push("UPDATE document SET uses = document.uses + v.amount, last_used_at = ").bind(now);
        sql.push(" FROM ").amounts(&documents).push(" WHERE document.id = v.id");
        tx.run(sql).await?;
    }
    for (client, fields) in fields {
        write_fields(&tx, &client, fields, now).await?;
    }
    if !keys.is_empty() {
        let mut sql = tx.sql(UPKEEP);
        sql.push("UPDATE api_key SET last_used_at = v.at FROM ").moments(&keys);
        sql.push(" WHERE api_key.id = v.id AND (last_used_at IS NULL OR last_used_at < v.at)");
        tx.run(sql).await?;
    }
    tx.commit().await
}

async fn write_fields(
    tx: &WriteTx,
    client: &str,
    fields: BTreeMap<String, i64>,
    now: Timestamp,
) -> Result<()> {
    let fields: Vec<_> = fields.into_iter().collect();
    let mut sql = tx.sql(UPKEEP);
    sql.push("INSERT INTO field_use (client, field, uses, last_used_at) SELECT c.name, v.text, v.amount, ");
    sql.either("CAST(", "").bind(now).either(" AS bigint)", "");
    sql.push(" FROM ").text_amounts(&fields).push(" JOIN client c ON c.name = ").bind(client);
    // SQLite takes ON CONFLICT for a join's condition without it.
    sql.push(" WHERE true ON CONFLICT (client, field) DO UPDATE SET ");
    sql.push("uses = field_use.uses + excluded.uses, last_used_at = excluded.last_used_at");
    tx.run(sql).await?;
    Ok(())
}

/// How often a client used a field
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldUse {
    /// Type and field, such as `Listing.title`
    pub field: String,
    pub uses: i64,
    pub last_used_at: Timestamp,
}

/// What a client used of the schema, by field.
///
/// # Errors
/// The database gave no answer.
pub async fn field_uses(reader: &Reader, client: &str) -> Result<Vec<FieldUse>> {
    let mut sql = reader.sql("SELECT field, uses, last_used_at FROM field_use WHERE client = ");
    sql.bind(client).push(" ORDER BY field");
    let rows = reader.all(sql).await?;
    rows.iter()
        .map(|row| {
            Ok(FieldUse {
                field: String::try_get_by_index(row, 0)?,
                uses: i64::try_get_by_index(row, 1)?,
                last_used_at: Timestamp::try_get_by_index(row, 2)?,
            })
        })
        .collect()
}
