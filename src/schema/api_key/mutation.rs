//! Making and revoking keys.

use super::{ApiKey, ApiScope};
use crate::entities::ApiKeyId;
use crate::error::Result;
use crate::schema::context::ContextExt;
use crate::schema::node::Global;
use crate::schema::user_error::{outcome, payload};
use crate::services::{self, ApiKeyCreate, KeyMaker};
use async_graphql::{Context, ID, InputObject, Object};

/// New key of a partner
#[derive(InputObject)]
pub struct ApiKeyCreateInput {
    /// What it is for, 1 to 80 characters
    name: String,
    /// Client whose documents the key may run
    client: String,
    /// What those may do; at least one
    scopes: Vec<ApiScope>,
}

payload! {
    /// Made key, or why there is none
    ApiKeyCreatePayload { api_key: ApiKey, secret: String }
}

payload! {
    /// Revoked key, or why not
    ApiKeyRevokePayload { api_key: ApiKey }
}

/// Mutations on keys
#[derive(Default)]
pub struct ApiKeyMutation;

#[Object]
impl ApiKeyMutation {
    /// Makes a key for a partner; `secret` is the key itself, and shown this once
    async fn api_key_create(
        &self,
        ctx: &Context<'_>,
        input: ApiKeyCreateInput,
    ) -> Result<ApiKeyCreatePayload> {
        let input = ApiKeyCreate {
            name: input.name,
            client: input.client,
            scopes: input.scopes.into_iter().map(Into::into).collect(),
        };
        let by = KeyMaker::Person(&ctx.request().caller);
        let made = services::api_key_create(ctx.app(), ctx.viewer(), by, input).await;
        outcome(made, |(key, secret)| ApiKeyCreatePayload::done(ApiKey(key), secret))
    }

    /// Ends a key of the viewer at once, on all servers, with everything that is open with it
    async fn api_key_revoke(&self, ctx: &Context<'_>, id: ID) -> Result<ApiKeyRevokePayload> {
        let revoked = async {
            ctx.viewer().member()?;
            let id = ApiKeyId::read(&id, "id")?;
            let by = KeyMaker::Person(&ctx.request().caller);
            services::api_key_revoke(ctx.app(), ctx.viewer(), by, id).await
        };
        outcome(revoked.await, |key| ApiKeyRevokePayload::done(ApiKey(key)))
    }
}
