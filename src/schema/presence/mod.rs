//! Whether people are here, for those who share a conversation with them.

pub mod update;

pub use update::PresenceSubscription;

use super::context::ContextExt;
use super::scalar::DateTime;
use crate::entities::UserId;
use crate::error::Result;
use crate::events::Presence as State;
use crate::loaders::{SeenAt, SharesConversation};
use async_graphql::{Context, Enum, Object};

/// Whether a person is here
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "State")]
pub enum PresenceState {
    /// A stream of theirs is open
    Online,
    /// A stream is open, but nothing was done for 5 minutes
    Away,
    /// No stream is open; also told of people with whom the viewer shares no conversation
    Offline,
}

/// Whether a person is here, and when they last were
pub struct Presence {
    person: UserId,
    state: State,
    /// The viewer may know more than that they are not here
    known: bool,
}

/// Whether a person is here, and when they last were
#[Object]
impl Presence {
    /// Whether they are here
    async fn state(&self) -> PresenceState {
        self.state.into()
    }

    /// When they last were, if they are not; null where it isn't known
    async fn last_seen_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        if !self.known || self.state != State::Offline {
            return Ok(None);
        }
        Ok(ctx.loaders().load(SeenAt(self.person)).await?.map(DateTime))
    }
}

/// Whether a person is here, as far as the viewer may know.
///
/// # Errors
/// The lookup failed.
pub async fn presence(ctx: &Context<'_>, person: UserId) -> Result<Presence> {
    let known = match ctx.viewer().user_id() {
        None => false,
        Some(viewer) if viewer == person => true,
        Some(viewer) => {
            let key = SharesConversation((viewer, person));
            ctx.loaders().load(key).await?.is_some()
        }
    };
    let state = if known { ctx.app().log.hub().presence().of(person) } else { State::Offline };
    Ok(Presence { person, state, known })
}
