//! The key by which names sort.
//!
//! Owns: the key's text. Leaves to the migration a bytewise comparison (`COLLATE "C"`, SQLite's
//! `BINARY`): collations of servers differ between databases and between releases, and would break
//! cursors.

use super::terms::{cut, plain};

/// Longest sort key, in bytes.
pub const SORT_KEY_BYTES: usize = 200;

/// Accent-free (ñ sorts as n), lower case, one space between words, at most 200 bytes of whole
/// characters.
pub fn sort_key(name: &str) -> String {
    let plain = plain(name);
    let key = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&key, SORT_KEY_BYTES).trim_end().to_owned()
}
