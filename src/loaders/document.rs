//! Clients' documents.

use super::batch::{Table, question};
use crate::entities::{Document, DocumentId, Row, document};
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
    /// The first so many documents of all clients, by client and operation
    DocumentsOfAll(u32) -> Arc<[Arc<Document>]>,
    |loads, keys| {
        let most = keys.iter().map(|key| key.0).max().unwrap_or_default();
        let mut sql = loads.select::<Document>(DOCUMENTS);
        sql.push("1 = 1 ORDER BY t.client, t.operation_name, t.document_id LIMIT ").bind(most);
        let rows = loads.rows(sql).await?;
        let rows = rows.iter().map(|row| Ok(Arc::new(Document::read(row, 0)?)));
        let rows = rows.collect::<crate::error::Result<Vec<_>>>()?;
        let some = |key: &DocumentsOfAll| rows.iter().take(key.0 as usize).cloned().collect();
        Ok(keys.into_iter().map(|key| (key.clone(), some(&key))).collect())
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
