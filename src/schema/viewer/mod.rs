//! What only the signed-in user sees of themself.

use super::api_key::ApiKey;
use super::chat_usage::ChatUsage;
use super::connection::Shown;
use super::context::ContextExt;
use super::conversation::ConversationConnection;
use super::conversation::update::unread_count;
use super::message::MessageHitConnection;
use super::order::{OrderArgs, OrderConnection, OrderFilter, OrderSort};
use super::page::PageArgs;
use super::scalar::{EmailAddress, PhoneNumber};
use super::session::Session;
use super::store::Store;
use super::user::{User, UserRole};
use crate::error::Result;
use crate::loaders::{
    ApiKeysOfUser, ChatDaysOf, OrderScope, Orders, SessionsOfUser, StoresOfMember,
};
use crate::services::{self, Change, Member};
use async_graphql::{Context, ID, MaybeUndefined, Object};
use std::sync::Arc;

/// What only the signed-in user sees of themself
pub struct Viewer(Arc<Member>);

impl Viewer {
    /// The face of whoever asks; None for a guest
    pub fn of(viewer: &services::Viewer) -> Option<Self> {
        match viewer {
            services::Viewer::Member(member) => Some(Self(Arc::clone(member))),
            services::Viewer::Guest => None,
        }
    }
}

/// What only the signed-in user sees of themself
#[Object]
impl Viewer {
    /// The person, as others see them
    async fn user(&self) -> User {
        User(Arc::clone(&self.0.user))
    }

    /// E-mail address to sign in with
    async fn email(&self) -> Option<EmailAddress> {
        self.0.user.email.clone().map(EmailAddress)
    }

    /// Phone number to sign in with
    async fn phone(&self) -> Option<PhoneNumber> {
        self.0.user.phone.clone().map(PhoneNumber)
    }

    /// What the person may do on the whole platform
    async fn role(&self) -> UserRole {
        self.0.user.role.into()
    }

    /// Language and region, such as "es-NI"
    async fn locale(&self) -> &str {
        &self.0.user.locale
    }

    /// Signed-in devices, last used first
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        let key = SessionsOfUser((self.0.user.id, ctx.now()));
        let sessions = ctx.loaders().load(key).await?.unwrap_or_default();
        Ok(sessions.iter().map(|session| Session(Arc::clone(session))).collect())
    }

    /// Keys that the viewer made for partners, revoked ones too, newest first
    async fn api_keys(&self, ctx: &Context<'_>) -> Result<Vec<ApiKey>> {
        let keys = ctx.loaders().load(ApiKeysOfUser(self.0.user.id)).await?.unwrap_or_default();
        Ok(keys.iter().map(|key| ApiKey(Arc::clone(key))).collect())
    }

    /// Stores that the viewer owns or works in, by name
    async fn stores(&self, ctx: &Context<'_>) -> Result<Vec<Store>> {
        let stores = ctx.loaders().load(StoresOfMember(self.0.user.id)).await?.unwrap_or_default();
        Ok(stores.iter().map(|row| Store { row: Arc::clone(row), distance: None }).collect())
    }

    /// Orders that the viewer placed
    #[expect(clippy::too_many_arguments, reason = "the arguments of the field")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        filter: Option<OrderFilter>,
        #[graphql(default_with = "OrderSort::Newest")] sort: OrderSort,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<OrderConnection> {
        let page = PageArgs { first, after, last, before };
        let shown = Shown::of::<Orders>(ctx);
        OrderArgs { filter, sort, page, shown }.connection(OrderScope::Buyer(self.0.user.id))
    }

    /// Conversations that the viewer is in, the last that moved first
    async fn conversations(
        &self,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<ConversationConnection> {
        ConversationConnection::of(self.0.user.id, &PageArgs { first, after, last, before })
    }

    /// What the viewer wrote, and what the assistant answered
    async fn chat_usage(&self, ctx: &Context<'_>) -> Result<ChatUsage> {
        let days = ctx.loaders().load(ChatDaysOf(self.0.user.id)).await?.unwrap_or_default();
        Ok(ChatUsage::new(days, ctx.now().to_utc().date_naive()))
    }

    /// Messages that the viewer has not read, in all conversations
    async fn unread_count(&self, ctx: &Context<'_>) -> Result<i32> {
        unread_count(ctx, self.0.user.id).await
    }

    /// Full-text search over the viewer's conversations, best match first: messages that have every
    /// word, in any form that Spanish or English gives it. As written is better, then newer
    async fn message_search(
        &self,
        ctx: &Context<'_>,
        text: String,
        conversation_id: Option<ID>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<MessageHitConnection> {
        let page = PageArgs { first, after, ..PageArgs::default() };
        let conversation = conversation_id.as_ref();
        MessageHitConnection::of(ctx, self.0.user.id, &text, conversation, &page).await
    }
}

/// A field of an update as the services know it
pub fn change<T>(field: MaybeUndefined<T>) -> Change<T> {
    match field {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::Clear,
        MaybeUndefined::Value(value) => Change::Set(value),
    }
}

/// The same for a field whose value must be read first.
///
/// # Errors
/// The value can't be read.
pub fn read<T, U, E>(
    field: MaybeUndefined<T>,
    read: impl FnOnce(T) -> Result<U, E>,
) -> Result<Change<U>, E> {
    Ok(match field {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::Clear,
        MaybeUndefined::Value(value) => Change::Set(read(value)?),
    })
}
