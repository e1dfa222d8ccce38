//! What passes: told to whoever follows at this moment, over the bell alone, and stored nowhere.

use crate::entities::UserId;
use uuid::Uuid;

/// Something that passes
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Passing {
    /// A person is writing, or no longer
    Typing { person: UserId, typing: bool },
}

impl Passing {
    /// As the bell carries it. That somebody stopped is not told: each server notices by itself, so
    /// that it is noticed though the one that told of the beginning has died.
    pub(super) fn write(self) -> String {
        let Self::Typing { person, .. } = self;
        format!("typing {}", person.0.simple())
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let person = UserId(Uuid::try_parse(text.strip_prefix("typing ")?).ok()?);
        Some(Self::Typing { person, typing: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_bell_carries_is_read_back() {
        let typing = Passing::Typing { person: UserId(Uuid::max()), typing: true };
        assert_eq!(Passing::read(&typing.write()), Some(typing));
        for text in ["", "17", "typing", "typing x", "shouting 00000000000000000000000000000000"] {
            assert_eq!(Passing::read(text), None, "{text}");
        }
    }
}
