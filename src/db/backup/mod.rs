//! What backups are made of and brought back by: copies of a file of SQLite, what has to be written
//! around PostgreSQL's own tools, and what a database holds, to be compared.
//!
//! No backup holds an epoch: whoever brings one back begins another, and streams notice.

mod contents;
mod postgres;
mod sqlite;

pub use contents::Contents;
pub use postgres::Snapshot;
pub use sqlite::{Made, SqliteFile};
