//! From a request to a document: by its id, its text, or both, as the client's mode has it.

use super::Trusted;
use super::shelf::{OfClient, Published, Shelf};
use crate::app::hex;
use crate::entities::ClientMode;
use crate::server::graphql::document::{Document, Documents};
use crate::server::graphql::params::{Named, Params};
use crate::server::guard::Rejected;
use crate::services::{Caller, EVERYBODY, KeyGrant, Viewer};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The document that a request means
pub struct Chosen {
    /// Parsed
    pub document: Arc<Document>,
    /// As it was published, where it was
    pub published: Option<Arc<Published>>,
    /// The client that is known, or everybody
    pub client: Arc<str>,
    /// Text to keep for the next time, once it is found to be valid
    register: Option<(String, Arc<str>)>,
}

/// Who sends a document
struct Sender<'a> {
    shelf: &'a Shelf,
    name: &'a Arc<str>,
    client: Option<&'a OfClient>,
    mode: ClientMode,
    key: Option<&'a KeyGrant>,
    signed_in: bool,
}

impl Trusted {
    /// The document that a request means.
    ///
    /// # Errors
    /// It names none, one that is not published, or sends a text that its client may not send.
    pub fn choose(
        &self,
        documents: &Documents,
        params: &Params,
        viewer: &Viewer,
        caller: &Caller,
    ) -> Result<Chosen, Rejected> {
        let shelf = self.shelf();
        let sender = Sender::of(&shelf, viewer, caller);
        let text = params.query.as_deref().filter(|text| !text.is_empty());
        match (params.named()?, text) {
            (Some(named), text) => match sender.find(named.id()) {
                Some(published) => sender.published(published, text, documents),
                None => match text {
                    Some(text) => sender.registered(&named, text, documents),
                    None => self.known(&sender, &named, documents),
                },
            },
            (None, Some(text)) => sender.free(text, documents),
            (None, None) => Err(Rejected::invalid(
                "Send the document's text as \"query\", or its id as \"documentId\"",
            )),
        }
    }

    /// A text that was registered before
    fn known(
        &self,
        sender: &Sender<'_>,
        named: &Named,
        documents: &Documents,
    ) -> Result<Chosen, Rejected> {
        let Named::Hash(hash) = named else { return Err(sender.not_in_list()) };
        if sender.may_register() {
            return match self.automatic.get(hash) {
                Some(text) => sender.free(&text, documents),
                None => Err(not_found()),
            };
        }
        Err(match (sender.key, sender.mode) {
            (None, ClientMode::Log) => Rejected {
                // Word by word, as clients compare it
                message: "PersistedQueryNotSupported".to_owned(),
                code: "PERSISTED_QUERY_NOT_SUPPORTED",
                at: None,
            },
            // Its text may be one that was published.
            (None, ClientMode::Safelist) => not_found(),
            _ => sender.not_in_list(),
        })
    }

    /// Keeps what a client registered. The document was found to be valid.
    pub fn register(&self, chosen: &Chosen) {
        if let Some((hash, text)) = &chosen.register {
            self.automatic.keep(hash.clone(), Arc::clone(text));
        }
    }
}

impl<'a> Sender<'a> {
    fn of(shelf: &'a Shelf, viewer: &'a Viewer, caller: &'a Caller) -> Self {
        let key = viewer.key();
        let name = key.map_or(caller.client.as_deref(), |key| Some(&*key.client));
        let (name, client) = shelf.client(name);
        let mode = client.map(|client| client.mode).unwrap_or_default();
        Self { shelf, name, client, mode, key, signed_in: viewer.user_id().is_some() }
    }

