//! All published documents, parsed, by client and id.

use crate::entities::{ClientMode, Document as Row, DocumentId};
use crate::server::graphql::document::{Document, Documents};
use crate::server::guard::{Demands, Rejected};
use crate::services::{EVERYBODY, Kept};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// [`EVERYBODY`], made once: each request holds it
static EVERYBODYS_NAME: LazyLock<Arc<str>> = LazyLock::new(|| EVERYBODY.into());

/// A published document
pub struct Published {
    /// Its row
    pub id: DocumentId,
    /// Who may run it
    pub client: Arc<str>,
    /// Name of its operation
    pub operation: Arc<str>,
    /// It may no longer be run
    pub retired: bool,
    /// Its text
    pub text: Arc<str>,
    /// Parsed; or why not, where a newer server published it, or an older one did
    pub document: Result<Arc<Document>, Rejected>,
    /// What it asks of a key
    pub demands: Demands,
}

/// Documents of one client
#[derive(Default)]
pub struct OfClient {
    pub mode: ClientMode,
    pub by_id: HashMap<Arc<str>, Arc<Published>>,
    /// Those that may be run, by what they mean
    pub by_meaning: HashMap<[u8; 32], Arc<Published>>,
}

/// All clients and documents, as they were at a moment
#[derive(Default)]
pub struct Shelf {
    /// Number of the last change that is in it; None before the first look
    pub number: Option<i64>,
    pub clients: HashMap<Arc<str>, OfClient>,
    /// For whoever names no client
    pub by_id: HashMap<Arc<str>, Arc<Published>>,
}

impl Shelf {
    /// Ids of the rows whose texts are here
    pub fn known(&self) -> Vec<DocumentId> {
        let documents = self.clients.values().flat_map(|client| client.by_id.values());
        documents.map(|published| published.id).collect()
    }

    /// The same as they are now; what is known already is taken over.
    pub fn next(&self, number: i64, kept: Kept, documents: &Documents) -> Self {
        let mut next = Self { number: Some(number), ..Self::default() };
        for client in kept.clients {
            let of_client = OfClient { mode: client.mode, ..OfClient::default() };
            next.clients.insert(client.name.into(), of_client);
        }
        for row in kept.documents {
            let before = self.clients.get(row.client.as_str());
            let before = before.and_then(|client| client.by_id.get(row.document_id.as_str()));
            let same = before
                .filter(|known| known.id == row.id && known.retired == row.retired_at.is_some());
            let published = match same {
                Some(known) => Arc::clone(known),
                None => Arc::new(published(&row, before, documents)),
            };
            let id: Arc<str> = row.document_id.into();
            if !published.retired || !next.by_id.contains_key(&id) {
                next.by_id.insert(Arc::clone(&id), Arc::clone(&published));
            }
            let Some(of_client) = next.clients.get_mut(row.client.as_str()) else { continue };
            if let (false, Ok(document)) = (published.retired, &published.document) {
                of_client.by_meaning.insert(document.meaning, Arc::clone(&published));
            }
            of_client.by_id.insert(id, published);
        }
        next
    }

    /// What a client may send; a name that is not known stands for everybody.
    pub fn client(&self, name: Option<&str>) -> (&Arc<str>, Option<&OfClient>) {
        let known = name.and_then(|name| self.clients.get_key_value(name));
        match known {
            Some((name, client)) => (name, Some(client)),
            None => (&EVERYBODYS_NAME, self.clients.get(EVERYBODY)),
        }
    }
}

fn published(row: &Row, before: Option<&Arc<Published>>, documents: &Documents) -> Published {
    // A text that was known is not read again.
    let text = match before.filter(|known| known.id == row.id) {
        Some(known) => Arc::clone(&known.text),
        None => row.body.get().map(Arc::clone).unwrap_or_default(),
    };
    let document = documents.get(&text);
    if let Err(rejected) = &document {
        tracing::warn!(
            document.id = row.document_id,
            document.client = row.client,
            reason = rejected.message,
            "published document does not fit this server"
        );
    }
    let demands = match &document {
        Ok(document) => documents.demands(document),
        Err(_) => Demands::default(),
    };
    Published {
        id: row.id,
        client: row.client.as_str().into(),
        operation: row.operation_name.as_str().into(),
        retired: row.retired_at.is_some(),
        text,
        document,
        demands,
    }
}
