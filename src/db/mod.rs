//! The database behind one door: pools, transactions, statement texts for two dialects, pages.
//!
//! [`Db`] hands out a [`Reader`], which can only read, and a [`WriteTx`], which must be committed.
//! A query path that is given a `Reader` can't write: the compiler says so.

mod columns;
mod connect;
mod crowd;
mod gather;
mod list;
mod reader;
mod reading;
mod sql;
mod stats;
mod write;

pub use columns::Columns;
pub use connect::{Db, Dialect};
pub use gather::{Gather, Pace};
pub use list::{Filter, KeyExpr, KeyValue, List, Nearest, Partition, Position, Slice, Sort};
pub use reader::{Reader, Reads};
pub use sql::Sql;
pub use stats::{StatementCount, Stats, UPKEEP};
pub use write::{WriteTx, refuse_taken};
