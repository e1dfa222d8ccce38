//! Batched reads: many keys, one statement.
//!
//! A key names its question ([`StoreById`], [`PageOf`]); [`Loads`] answers all of them. One
//! set a request: a longer-lived one would leak between viewers and go stale. Keys asked for twice
//! are answered once. Values are `Arc`s, since each waiter gets its own copy.
//!
//! When a batch leaves is decided by `drive`; nothing here waits for time to pass.

mod api_key;
mod audit_entry_list;
mod batch;
mod beside;
mod category;
mod conversation;
mod conversation_list;
mod document;
mod drive;
mod job;
mod job_list;
mod list;
mod listing;
mod listing_list;
mod message;
mod message_list;
mod message_search;
mod order;
mod order_event_list;
mod order_list;
mod page;
mod presence;
mod profile;
mod profile_list;
mod reply;
mod session;
mod store;
mod store_list;
mod user;

use crate::cache::Rows;
use crate::db::{Mark, Reader};
use crate::error::Result;
use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use std::hash::Hash;
use std::sync::Arc;

pub use api_key::{ApiKeyById, ApiKeysOfUser};
pub use audit_entry_list::AuditEntries;
pub use beside::{Beside, Reference};
pub use category::{CategoryById, CategoryTree, Tree};
pub use conversation::{
    ConversationById, ConversationOfOrder, ParticipantOf, ParticipantsOf, UnreadOf,
};
pub use conversation_list::Conversations;
pub use document::{BodyOfDocument, DocumentsOfAll, DocumentsOfClient};
pub use drive::Driver;
pub use job::JobById;
pub use job_list::Jobs;
pub use list::{Asked, CountOf, Listed, PageOf, Query};
pub use listing::{DescriptionOfListing, ListingById, TopListingsOfStore};
pub use listing_list::{Facets, FacetsOf, ListingFilter, ListingScope, Listings};
pub use message::{MessageAt, MessageById};
pub use message_list::Messages;
pub use message_search::{Matches, MessagesWith};
pub use order::{BestOfDay, EventOfOrder, FiguresOfDay, ItemsOfOrder, OrderById};
pub use order_event_list::OrderEvents;
pub use order_list::{OrderFilter, OrderScope, Orders};
pub use page::{Hit, Page};
pub use presence::{SeenAt, SharesConversation};
pub use profile::{BioOfProfile, ProfileById, ProfileByUser};
pub use profile_list::{ProfileFilter, Profiles};
pub use reply::{ChatDaysOf, ReplyOf};
pub use session::{SessionById, SessionsOfUser};
pub use store::{
    DescriptionOfStore, HoursOfStore, RoleInStore, StaffOfStore, StoreByHandle, StoreById,
    StoresOfMember,
};
pub use store_list::{StoreFilter, Stores};
pub use user::{UserByHandle, UserById};

/// Answers every question, from the reading side of the database
pub struct Loads {
    db: Reader,
    kept: Option<Keeping>,
}

/// Rows that may be answered from memory
pub struct Keeping {
    /// The cache
    pub rows: Arc<Rows>,
    /// All changes up to it are seen by the reader
    pub mark: Mark,
    /// None that was read before this
    pub fresh: Mark,
}

/// The loaders of one request
pub struct Loaders(DataLoader<Loads, HashMapCache>);

impl Loaders {
    /// Loaders whose batches the driver polls.
    pub fn new(db: Reader, driver: &Driver) -> Self {
        Self::of(Loads { db, kept: None }, driver)
    }

    /// The same, which answer from memory what is there. Not for streams, whose state and cursor must
    /// agree, nor for whoever has just written.
    pub fn keeping(db: Reader, driver: &Driver, kept: Keeping) -> Self {
        Self::of(Loads { db, kept: Some(kept) }, driver)
    }

    fn of(loads: Loads, driver: &Driver) -> Self {
        Self(DataLoader::with_cache(loads, driver.queue(), driver.queue(), HashMapCache::default()))
    }

    /// The same, without remembering answers: what is asked again is read again.
    #[must_use]
    pub fn forgetful(self) -> Self {
        self.0.enable_all_cache(false);
        self
    }

    /// One answer; None where there is nothing.
    ///
    /// # Errors
    /// The batch failed.
    pub async fn load<K>(&self, key: K) -> Result<Option<<Loads as Loader<K>>::Value>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Loads: Loader<K, Error = crate::error::Error>,
    {
        self.0.load_one(key).await
    }

    /// Answers in the order of the keys; None where there is nothing.
    ///
    /// # Errors
    /// The batch failed.
    pub async fn load_all<K>(
        &self,
        keys: Vec<K>,
    ) -> Result<Vec<Option<<Loads as Loader<K>>::Value>>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Loads: Loader<K, Error = crate::error::Error>,
    {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.0.load_many(keys.iter().cloned()).await?;
        Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
    }
}
