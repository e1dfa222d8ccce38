//! People as they come and go.

use super::Presence;
use crate::entities::UserId;
use crate::error::Result;
use crate::events::Presence as State;
use crate::schema::context::ContextExt;
use crate::schema::follow::{follow_people, told_of};
use crate::schema::user::{User, people, user};
use crate::services;
use async_graphql::{Context, ID, Object, Subscription};
use futures_util::Stream;

/// Somebody came or went
pub struct PresenceUpdate {
    person: UserId,
    state: State,
}

/// Somebody came or went
#[Object]
impl PresenceUpdate {
    /// Who it is
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        user(ctx, self.person).await
    }

    /// Whether they are here by now
    async fn presence(&self) -> Presence {
        // Who shares no conversation with them is not told.
        Presence { person: self.person, state: self.state, known: true }
    }
}

/// People who can be followed
#[derive(Default)]
pub struct PresenceSubscription;

#[Subscription]
impl PresenceSubscription {
    /// Whether people are here: first each of them as they are, then as they come and go. At most 200
    /// users who share a conversation with the viewer
    async fn presence_updates(
        &self,
        ctx: &Context<'_>,
        user_ids: Vec<ID>,
    ) -> Result<impl Stream<Item = PresenceUpdate> + use<>> {
        ctx.viewer().member()?;
        let told = told_of(ctx);
        if told.is_none() {
            let people = people(&user_ids, "userIds")?;
            let people = services::presence_people(ctx.app(), ctx.viewer(), people).await?;
            follow_people(ctx, people);
        }
        Ok(futures_util::stream::iter(told.map(|(person, state)| PresenceUpdate { person, state })))
    }
}
