//! Retiring: a client may no longer run a document. Its row stays, so that whoever sends its id is
//! told what has become of it.

use crate::app::App;
use crate::db::Reads;
use crate::entities::{AuditKind, Timestamp};
use crate::error::{Code, Refusal, Result};
use crate::events::News;
use crate::services::audit::{Entry, audit};
use sea_orm::TryGetable;
use uuid::Uuid;

/// Which documents of a client to retire
#[derive(Clone, Debug)]
pub enum Retirement {
    /// These, by what the client sends
    Ids(Vec<String>),
    /// All that were not used since, nor published
    UnusedSince(Timestamp),
}

/// Retires documents of a client; their ids.
///
/// # Errors
/// Refused where one of the ids is not a published document's; nothing is retired then.
pub async fn documents_retire(app: &App, client: &str, which: &Retirement) -> Result<Vec<String>> {
    let now = app.clock.now();
    let tx = app.db.write().await?;
    let mut sql = tx.sql("UPDATE document SET retired_at = ");
    sql.bind(now).push(" WHERE retired_at IS NULL AND client = ").bind(client);
    match which {
        Retirement::Ids(ids) => {
            sql.push(" AND ").any_text("document_id", ids.iter().cloned());
        }
        Retirement::UnusedSince(since) => {
            sql.push(" AND published_at < ").bind(*since);
            sql.push(" AND (last_used_at IS NULL OR last_used_at < ").bind(*since).push(")");
        }
    }
    sql.push(" RETURNING id, document_id");
    let mut news = News::default();
    let mut retired = Vec::new();
    for row in tx.all(sql).await? {
        news.guard_changed(Uuid::try_get_by_index(&row, 0)?);
        retired.push(String::try_get_by_index(&row, 1)?);
    }
    if let Retirement::Ids(ids) = which {
        let missing: Vec<_> =
            ids.iter().filter(|id| !retired.contains(id)).map(String::as_str).collect();
        if !missing.is_empty() {
            let message = format!("{client} has no published document {}", missing.join(", no "));
            return Err(Refusal::new(Code::NotFound, message).into());
        }
    }
    if !retired.is_empty() {
        let entry = Entry::of_operator(AuditKind::DocumentsRetired).about_name(client);
        audit(&tx, app, entry.with("documents", retired.len())).await?;
    }
    app.log.commit(tx, news, now).await?;
    Ok(retired)
}
