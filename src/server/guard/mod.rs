//! What is checked of a document before anything of it is validated or executed, without trusting
//! it. The same functions guard HTTP and event streams.
//!
//! - `lex`: tokens and nesting, before the parser recurses
//! - `shape`: depth, aliases, root fields, directives and the selection as it expands through
//!   fragments, with memoisation: 770 bytes of doubling fragments expand to millions of fields
//! - `cost`: what answering may cost, with list sizes from variables too
//! - `actual`: what an answer has cost
//! - `position`: variables against the types of where they stand
//! - `variables`: values against their declared types
//! - `normal`: what a document means, whatever its text looks like
//! - `reach`: the fields that it selects, and what a key needs for them
//! - `veil`: what errors say where introspection is off

mod actual;
mod cost;
mod lex;
mod normal;
mod position;
mod reach;
mod shape;
mod types;
mod variables;
mod veil;

pub use actual::actual_cost;
pub use cost::{Cost, check_cost};
pub use lex::check_tokens;
pub use normal::meaning;
pub use position::check_positions;
pub use reach::{Demands, fields};
pub use shape::check_shapes;
pub use types::TypeMap;
pub use variables::check_variables;
pub use veil::Veil;

use async_graphql::Pos;

/// Code of a document that breaks a rule of the specification, or of this server
pub const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";

/// Why a document is not executed: a sentence that says what would be right, and a code
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// For people
    pub message: String,
    /// For programs
    pub code: &'static str,
    /// Where in the document, if anywhere
    pub at: Option<Pos>,
}

impl Rejected {
    /// Beyond a limit
    pub fn limit(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: "LIMIT_EXCEEDED", at: None }
    }

    /// Not as the schema or the specification has it
    pub fn invalid(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: "BAD_REQUEST", at: None }
    }
}
