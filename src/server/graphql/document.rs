//! Documents met before: parsed, measured and known to be valid, by the hash of their text.

use crate::server::guard::{
    Cost, Demands, Rejected, TypeMap, Veil, check_positions, check_shapes, check_tokens, fields,
    meaning,
};
use async_graphql::parser::types::{
    ExecutableDocument, OperationDefinition, OperationType, Selection,
};
use async_graphql::parser::{self, parse_query};
use async_graphql::{Name, Positioned, Response, Variables};
use async_graphql_value::Value;
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the cache may hold, in bytes
const CAPACITY: u64 = 16_000_000;
/// Bytes that a token takes once it is parsed, roughly
const TOKEN_BYTES: usize = 256;
/// Characters of a parser's message that are passed on
const MAX_TOLD: usize = 200;

/// A parsed document
pub struct Document {
    /// SHA-256 of the text
    pub hash: [u8; 32],
    /// The same for all texts that mean the same
    pub meaning: [u8; 32],
    /// As the client wrote it
    text: Box<str>,
    /// The parser's tree
    pub parsed: ExecutableDocument,
    /// Its operations by their names
    operations: Vec<(Option<Name>, Arc<Operation>)>,
    valid: AtomicBool,
    seen: AtomicBool,
    /// Bytes that it takes, roughly
    size: usize,
}

/// One operation of a document
pub struct Operation {
    /// Query, mutation or subscription
    pub kind: OperationType,
    /// It may write more than once: what was read after one write is old after the next
    pub writes_again: bool,
    /// Variable that says where a stream goes on, and nothing else
    pub place: Option<Name>,
    /// What it may cost
    pub cost: Cost,
    /// As parsed, without what it selects
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

    /// Whether nobody asked this before
    pub fn first_seen(&self) -> bool {
        !self.seen.swap(true, Ordering::Relaxed)
    }

    /// Names of its operations, for the log
    pub fn operation_names(&self) -> String {
        let names = self.operations.iter().filter_map(|(name, _)| name.as_ref());
        names.map(Name::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The only operation and its name, where there is one alone and it has a name
    pub fn only(&self) -> Option<(&Name, &Arc<Operation>)> {
        match self.operations.as_slice() {
            [(Some(name), operation)] => Some((name, operation)),
            _ => None,
        }
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
            return Ok(Arc::clone(operation));
        }
        let name = name.unwrap_or_default();
        Err(Rejected::invalid(format!("The document has no operation \"{name}\"")))
    }
}

/// Documents by the hash of their text
pub struct Documents {
    types: TypeMap,
    introspection: bool,
    /// Where introspection is off
    veil: Option<Veil>,
    known: Cache<[u8; 32], Result<Arc<Document>, Rejected>>,
}

impl Documents {
    /// None known yet.
    pub fn new(sdl: &str, introspection: bool) -> Self {
        let known = Cache::builder()
            .max_capacity(CAPACITY)
            .weigher(|_, document: &Result<Arc<Document>, Rejected>| {
                let size = match document {
                    Ok(document) => document.size,
                    Err(rejected) => TOKEN_BYTES + rejected.message.len(),
                };
                u32::try_from(size).unwrap_or(u32::MAX)
            })
            .build();
        let types = TypeMap::read(sdl);
        let veil = (!introspection).then(|| Veil::new(&types));
        Self { types, introspection, veil, known }
    }

    /// Types that the guard knows
    pub fn types(&self) -> &TypeMap {
        &self.types
    }

    /// What a document's operations ask of a key
    pub fn demands(&self, document: &Document) -> Demands {
        let mut operations = document.parsed.operations.iter();
        let first = operations.next();
        first
            .map(|(_, operation)| Demands::of(&self.types, &document.parsed, &operation.node))
            .unwrap_or_default()
    }

    /// The fields that a document selects, such as `Listing.title`
    pub fn fields(&self, document: &Document) -> Arc<[String]> {
        let operations = document.parsed.operations.iter();
        let fields = operations
            .flat_map(|(_, operation)| fields(&self.types, &document.parsed, &operation.node))
            .map(|(parent, field)| format!("{parent}.{field}"));
        fields.collect()
    }

