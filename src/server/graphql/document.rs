//! Documents met before: parsed, measured and known to be valid, by the hash of their text.

use crate::server::guard::{Cost, Rejected, TypeMap, check_shape, check_tokens};
use async_graphql::Name;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType};
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Text that the cache may hold, in bytes; parsed it takes some ten times as much
const CAPACITY: u64 = 4_000_000;

/// A parsed document
pub struct Document {
    /// The parser's tree
    pub parsed: ExecutableDocument,
    /// Its operations with what was measured of each
    operations: Vec<Measured>,
    valid: AtomicBool,
    /// Bytes of the text
    size: usize,
}

/// An operation by its name, or why it is refused
type Measured = (Option<Name>, Result<Arc<Operation>, Rejected>);

/// One operation of a document
pub struct Operation {
    /// Query, mutation or subscription
    pub kind: OperationType,
    /// What it may cost
    pub cost: Cost,
    /// As parsed
    pub definition: OperationDefinition,
}

impl Document {
    /// It passed all rules of validation before.
    pub fn is_valid(&self) -> bool {
        self.valid.load(Ordering::Acquire)
    }

    /// It passed all rules of validation.
    pub fn mark_valid(&self) {
        self.valid.store(true, Ordering::Release);
    }

    /// The operation that a request means.
    ///
    /// # Errors
    /// There is none of this name, or several and no name; or the one is beyond a bound.
    pub fn operation(&self, name: Option<&str>) -> Result<Arc<Operation>, Rejected> {
        let found = match name {
            Some(name) => self
                .operations
                .iter()
                .find(|(known, _)| known.as_ref().is_some_and(|known| known == name)),
            None if self.operations.len() == 1 => self.operations.first(),
            None => {
                return Err(Rejected::invalid(
                    "The document has several operations; send operationName",
                ));
            }
        };
        if let Some((_, operation)) = found {
            return operation.clone();
        }
        let name = name.unwrap_or_default();
        Err(Rejected::invalid(format!("The document has no operation \"{name}\"")))
    }
}

/// Documents by the hash of their text
pub struct Documents {
    types: TypeMap,
    known: Cache<[u8; 32], Result<Arc<Document>, Rejected>>,
}

impl Documents {
    /// None known yet.
    pub fn new(sdl: &str) -> Self {
        let known = Cache::builder()
            .max_capacity(CAPACITY)
            .weigher(|_, document: &Result<Arc<Document>, Rejected>| match document {
                Ok(document) => u32::try_from(document.size).unwrap_or(u32::MAX),
                Err(_) => 200,
            })
            .build();
        Self { types: TypeMap::read(sdl), known }
    }

    /// Types that the guard knows
    pub fn types(&self) -> &TypeMap {
        &self.types
    }

    /// The document of a text: parsed once, however often it comes.
    ///
    /// # Errors
    /// It does not parse, or is beyond a bound before it is even parsed.
    pub fn get(&self, text: &str) -> Result<Arc<Document>, Rejected> {
        let key: [u8; 32] = Sha256::digest(text).into();
        self.known.get_with(key, || self.parse(text))
    }

    fn parse(&self, text: &str) -> Result<Arc<Document>, Rejected> {
        check_tokens(text)?;
        let parsed = parse_query(text)
            .map_err(|err| Rejected { message: err.to_string(), code: "GRAPHQL_PARSE_FAILED" })?;
        let operations = parsed
            .operations
            .iter()
            .map(|(name, definition)| {
                let definition = &definition.node;
                let measured = check_shape(&parsed, definition).map(|()| {
                    Arc::new(Operation {
                        kind: definition.ty,
                        cost: Cost::of(&self.types, &parsed, definition),
                        definition: definition.clone(),
                    })
                });
                (name.cloned(), measured)
            })
            .collect();
        Ok(Arc::new(Document {
            parsed,
            operations,
            valid: AtomicBool::new(false),
            size: text.len(),
        }))
    }
}
