//! Sessions and tokens, and the mutations on them.

pub mod mutation;

pub use mutation::SessionMutation;

use super::context::ContextExt;
use super::node::Global;
use super::scalar::DateTime;
use crate::entities::Session as Row;
use crate::services;
use async_graphql::{Context, ID, Object, SimpleObject};
use std::sync::Arc;

/// Signed-in device
pub struct Session(pub Arc<Row>);

/// Signed-in device
#[Object]
impl Session {
    /// Global id
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What the device called itself when it signed in
    async fn user_agent(&self) -> Option<&str> {
        self.0.user_agent.as_deref()
    }

    /// When it signed in
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it last got a new access token
    async fn last_used_at(&self) -> DateTime {
        DateTime(self.0.last_used_at)
    }

    /// When it ends unless it is used before
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// It is the one this request came with
    async fn current(&self, ctx: &Context<'_>) -> bool {
        matches!(ctx.viewer(), services::Viewer::Member(member) if member.session == self.0.id)
    }
}

/// Tokens of a session
#[derive(Clone, SimpleObject)]
pub struct AuthTokens {
    /// Signed, short-lived; sent as `Authorization: Bearer`
    pub access_token: String,
    /// When the access token ends
    pub access_token_expires_at: DateTime,
    /// Used once; each use returns the next
    pub refresh_token: String,
}

impl From<services::AuthTokens> for AuthTokens {
    fn from(tokens: services::AuthTokens) -> Self {
        Self {
            access_token: tokens.access,
            access_token_expires_at: DateTime(tokens.access_until),
            refresh_token: tokens.refresh,
        }
    }
}