    /// The document of a text: parsed once, however often it comes.
    ///
    /// # Errors
    /// It does not parse, or is beyond a bound before it is even parsed.
    pub fn get(&self, text: &str) -> Result<Arc<Document>, Rejected> {
        let key: [u8; 32] = Sha256::digest(text).into();
        self.known.get_with(key, || {
            self.parse(key, text).map_err(|rejected| self.veiled(rejected, &[text]))
        })
    }

    /// The refusal as it is told: where introspection is off, in the client's own words.
    fn veiled(&self, mut rejected: Rejected, said: &[&str]) -> Rejected {
        if let Some(veil) = &self.veil {
            rejected.message = veil.over(&rejected.message, said);
        }
        rejected
    }

    /// The same, of variables of a document
    pub fn veiled_variables(
        &self,
        rejected: Rejected,
        document: &Document,
        variables: &Variables,
    ) -> Rejected {
        let variables = serde_json::to_string(variables).unwrap_or_default();
        self.veiled(rejected, &[&document.text, &variables])
    }

    /// The same, of what the library says of a document or its arguments. What has a code is said
    /// by a service, to people.
    pub fn veil_errors(&self, response: &mut Response, document: &Document) {
        let Some(veil) = &self.veil else { return };
        for error in &mut response.errors {
            let code = error.extensions.as_ref().and_then(|values| values.get("code"));
            if code.is_none() {
                error.message = veil.over(&error.message, &[&document.text]);
            }
        }
    }

    fn parse(&self, hash: [u8; 32], text: &str) -> Result<Arc<Document>, Rejected> {
        let tokens = check_tokens(text)?;
        let parsed = parse_query(text).map_err(|err| unparsed(&err))?;
        check_shapes(&parsed, self.introspection)?;
        check_positions(&self.types, &parsed)?;
        let operations = parsed.operations.iter().map(|(name, definition)| {
            let definition = &definition.node;
            let cost = Cost::of(&self.types, &parsed, definition);
            let fields = &definition.selection_set.node.items;
            let lone =
                matches!(fields.as_slice(), [only] if matches!(only.node, Selection::Field(_)));
            let writes_again = definition.ty == OperationType::Mutation && !lone;
            let place = place(text, fields);
            let mut definition = definition.clone();
            definition.selection_set = Positioned::default();
            let operation =
                Operation { kind: definition.ty, writes_again, place, cost, definition };
            (name.cloned(), Arc::new(operation))
        });
        Ok(Arc::new(Document {
            hash,
            meaning: meaning(&parsed),
            text: text.into(),
            operations: operations.collect(),
            parsed,
            valid: AtomicBool::new(false),
            seen: AtomicBool::new(false),
            size: 2 * text.len() + tokens * TOKEN_BYTES,
        }))
    }
}

/// The variable of the root field's argument `after`, where the document uses it for nothing else:
/// streams that differ in it alone deliver the same.
fn place(text: &str, fields: &[Positioned<Selection>]) -> Option<Name> {
    let [only] = fields else { return None };
    let Selection::Field(field) = &only.node else { return None };
    let Value::Variable(name) = &field.node.get_argument("after")?.node else { return None };
    let dollar = format!("${name}");
    let part_of_name = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    let uses = text.match_indices(&dollar).filter(|(at, _)| {
        let rest = text.get(at + dollar.len()..).unwrap_or_default();
        !rest.starts_with(part_of_name)
    });
    // Where it is declared, and here
    (uses.count() == 2).then(|| name.clone())
}

/// Where the parser stopped, and what it expected there. Its own message draws the whole line.
fn unparsed(err: &parser::Error) -> Rejected {
    let drawn = err.to_string();
    let told = drawn.lines().last().unwrap_or_default().trim_start_matches([' ', '=']);
    Rejected {
        message: format!("Syntax: {}", told.chars().take(MAX_TOLD).collect::<String>()),
        code: "GRAPHQL_PARSE_FAILED",
        at: err.positions().next(),
    }
}
