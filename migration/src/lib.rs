//! Plaza's database schema, step by step, for SQLite and PostgreSQL.
//!
//! A file a noun. Steps are plain DDL: they never name live entities, so that an old step means
//! tomorrow what it means today. `Ddl` fills in what the two dialects spell differently.

mod ddl;
mod m0001_user;
mod m0002_session;
mod m0003_category;
mod m0004_profile;
mod m0005_store;
mod m0006_listing;
mod m0007_idempotency;
mod m0008_log;
mod m0009_order;
mod m0010_conversation;
mod m0011_message_search;
mod m0012_presence;
mod m0013_assistant;
mod m0014_document;
mod m0015_audit;
mod m0016_job;
mod m0017_operation;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// All steps in order
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_user::Step),
            Box::new(m0002_session::Step),
            Box::new(m0003_category::Step),
            Box::new(m0004_profile::Step),
            Box::new(m0005_store::Step),
            Box::new(m0006_listing::Step),
            Box::new(m0007_idempotency::Step),
            Box::new(m0008_log::Step),
            Box::new(m0009_order::Step),
            Box::new(m0010_conversation::Step),
            Box::new(m0011_message_search::Step),
            Box::new(m0012_presence::Step),
            Box::new(m0013_assistant::Step),
            Box::new(m0014_document::Step),
            Box::new(m0015_audit::Step),
            Box::new(m0016_job::Step),
            Box::new(m0017_operation::Step),
        ]
    }
}
