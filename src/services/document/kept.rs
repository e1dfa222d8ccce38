//! What servers keep at hand: all clients and their documents, and the number that tells when
//! something of it is another.

use crate::db::{Reader, Reads, UPKEEP};
use crate::entities::{Client, Document, DocumentId};
use crate::error::Result;
use sea_orm::FromQueryResult;

/// Clients and documents as they are at a number of [`crate::events::Topic::Guard`], or later
pub struct Kept {
    /// All of them
    pub clients: Vec<Client>,
    /// Of all clients, with their texts; retired ones too
    pub documents: Vec<Document>,
}

/// The number of the last change.
///
/// # Errors
/// The database gave no answer.
pub async fn guard_number(reader: &Reader) -> Result<i64> {
    let sql = reader.sql(&format!("{UPKEEP}SELECT seq FROM topic WHERE name = 'guard'"));
    Ok(reader.value(sql).await?.unwrap_or_default())
}

/// Everything that is there. Texts of documents that the caller has are not read.
///
/// # Errors
/// The database gave no answer.
pub async fn kept(reader: &Reader, known: Vec<DocumentId>) -> Result<Kept> {
    let rows = reader.all(reader.sql(&format!("{UPKEEP}SELECT * FROM client"))).await?;
    let clients =
        rows.iter().map(|row| Client::from_query_result(row, "")).collect::<Result<_, _>>()?;
    let mut sql = reader.sql(UPKEEP);
    sql.push("SELECT d.id, d.client, d.document_id, d.operation_name, d.hash, d.cost, ");
    sql.push("d.sql_statements, d.published_at, d.retired_at, d.uses, d.last_used_at, ");
    sql.push("CASE WHEN ").any_id("d.id", known.into_iter().map(|id| id.0));
    sql.push(" THEN '' ELSE d.body END AS body FROM document d ORDER BY d.client");
    let rows = reader.all(sql).await?;
    let documents =
        rows.iter().map(|row| Document::from_query_result(row, "")).collect::<Result<_, _>>()?;
    Ok(Kept { clients, documents })
}

/// Documents of one client or of all, with their texts, by client and operation.
///
/// # Errors
/// The database gave no answer.
pub async fn published_of(reader: &Reader, client: Option<&str>) -> Result<Vec<Document>> {
    let mut sql = reader.sql("SELECT * FROM document");
    if let Some(client) = client {
        sql.push(" WHERE client = ").bind(client);
    }
    sql.push(" ORDER BY client, operation_name, document_id");
    let rows = reader.all(sql).await?;
    Ok(rows.iter().map(|row| Document::from_query_result(row, "")).collect::<Result<_, _>>()?)
}
