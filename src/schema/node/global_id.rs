//! Global ids: opaque, typed, versioned.
//!
//! 18 bytes in base64url: version, kind, row id. Another kind in an argument is a clear error, and
//! a later version can hold something else.

use crate::entities::{
    ApiKeyId, AuditEntryId, CategoryId, ConversationId, DocumentId, JobId, ListingId, MessageId,
    OrderEventId, OrderId, OrderItemId, ProfileId, SessionId, StoreId, UserId,
};
use crate::error::{Code, Refusal};
use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

const VERSION: u8 = 1;

/// A global id, read
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GlobalId {
    kind: u8,
    row: Uuid,
}

impl GlobalId {
    /// Reads an id as a client sent it.
    pub fn read(id: &ID) -> Option<Self> {
        let bytes: [u8; 18] = URL_SAFE_NO_PAD.decode(id.as_str()).ok()?.try_into().ok()?;
        let [VERSION, kind, row @ ..] = bytes else { return None };
        Some(Self { kind, row: Uuid::from_bytes(row) })
    }

    fn write(self) -> ID {
        let mut bytes = [0; 18];
        let (head, row) = bytes.split_at_mut(2);
        head.copy_from_slice(&[VERSION, self.kind]);
        row.copy_from_slice(self.row.as_bytes());
        ID(URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// A row id that clients see
pub trait Global: Sized + Copy {
    /// Number of the kind: never reused
    const KIND: u8;
    /// What the kind is called
    const NAME: &'static str;

    /// From the row's own id
    fn from_row(row: Uuid) -> Self;
    /// The row's own id
    fn row(self) -> Uuid;

    /// As clients see it
    fn global(self) -> ID {
        GlobalId { kind: Self::KIND, row: self.row() }.write()
    }

    /// The id if it is of this kind
    fn of(id: GlobalId) -> Option<Self> {
        (id.kind == Self::KIND).then(|| Self::from_row(id.row))
    }

    /// Reads an argument, or says what would be right.
    ///
    /// # Errors
    /// It is no id of ours, or one of another kind.
    fn read(id: &ID, field: &str) -> Result<Self, Refusal> {
        let refuse = |message: String| Refusal::new(Code::Invalid, message).at(field);
        let Some(read) = GlobalId::read(id) else {
            return Err(refuse(format!(
                "This is not an id; send the id of {} as it came",
                with_article(Self::NAME)
            )));
        };
        Self::of(read).ok_or_else(|| {
            let given = name(read.kind).map_or_else(|| "something else".to_owned(), with_article);
            refuse(format!("This is the id of {given}; {} is expected", with_article(Self::NAME)))
        })
    }
}

/// The name of a kind in a sentence; "User" begins with a consonant
fn with_article(name: &str) -> String {
    let article = if name.starts_with(['A', 'E', 'I', 'O']) { "an" } else { "a" };
    format!("{article} {name}")
}

macro_rules! kinds {
    ($($kind:literal $type:ident $name:literal)*) => {
        $(impl Global for $type {
            const KIND: u8 = $kind;
            const NAME: &'static str = $name;
            fn from_row(row: Uuid) -> Self {
                Self(row)
            }
            fn row(self) -> Uuid {
                self.0
            }
        })*

        fn name(kind: u8) -> Option<&'static str> {
            match kind {
                $($kind => Some($name),)*
                _ => None,
            }
        }
    };
}

kinds! {
    1 UserId "User"
    2 SessionId "Session"
    3 ProfileId "Profile"
    4 CategoryId "Category"
    5 StoreId "Store"
    6 ListingId "Listing"
    7 OrderId "Order"
    8 OrderItemId "OrderItem"
    9 OrderEventId "OrderEvent"
    10 ConversationId "Conversation"
    11 MessageId "Message"
    12 ApiKeyId "ApiKey"
    13 DocumentId "TrustedDocument"
    14 JobId "Job"
    15 AuditEntryId "AuditEntry"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_kind_is_named() {
        let store = StoreId(Uuid::max()).global();
        assert_eq!(StoreId::read(&store, "id").ok(), Some(StoreId(Uuid::max())));
        let refused = ListingId::read(&store, "id").expect_err("a store is no listing");
        assert_eq!(refused.message, "This is the id of a Store; a Listing is expected");
    }

    #[test]
    fn rubbish_is_no_id() {
        for text in ["", "1", "AAAA", "not base64 at all", "////////////////////////"] {
            assert!(GlobalId::read(&ID(text.to_owned())).is_none(), "{text}");
        }
    }
}
