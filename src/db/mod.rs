//! The database behind one door: pools, transactions, statement texts for two dialects, pages.
//!
//! [`Db`] hands out a [`Reader`], which can only read, and a [`WriteTx`], which must be committed.
//! A query path that is given a `Reader` can't write: the compiler says so. Queries may be given one that
//! asks a [`replica`] first, by the [`WalPosition`] that they bring.

mod backup;
mod change;
mod columns;
mod connect;
mod crowd;
mod driver;
mod folder;
mod gather;
mod list;
mod pool;
mod position;
mod reader;
mod reading;
mod replica;
mod sql;
mod stats;
mod steps;
mod table;
mod write;

pub use backup::{Contents, Made, Snapshot, SqliteFile};
pub use change::{Changes, Mark};
pub use columns::Columns;
pub use connect::{Db, Dialect};
pub use folder::FolderLock;
pub use gather::{Gather, Pace};
pub use list::{Filter, Join, KeyExpr, KeyValue, List, Nearest, Partition, Position, Slice, Sort};
pub use pool::Connections;
pub use position::WalPosition;
pub use reader::{Noted, Reader, Reads};
pub use replica::{ReplicaFound, ReplicaState, find_replica};
pub use sql::Sql;
pub use stats::{StatementCount, Stats, UPKEEP, counting_statements};
pub use steps::{ByMonth, MONTHS_AHEAD, Month, Patience, Steps, Turn};
pub use table::{OTHERS, Sources, Table, Written};
pub use write::{WriteTx, refuse_taken};
