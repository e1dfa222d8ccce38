//! The GraphQL schema: the only place that knows async-graphql's types. A folder a noun.
//!
//! Resolvers are thin: they read arguments, call one service or one loader, and wrap the answer.
//!
//! A nullable field that can fail returns `Option<Result<T>>`: its error makes the field null and
//! nothing else, as the specification has it. From `Result<Option<T>>` the library takes the error
//! up to the parent, which would be null with all that went well in it.

pub mod admin;
pub mod api_key;
pub mod category;
pub mod chat_usage;
pub mod connection;
mod context;
pub mod conversation;
mod direct;
pub mod document;
mod error;
pub mod follow;
pub mod job;
pub mod listing;
pub mod message;
pub mod mutation;
pub mod node;
pub mod order;
pub mod page;
pub mod presence;
pub mod profile;
pub mod query;
pub mod scalar;
pub mod search;
pub mod service;
pub mod session;
pub mod store;
pub mod subscription;
pub mod user;
pub mod user_error;
pub mod value;
pub mod viewer;

pub use context::{Request, Seen, Who};
pub use error::{WENT_WRONG, error};
pub use follow::{Delivery, Followed, Source, Turn, UpdateKind};
pub use scalar::file_variable;

use async_graphql::{Schema, ValidationMode};
use mutation::Mutation;
use query::Query;
use sha2::{Digest, Sha256};
use subscription::Subscription;

/// Plaza's executable schema
pub type Executable = Schema<Query, Mutation, Subscription>;

/// The schema twice: for documents seen for the first time, and for those known to be valid
#[derive(Clone)]
pub struct Schemas {
    /// Validates by all rules of the specification
    pub strict: Executable,
    /// Skips what a valid document has behind it
    pub fast: Executable,
    /// SHA-256 of the text, in hexadecimal
    pub hash: std::sync::Arc<str>,
    /// It may be looked at
    pub introspection: bool,
}

impl Schemas {
    /// Builds both.
    pub fn new(introspection: bool) -> Self {
        let strict = build(ValidationMode::Strict, introspection);
        let hash = crate::app::hex(&Sha256::digest(strict.sdl()));
        Self {
            fast: build(ValidationMode::Fast, introspection),
            strict,
            hash: hash.into(),
            introspection,
        }
    }
}

fn build(mode: ValidationMode, introspection: bool) -> Executable {
    let builder = Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .validation_mode(mode)
        .register_output_type::<scalar::Date>()
        .register_output_type::<scalar::Url>()
        .register_output_type::<scalar::Json>()
        .register_output_type::<node::Node>()
        .register_input_type::<scalar::Upload>();
    if introspection {
        builder.finish()
    } else {
        builder.disable_introspection().disable_suggestions().finish()
    }
}

/// The schema as text, as clients are promised it.
pub fn sdl() -> String {
    build(ValidationMode::Strict, true).sdl()
}
