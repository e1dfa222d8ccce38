//! Keys of partners, and the mutations on them.

pub mod mutation;

pub use mutation::ApiKeyMutation;

use super::context::ContextExt;
use super::document::TrustedDocument;
use super::node::Global;
use super::scalar::DateTime;
use crate::entities::{ApiKey as Row, ApiScope as Scope};
use crate::error::Result;
use crate::loaders::DocumentsOfClient;
use async_graphql::{Context, Enum, ID, Object};
use std::sync::Arc;

/// Something that a key may do
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Scope")]
pub enum ApiScope {
    /// Read what is offered, and by whom
    CatalogRead,
    /// Change what is offered
    CatalogWrite,
    /// Read orders
    OrdersRead,
    /// Place orders and move them
    OrdersWrite,
    /// Read parcels
    ParcelsRead,
    /// Take in parcels and move them
    ParcelsWrite,
    /// Read payments
    PaymentsRead,
    /// Read and write in conversations
    Chat,
}

/// Key of a partner: acts for the person who made it, within its scopes, by its client's documents
pub struct ApiKey(pub Arc<Row>);

/// Key of a partner: acts for the person who made it, within its scopes, by its client's documents
#[Object]
impl ApiKey {
    /// Global id
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What it is for
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Documents that its client may run, by their operations' names
    async fn documents(&self, ctx: &Context<'_>) -> Result<Vec<TrustedDocument>> {
        let key = DocumentsOfClient(self.0.client.clone());
        let documents = ctx.loaders().load(key).await?.unwrap_or_default();
        Ok(documents.iter().map(|row| TrustedDocument(Arc::clone(row))).collect())
    }

    /// First characters, to tell keys apart
    async fn prefix(&self) -> &str {
        &self.0.prefix
    }

    /// Client whose documents it may run
    async fn client(&self) -> &str {
        &self.0.client
    }

    /// What it may do
    async fn scopes(&self) -> Vec<ApiScope> {
        self.0.scopes.iter().map(ApiScope::from).collect()
    }

    /// When it was made
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was used last, give or take some seconds
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime)
    }

    /// When it was revoked; null: it is good
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }
}
