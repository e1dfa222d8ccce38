//! Plaza itself: which version runs, with which schema.

use async_graphql::SimpleObject;

/// Running version and schema
#[derive(Clone, SimpleObject)]
pub struct Service {
    /// Name of the product
    pub name: String,
    /// Version that runs, by semantic versioning
    pub version: String,
    /// Changes with the schema: SHA-256 of its text, in hexadecimal
    pub schema_hash: String,
}

impl Service {
    /// This build
    pub fn running(schema_hash: &str) -> Self {
        Self {
            name: "Plaza".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            schema_hash: schema_hash.to_owned(),
        }
    }
}
