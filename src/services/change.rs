//! A field of an update: left out, cleared, or set.

use crate::error::{Code, Refusal, Refusals};

/// What an update says of one field
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// Left out: stays as it is
    #[default]
    Keep,
    /// Null: cleared
    Clear,
    /// A new value
    Set(T),
}

impl<T> Change<T> {
    /// The field was named
    pub fn is_some(&self) -> bool {
        !matches!(self, Self::Keep)
    }

    /// The new state of a field that may be empty: None where it stays.
    pub fn optional(self) -> Option<Option<T>> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(None),
            Self::Set(value) => Some(Some(value)),
        }
    }

    /// The new value of a field that can't be empty; clearing it is refused.
    pub fn required(self, field: &str, refusals: &mut Refusals) -> Option<T> {
        match self {
            Self::Keep => None,
            Self::Set(value) => Some(value),
            Self::Clear => {
                let message = "This can't be cleared; leave it out to keep it as it is";
                refusals.add(Refusal::new(Code::Required, message).at(field));
                None
            }
        }
    }

    /// The change with its value checked; a refused value is noted, and changes nothing.
    #[must_use]
    pub fn checked<U>(
        self,
        refusals: &mut Refusals,
        check: impl FnOnce(T) -> Result<U, Refusal>,
    ) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::Clear => Change::Clear,
            Self::Set(value) => refusals.keep(check(value)).map_or(Change::Keep, Change::Set),
        }
    }
}
