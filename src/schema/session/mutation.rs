//! Signing in and out, refreshing, revoking, changing the password.

use super::AuthTokens;
use crate::entities::SessionId;
use crate::error::Result;
use crate::schema::context::ContextExt;
use crate::schema::node::Global;
use crate::schema::user_error::{outcome, payload};
use crate::schema::viewer::Viewer;
use crate::services;
use async_graphql::{Context, ID, InputObject, Object};

/// Login and password
#[derive(InputObject)]
pub struct SignInInput {
    /// Phone number or e-mail address
    login: String,
    /// Password
    password: String,
}

/// New password, with the current one as proof
#[derive(InputObject)]
pub struct PasswordChangeInput {
    /// Password until now
    current_password: String,
    /// 10 to 128 characters, and no common one
    new_password: String,
}

payload! {
    /// Tokens and the viewer's own face
    SignInPayload { tokens: AuthTokens, viewer: Viewer }
}
payload! {
    /// Next tokens
    SessionRefreshPayload { tokens: AuthTokens }
}
payload! {
    /// Signed out
    SignOutPayload {}
}
payload! {
    /// Ended session
    SessionRevokePayload { revoked_id: ID }
}
payload! {
    /// Password changed, and every other session ended
    PasswordChangePayload {}
}

/// Mutations on sessions
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Signs in by phone number or e-mail address; slowed after 5 failures in 15 minutes
    async fn sign_in(&self, ctx: &Context<'_>, input: SignInInput) -> Result<SignInPayload> {
        let signed_in =
            services::sign_in(ctx.app(), &ctx.request().caller, input.login, input.password).await;
        outcome(signed_in, |(tokens, viewer)| SignInPayload {
            tokens: Some(tokens.into()),
            viewer: Viewer::of(&viewer),
            user_errors: Vec::new(),
        })
    }

    /// Next tokens for a refresh token, which is used up; a used one that comes back ends the session
    async fn session_refresh(
        &self,
        ctx: &Context<'_>,
        refresh_token: String,
    ) -> Result<SessionRefreshPayload> {
        let caller = &ctx.request().caller;
        let refreshed = services::session_refresh(ctx.app(), caller, &refresh_token).await;
        outcome(refreshed, |tokens| SessionRefreshPayload::done(tokens.into()))
    }

    /// Ends the session of this request
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload> {
        let done = services::sign_out(ctx.app(), ctx.viewer(), &ctx.request().caller).await;
        outcome(done, |()| SignOutPayload::done())
    }

    /// Ends one of the viewer's sessions
    async fn session_revoke(&self, ctx: &Context<'_>, id: ID) -> Result<SessionRevokePayload> {
        let revoked = async {
            ctx.viewer().member()?;
            let id = SessionId::read(&id, "id")?;
            services::session_revoke(ctx.app(), ctx.viewer(), &ctx.request().caller, id).await
        };
        outcome(revoked.await, |id| SessionRevokePayload::done(id.global()))
    }

    /// Sets a new password and ends every other session
    async fn password_change(
        &self,
        ctx: &Context<'_>,
        input: PasswordChangeInput,
    ) -> Result<PasswordChangePayload> {
        let (app, caller) = (ctx.app(), &ctx.request().caller);
        let changed = services::password_change(
            app,
            ctx.viewer(),
            caller,
            input.current_password,
            input.new_password,
        )
        .await;
        outcome(changed, |()| PasswordChangePayload::done())
    }
}
