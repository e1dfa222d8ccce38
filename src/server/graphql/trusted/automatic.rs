//! Apollo's automatic persisted queries: a client sends a document's SHA-256, and its text only where
//! the server does not know it yet:
//! <https://www.apollographql.com/docs/apollo-server/performance/apq>.
//!
//! Kept in this server's memory: another one asks for the text once more. Only what is valid is kept, and only for
//! people who are signed in, so that nobody fills the store with rubbish.

use moka::sync::Cache;
use std::sync::Arc;

/// What the store may hold, in bytes
const CAPACITY: u64 = 8_000_000;

/// Documents that clients registered, by the SHA-256 of their texts
pub struct Automatic(Cache<[u8; 32], Arc<str>>);

impl Default for Automatic {
    fn default() -> Self {
        let weigh =
            |_: &[u8; 32], text: &Arc<str>| u32::try_from(text.len() + 64).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(CAPACITY).weigher(weigh).build())
    }
}

impl Automatic {
    /// The text of a hash
    pub fn get(&self, hash: &[u8; 32]) -> Option<Arc<str>> {
        self.0.get(hash)
    }

    /// Keeps a text that is valid.
    pub fn keep(&self, hash: [u8; 32], text: Arc<str>) {
        self.0.insert(hash, text);
    }
}
