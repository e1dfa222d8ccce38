//! Clients' documents.

use super::batch::{Table, question};
use crate::entities::{Document, DocumentId, document};
use std::sync::Arc;

const DOCUMENTS: Table = Table { name: "document", only: "t.retired_at IS NULL" };

question! {
    /// What a client may run, by the operations' names
    DocumentsOfClient(String) -> Arc<[Arc<Document>]>,
    |loads, keys| {
        let mut sql = loads.select::<Document>(DOCUMENTS);
        sql.any_text("t.client", keys.iter().map(|key| key.0.clone()));
        sql.push(" ORDER BY t.operation_name, t.document_id");
        loads.grouped(sql, keys, |key| key.0.clone(), |_, row: &Document| Ok(row.client.clone())).await
    }
}

question! {
    /// The text of a document
    BodyOfDocument(DocumentId) -> Arc<str>,
    |loads, keys| {
        let ids = keys.iter().map(|key| key.0.0);
        loads.text_by_id("document", document::WIDE, ids, |id| BodyOfDocument(DocumentId(id))).await
    }
}
