//! Signing up, changing one's own account, suspending.

use super::User;
use crate::entities::UserId;
use crate::error::{Code, Refusal, Result};
use crate::schema::context::ContextExt;
use crate::schema::node::Global;
use crate::schema::scalar::{EmailAddress, PhoneNumber};
use crate::schema::session::AuthTokens;
use crate::schema::user_error::{outcome, payload};
use crate::schema::viewer::{Viewer, change};
use crate::services::{self, SignUp, ViewerUpdate};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};

/// Language of whoever does not say
const DEFAULT_LOCALE: &str = "es";

/// New account: at least one of phone and e-mail
#[derive(InputObject)]
pub struct SignUpInput {
    /// Name as others see it, 1 to 80 characters
    display_name: String,
    /// Unique short name: 3 to 30 of a-z, 0-9, `_`, `.`, `-`
    handle: String,
    /// Phone number to sign in with
    phone: Option<PhoneNumber>,
    /// E-mail address to sign in with
    email: Option<EmailAddress>,
    /// 10 to 128 characters, and no common one
    password: String,
    /// Language and region, such as "es-NI"; "es" where left out
    locale: Option<String>,
    /// Code of whoever recommended Plaza
    referral_code: Option<String>,
}

/// Changes to one's own account; an omitted field stays, null clears it
#[derive(InputObject)]
pub struct ViewerUpdateInput {
    /// Name as others see it
    display_name: MaybeUndefined<String>,
    /// Unique short name
    handle: MaybeUndefined<String>,
    /// E-mail address to sign in with
    email: MaybeUndefined<EmailAddress>,
    /// Phone number to sign in with
    phone: MaybeUndefined<PhoneNumber>,
    /// Language and region
    locale: MaybeUndefined<String>,
    /// Picture that was uploaded before
    avatar_id: MaybeUndefined<ID>,
}

payload! {
    /// New account, signed in
    SignUpPayload { tokens: AuthTokens, viewer: Viewer }
}
payload! {
    /// Own account after the change
    ViewerUpdatePayload { viewer: Viewer }
}
payload! {
    /// Suspended person
    UserSuspendPayload { user: User }
}

/// Mutations on accounts
#[derive(Default)]
pub struct UserMutation;

#[Object]
impl UserMutation {
    /// Makes an account and signs it in
    async fn sign_up(&self, ctx: &Context<'_>, input: SignUpInput) -> Result<SignUpPayload> {
        let input = SignUp {
            display_name: input.display_name,
            handle: input.handle,
            phone: input.phone.map(|phone| phone.0),
            email: input.email.map(|email| email.0),
            password: input.password,
            locale: input.locale.unwrap_or_else(|| DEFAULT_LOCALE.to_owned()),
            referral_code: input.referral_code,
        };
        let signed_up = services::sign_up(ctx.app(), &ctx.request().caller, input).await;
        outcome(signed_up, |(tokens, viewer)| SignUpPayload {
            tokens: Some(tokens.into()),
            viewer: Viewer::of(&viewer),
            user_errors: Vec::new(),
        })
    }

    /// An omitted field stays; null clears it
    async fn viewer_update(
        &self,
        ctx: &Context<'_>,
        input: ViewerUpdateInput,
    ) -> Result<ViewerUpdatePayload> {
        let updated = async {
            ctx.viewer().member()?;
            no_media(&input.avatar_id, "avatarId")?;
            let input = ViewerUpdate {
                display_name: change(input.display_name),
                handle: change(input.handle),
                email: change(input.email.map_value(|email| email.0)),
                phone: change(input.phone.map_value(|phone| phone.0)),
                locale: change(input.locale),
            };
            services::viewer_update(ctx.app(), ctx.viewer(), &ctx.request().caller, input).await
        };
        outcome(updated.await, |viewer| ViewerUpdatePayload {
            viewer: Viewer::of(&viewer),
            user_errors: Vec::new(),
        })
    }

    /// Staff only: ends every session and hides the user's listings and posts
    async fn user_suspend(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        reason: String,
    ) -> Result<UserSuspendPayload> {
        let suspended = async {
            ctx.viewer().member()?;
            let id = UserId::read(&user_id, "userId")?;
            services::user_suspend(ctx.app(), ctx.viewer(), &ctx.request().caller, id, reason).await
        };
        outcome(suspended.await, |user| UserSuspendPayload::done(User(user)))
    }
}

/// Refuses ids of uploads: there are no uploads yet, so no id can be one.
pub fn no_media(id: &MaybeUndefined<ID>, field: &str) -> Result<(), Refusal> {
    match id {
        MaybeUndefined::Value(_) => {
            Err(Refusal::new(Code::NotFound, "There is no such upload").at(field))
        }
        MaybeUndefined::Null | MaybeUndefined::Undefined => Ok(()),
    }
}

/// As [`no_media`], of a list
pub fn no_media_list(ids: Option<&[ID]>, field: &str) -> Result<(), Refusal> {
    match ids {
        Some([_, ..]) => {
            Err(Refusal::new(Code::NotFound, "There is no such upload").at(&format!("{field}.0")))
        }
        _ => Ok(()),
    }
}
