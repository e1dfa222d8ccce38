//! Conversations of a person, as lists: their places in them.

use super::list::children;

children! {
    /// A person's conversations as a noun of lists
    Conversations: Participant of crate::entities::UserId, participant.user_id
}
