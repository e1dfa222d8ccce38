//! What is kept of what was read, so that the database is asked less: rows that look alike to
//! everybody, and whole answers.
//!
//! Nothing here is trusted for being there. Each thing is kept with the mark before which it was read
//! ([`crate::db::Changes`]), and is good while nothing of what it was read from has changed since. A
//! lifetime is a second line only: for servers that are not told, and for what died between a commit
//! and its word.

mod answer;
mod row;

pub use answer::{Answers, Asked, Found, Kept, Turn, keepable};
pub use row::{Keep, Rows};

use moka::notification::RemovalCause;

/// Counts what was pushed out, by others or by time.
fn count_eviction(cache: &'static str, cause: RemovalCause) {
    if cause.was_evicted() {
        metrics::counter!("plaza_cache_evictions_total", "cache" => cache).increment(1);
    }
}
