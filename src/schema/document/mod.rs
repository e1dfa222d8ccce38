//! Documents that clients may run.

use super::context::ContextExt;
use super::node::Global;
use super::scalar::{DateTime, count};
use crate::app::hex;
use crate::entities::Document as Row;
use crate::error::{Fault, Result};
use crate::loaders::BodyOfDocument;
use async_graphql::{Context, ID, Object};
use std::sync::Arc;

/// Document that a client was given leave to run, with what it costs
pub struct TrustedDocument(pub Arc<Row>);

/// Document that a client was given leave to run, with what it costs
#[Object]
impl TrustedDocument {
    /// Global id
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Client that may run it
    async fn client(&self) -> &str {
        &self.0.client
    }

    /// What the client sends in its place
    async fn document_id(&self) -> &str {
        &self.0.document_id
    }

    /// SHA-256 of the text, in hexadecimal
    async fn hash(&self) -> String {
        hex(&self.0.hash)
    }

    /// Name of its operation
    async fn operation_name(&self) -> &str {
        &self.0.operation_name
    }

    /// Text
    async fn body(&self, ctx: &Context<'_>) -> Result<String> {
        if let Some(text) = self.0.body.get() {
            return Ok(text.to_string());
        }
        let text = ctx.loaders().load(BodyOfDocument(self.0.id)).await?;
        let text = text.ok_or_else(|| Fault::new("reading a document", "it is missing"))?;
        Ok(text.to_string())
    }

    /// What it costs where its variables don't say how many rows
    async fn cost(&self) -> i32 {
        self.0.cost
    }

    /// SQL statements that it took on demo data; null where that was not measured
    async fn sql_statements(&self) -> Option<i32> {
        self.0.sql_statements
    }

    /// When it was published
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.published_at)
    }

    /// When the client sent it last, give or take some seconds
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime)
    }

    /// How often the client sent it
    async fn uses(&self) -> i32 {
        count(self.0.uses)
    }
}
