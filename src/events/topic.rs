//! What can be followed.

use crate::entities::{ConversationId, JobId, OrderId, StoreId, UserId};
use uuid::Uuid;

/// The name of [`Topic::Guard`]
const GUARD: &str = "guard";

/// A sequence of events with gapless numbers from 1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// Everything that happens to one order
    Order(OrderId),
    /// Everything that happens to the orders of one store
    Store(StoreId),
    /// Everything that happens in one conversation
    Conversation(ConversationId),
    /// Everything new in all conversations of one person
    Inbox(UserId),
    /// Everything that happens to one job
    Job(JobId),
    /// Whether one person is here: passes, and is never in the log
    Presence(UserId),
    /// That rights were taken away, in a part of all people: counted, never followed
    Rights(u8),
    /// What the door goes by: documents, modes of clients, keys. Servers follow it, clients don't
    Guard,
}

/// What happened; numbers are stored, and never reused
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i16)]
pub enum Kind {
    /// An order came to a version
    OrderMoved = 0,
    /// A message was sent
    MessageSent = 1,
    /// A message was edited, taken back, finished or broken off
    MessageChanged = 2,
    /// A person has read or received further
    ReadMoved = 3,
    /// Somebody came or left, or the conversation has another title
    ConversationChanged = 4,
    /// Somebody may less than before
    RightLost = 5,
    /// A document, a client's mode or a key is another
    GuardChanged = 6,
    /// A job came to a version
    JobMoved = 7,
    /// Something that a newer server knows
    Unknown = -1,
}

impl Kind {
    /// What a stored number means
    pub fn of(number: i16) -> Self {
        let known = [
            Self::OrderMoved,
            Self::MessageSent,
            Self::MessageChanged,
            Self::ReadMoved,
            Self::ConversationChanged,
            Self::RightLost,
            Self::GuardChanged,
            Self::JobMoved,
        ];
        known.into_iter().find(|kind| *kind as i16 == number).unwrap_or(Self::Unknown)
    }
}

impl Topic {
    /// The name in the log. Transactions that concern several topics lock them in the order of
    /// their names.
    pub fn name(self) -> String {
        match self {
            Self::Order(id) => format!("order:{}", id.0.simple()),
            Self::Store(id) => format!("store:{}", id.0.simple()),
            Self::Conversation(id) => format!("conversation:{}", id.0.simple()),
            Self::Inbox(id) => format!("inbox:{}", id.0.simple()),
            Self::Job(id) => format!("job:{}", id.0.simple()),
            Self::Presence(id) => format!("presence:{}", id.0.simple()),
            Self::Rights(part) => format!("rights:{part}"),
            Self::Guard => GUARD.to_owned(),
        }
    }

    /// The topic of a name, where it is one that can be followed.
    pub fn named(name: &str) -> Option<Self> {
        if name == GUARD {
            return Some(Self::Guard);
        }
        let (kind, id) = name.split_once(':')?;
        let id = Uuid::try_parse(id).ok()?;
        match kind {
            "order" => Some(Self::Order(OrderId(id))),
            "store" => Some(Self::Store(StoreId(id))),
            "conversation" => Some(Self::Conversation(ConversationId(id))),
            "inbox" => Some(Self::Inbox(UserId(id))),
            "job" => Some(Self::Job(JobId(id))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for topic in [
            Topic::Order(OrderId(Uuid::max())),
            Topic::Store(StoreId(Uuid::nil())),
            Topic::Conversation(ConversationId(Uuid::max())),
            Topic::Inbox(UserId(Uuid::max())),
            Topic::Guard,
        ] {
            assert_eq!(Topic::named(&topic.name()), Some(topic));
        }
        assert_eq!(Topic::named("order"), None);
        assert_eq!(Topic::named("user:00000000000000000000000000000000"), None);
    }
}
