//! A request that may be executed, and what is known of it.

use super::charge::Charge;
use super::document::{Document, Operation};
use super::trusted::Published;
use crate::db::WalPosition;
use crate::services::SentFile;
use async_graphql::Variables;
use async_graphql::parser::types::OperationType;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// What figures call documents that were not published, and their clients
static OTHER: LazyLock<Arc<str>> = LazyLock::new(|| "other".into());

/// A request that passed every check before execution
#[derive(Clone)]
pub struct Ready {
    pub(super) document: Arc<Document>,
    pub(super) operation: Arc<Operation>,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Variables,
    /// Files that came with it
    pub(super) files: Arc<[SentFile]>,
    /// What it may cost
    pub(super) cost: u64,
    /// What it was charged; None: nobody counts
    pub(super) charge: Option<Charge>,
    /// As it was published, where it was
    pub(super) published: Option<Arc<Published>>,
    /// The client that is known, or everybody
    pub(super) client: Arc<str>,
    /// The answer says what it cost
    pub(super) tells_cost: bool,
    /// What it has to see
    pub(super) position: Option<WalPosition>,
}

impl Ready {
    /// Query, mutation or subscription
    pub fn kind(&self) -> OperationType {
        self.operation.kind
    }

    /// It changes something
    pub fn is_mutation(&self) -> bool {
        self.operation.kind == OperationType::Mutation
    }

    /// A cache may keep its answer: it only reads, and its document was published
    pub fn may_be_kept(&self) -> bool {
        self.operation.kind == OperationType::Query && self.published.is_some()
    }

    /// The same, and its answer holds nothing that differs each time.
    #[must_use]
    pub fn without_cost(self) -> Self {
        Self { tells_cost: false, ..self }
    }

    /// The answer says what it cost
    pub(super) fn tells_cost(&self) -> bool {
        self.tells_cost
    }

    /// It is followed
    pub fn is_subscription(&self) -> bool {
        self.operation.kind == OperationType::Subscription
    }

    /// What figures call it: names of free documents are the client's to invent, and must not become
    /// labels.
    pub(super) fn labels(&self) -> (Arc<str>, Arc<str>) {
        match &self.published {
            Some(published) => (Arc::clone(&published.operation), Arc::clone(&published.client)),
            None => (Arc::clone(&OTHER), Arc::clone(&OTHER)),
        }
    }

    /// What an answer depends on apart from the viewer: document, operation, variables. Where a
    /// stream goes on is not among them.
    pub fn fingerprint(&self) -> [u8; 32] {
        let stream = self.is_subscription();
        let place = self.operation.place.as_ref().filter(|_| stream);
        let variables: BTreeMap<_, _> =
            self.variables.iter().filter(|(name, _)| Some(*name) != place).collect();
        let asked = (&self.operation_name, variables);
        let mut hash = Sha256::new_with_prefix(self.document.hash);
        hash.update(serde_json::to_vec(&asked).unwrap_or_default());
        hash.finalize().into()
    }
}
