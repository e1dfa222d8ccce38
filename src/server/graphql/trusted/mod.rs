//! Documents that were published: which one a request means, and whether its client may send it.
//!
//! - `shelf`: all of them, in memory
//! - `keep`: as they are in the database, at most half a second ago
//! - `choose`: from a request to a document
//! - `automatic`: documents that clients register themselves
//! - `open_keys`: what is open with API keys, to be closed when one is revoked

mod automatic;
mod choose;
mod keep;
mod open_keys;
mod shelf;

pub use choose::Chosen;
pub use keep::keep;
pub use shelf::Published;

use async_graphql::parser::types::OperationType;
use automatic::Automatic;
use open_keys::OpenKeys;
use parking_lot::RwLock;
use shelf::Shelf;
use std::sync::Arc;

/// Published documents, and what goes with them
#[derive(Default)]
pub struct Trusted {
    shelf: RwLock<Arc<Shelf>>,
    automatic: Automatic,
    /// What is open with API keys
    pub open_keys: OpenKeys,
}

impl Trusted {
    /// Whether the document of an id is a mutation
    pub fn writes(&self, id: &str) -> bool {
        let shelf = self.shelf();
        let document = shelf.by_id.get(id).and_then(|published| published.document.as_ref().ok());
        let only = document.and_then(|document| document.only());
        only.is_some_and(|(_, operation)| operation.kind == OperationType::Mutation)
    }

    fn shelf(&self) -> Arc<Shelf> {
        Arc::clone(&self.shelf.read())
    }
}
