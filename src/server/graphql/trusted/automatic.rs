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

/// Documents that clients registered, by the SHA-256 of their texts in hexadecimal
pub struct Automatic(Cache<String, Arc<str>>);

impl Default for Automatic {
    fn default() -> Self {
        let weigh =
            |_: &String, text: &Arc<str>| u32::try_from(text.len() + 64).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(CAPACITY).weigher(weigh).build())
    }
}

impl Automatic {
    /// The text of a hash
    pub fn get(&self, hash: &str) -> Option<Arc<str>> {
        self.0.get(&hash.to_ascii_lowercase())
    }

    /// Keeps a text that is valid.
    pub fn keep(&self, hash: String, text: Arc<str>) {
        self.0.insert(hash, text);
    }
}
