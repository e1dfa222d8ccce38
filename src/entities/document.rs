//! Table `document`: what a client may run. A document never changes under its id: it is published,
//! perhaps retired, perhaps published again.

use super::row::card;
use super::{DocumentId, Timestamp, Wide};
use sea_orm::FromQueryResult;

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: DocumentId,
    pub client: String,
    /// What the client sends in its place
    pub document_id: String,
    pub operation_name: String,
    /// SHA-256 of the text
    pub hash: Vec<u8>,
    pub body: Wide,
    /// Without values for its variables
    pub cost: i32,
    /// None: not measured
    pub sql_statements: Option<i32>,
    pub published_at: Timestamp,
    pub retired_at: Option<Timestamp>,
    pub uses: i64,
    pub last_used_at: Option<Timestamp>,
}

card! {
    Model:
    id,
    client,
    document_id,
    operation_name,
    hash,
    cost,
    sql_statements,
    published_at,
    retired_at,
    uses,
    last_used_at;
    unread body
}

/// The text, which lists leave out
pub const WIDE: &str = "body";
