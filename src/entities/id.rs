//! Typed row ids: a UUID v7 each, so that an id of one table can't be taken for another's.
//!
//! How a client sees an id is the schema's affair (`schema/node/global_id.rs`).

use sea_orm::DeriveValueType;
use uuid::Uuid;

macro_rules! row_ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
        pub struct $name(pub Uuid);

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

row_ids! {
    /// A person
    UserId
    /// One signed-in device of a person
    SessionId
    /// What a person offers
    ProfileId
    /// A node of the category tree
    CategoryId
    /// A seller's counter
    StoreId
    /// Something offered
    ListingId
    /// Something bought
    OrderId
    /// One line of an order
    OrderItemId
    /// One step of an order
    OrderEventId
    /// People who write to each other
    ConversationId
    /// Something written
    MessageId
    /// A partner's key
    ApiKeyId
    /// Something that a client may run
    DocumentId
    /// Something that was noted for good
    AuditEntryId
    /// Work that goes on after an answer
    JobId
    /// A file that somebody sent
    UploadId
}
