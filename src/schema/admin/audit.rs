//! The audit log.

use crate::entities::{AuditEntry as Row, UserId};
use crate::error::Result;
use crate::loaders::{AuditEntries, UserById};
use crate::schema::connection::plain_connection;
use crate::schema::context::ContextExt;
use crate::schema::direct::Ready;
use crate::schema::node::Global;
use crate::schema::scalar::{DateTime, Json};
use crate::schema::user::User;
use async_graphql::{Context, ID, Object};
use std::sync::Arc;

plain_connection!(AuditEntryConnection, AuditEntryEdge, AuditEntries, AuditEntry, |hit, _| {
    AuditEntry(Arc::clone(&hit.row))
});

/// Something that was noted for good
pub struct AuditEntry(Arc<Row>);

impl Ready for AuditEntry {}

/// Something that was noted for good
#[Object]
impl AuditEntry {
    /// Global id
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Who did it; null for guests and for whoever sits at the terminal
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let Some(id) = self.0.actor_id else { return Ok(None) };
        Ok(ctx.loaders().load(UserById(id)).await?.map(User))
    }

    /// What was done, such as `SIGN_IN`
    async fn action(&self) -> &str {
        self.0.kind.name()
    }

    /// Person that it was done to
    async fn subject_id(&self) -> Option<ID> {
        self.0.subject_id.map(|id| UserId(id).global())
    }

    /// What else is known of it
    async fn detail(&self) -> Option<Json> {
        let mut detail: serde_json::Value = serde_json::from_str(&self.0.details).ok()?;
        if let (Some(subject), Some(fields)) = (&self.0.subject, detail.as_object_mut()) {
            fields.insert("subject".to_owned(), subject.as_str().into());
        }
        Some(Json(detail))
    }

    /// Where the request came from
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// When
    async fn occurred_at(&self) -> DateTime {
        DateTime(self.0.at)
    }
}