    /// A document by its id: the client's own, or anybody's for whoever names no client
    fn find(&self, id: &str) -> Option<&'a Arc<Published>> {
        let own = self.client.and_then(|client| client.by_id.get(id));
        let unnamed = self.key.is_none() && **self.name == *EVERYBODY;
        own.or_else(|| self.shelf.by_id.get(id).filter(|_| unnamed))
    }

    fn published(
        &self,
        published: &Arc<Published>,
        text: Option<&str>,
        documents: &Documents,
    ) -> Result<Chosen, Rejected> {
        if published.retired {
            return Err(Rejected {
                message: "This document was retired: a newer version of the client has another"
                    .to_owned(),
                code: "DOCUMENT_RETIRED",
                at: None,
            });
        }
        let document = published.document.clone()?;
        if let Some(text) = text.filter(|text| **text != *published.text) {
            let same = documents.get(text).is_ok_and(|sent| sent.meaning == document.meaning);
            if !same {
                return Err(mismatch("The text is another than the one published under this id"));
            }
        }
        Ok(self.chosen(document, Some(published)))
    }

    /// A text without an id, or with one that does not matter
    fn free(&self, text: &str, documents: &Documents) -> Result<Chosen, Rejected> {
        if self.key.is_some() || self.mode == ClientMode::RequireId {
            let who = if self.key.is_some() { "An API key runs" } else { "This client runs" };
            return Err(Rejected {
                message: format!(
                    "{who} published documents by their ids alone: send \"documentId\""
                ),
                code: "PERSISTED_QUERY_ID_REQUIRED",
                at: None,
            });
        }
        let document = documents.get(text)?;
        let published = self.client.and_then(|client| client.by_meaning.get(&document.meaning));
        if published.is_none() {
            if self.mode == ClientMode::Safelist {
                return Err(Rejected {
                    message: format!(
                        "This document was not published for the client {:?}",
                        self.name
                    ),
                    code: "QUERY_NOT_IN_SAFELIST",
                    at: None,
                });
            }
            if self.client.is_some() {
                self.note(&document);
            }
        }
        Ok(self.chosen(document, published))
    }

    /// Says once of a document that its client has not published it: whoever means to set `safelist`
    /// wants to know. Its text is not told, since values may be written in it.
    fn note(&self, document: &Document) {
        if document.first_seen() {
            let operations = document.operation_names();
            tracing::info!(
                document.client = &**self.name,
                document.hash = hex(&document.hash),
                document.operations = operations,
                "document that was not published"
            );
        }
    }

    fn chosen(&self, document: Arc<Document>, published: Option<&Arc<Published>>) -> Chosen {
        let client = match published {
            Some(published) if self.client.is_none() => Arc::clone(&published.client),
            _ => Arc::clone(self.name),
        };
        Chosen { document, published: published.map(Arc::clone), client, register: None }
    }

    /// A text under an id that was not published
    fn registered(
        &self,
        named: &Named,
        text: &str,
        documents: &Documents,
    ) -> Result<Chosen, Rejected> {
        let hash = hex(&Sha256::digest(text));
        let is_hash = matches!(named, Named::Hash(_)) || is_sha256(named.id());
        if is_hash && !named.id().eq_ignore_ascii_case(&hash) {
            return Err(mismatch("The document's text has another SHA-256 than the one sent"));
        }
        let mut chosen = self.free(text, documents)?;
        if matches!(named, Named::Hash(_)) && self.may_register() {
            chosen.register = Some((hash, text.into()));
        }
        Ok(chosen)
    }

    fn may_register(&self) -> bool {
        self.signed_in && self.key.is_none() && self.mode == ClientMode::Log
    }

    fn not_in_list(&self) -> Rejected {
        let message = match self.client {
            Some(_) => {
                format!("No document with this id was published for the client {:?}", self.name)
            }
            None => "No document with this id was published".to_owned(),
        };
        Rejected { message, code: "PERSISTED_QUERY_NOT_IN_LIST", at: None }
    }
}

/// Apollo's clients look for this message or code, and send the text then.
fn not_found() -> Rejected {
    Rejected {
        message: "PersistedQueryNotFound".to_owned(),
        code: "PERSISTED_QUERY_NOT_FOUND",
        at: None,
    }
}

fn mismatch(message: &str) -> Rejected {
    Rejected { message: message.to_owned(), code: "DOCUMENT_MISMATCH", at: None }
}

fn is_sha256(id: &str) -> bool {
    id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}
