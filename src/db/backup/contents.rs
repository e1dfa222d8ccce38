//! What a database holds, by tables whose rows are never deleted.

use crate::db::{Reads, Sql};
use crate::error::Result;
use std::collections::BTreeMap;

/// Tables that tell how much there is, and what their rows are called, one and many. Plaza deletes
/// none of these rows, so a later count is never smaller.
pub const COUNTED: [(&str, &str, &str); 8] = [
    ("order", "order", "orders"),
    ("user", "person", "people"),
    ("store", "store", "stores"),
    ("listing", "listing", "listings"),
    ("message", "message", "messages"),
    ("order_item", "line of an order", "lines of orders"),
    ("order_event", "step of an order", "steps of orders"),
    ("audit_entry", "audit entry", "audit entries"),
];

/// So many of [`COUNTED`] a person wants to read of
const TOLD: usize = 5;

/// Rows by table
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents(BTreeMap<String, i64>);

impl Contents {
    /// Counts what there is now. A table that an old schema lacks has no rows.
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn count(reads: &impl Reads) -> Result<Self> {
        let mut contents = Self::default();
        for (table, ..) in COUNTED {
            if exists(reads, table).await? {
                let sql = reads.sql(&format!(r#"SELECT count(*) FROM "{table}""#));
                contents.add(table, reads.value(sql).await?.unwrap_or_default());
            }
        }
        Ok(contents)
    }

    /// Rows of a table, where it is one that counts
    pub fn add(&mut self, table: &str, rows: i64) {
        if COUNTED.iter().any(|(known, ..)| *known == table) {
            *self.0.entry(table.to_owned()).or_default() += rows;
        }
    }

    /// There is nothing that anybody would miss
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|rows| *rows == 0)
    }

    /// Nothing that was there before is missing, and nothing is there that was not there after.
    pub fn lies_between(&self, before: &Self, after: &Self) -> bool {
        COUNTED
            .iter()
            .all(|(table, ..)| (before.rows(table)..=after.rows(table)).contains(&self.rows(table)))
    }

    /// Such as `12 orders, 1 person, 3 listings`
    pub fn sentence(&self) -> String {
        let told = |(table, one, many): &(&str, &str, &str)| {
            let rows = self.rows(table);
            format!("{rows} {}", if rows == 1 { one } else { many })
        };
        COUNTED.iter().take(TOLD).map(told).collect::<Vec<_>>().join(", ")
    }

    fn rows(&self, table: &str) -> i64 {
        self.0.get(table).copied().unwrap_or_default()
    }
}

/// Whether there is a table of this name
pub(super) async fn exists(reads: &impl Reads, table: &str) -> Result<bool> {
    let mut sql: Sql = reads.sql("SELECT 1 FROM ");
    sql.either(
        "pg_tables WHERE schemaname = 'public' AND tablename = ",
        "sqlite_master WHERE type = 'table' AND name = ",
    );
    sql.bind(table);
    Ok(reads.one(sql).await?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(rows: &[(&str, i64)]) -> Contents {
        let mut contents = Contents::default();
        rows.iter().for_each(|(table, rows)| contents.add(table, *rows));
        contents
    }

    #[test]
    fn it_says_what_there_is_in_a_persons_words() {
        let some = contents(&[("order", 12), ("user", 1), ("session", 7)]);
        assert_eq!(some.sentence(), "12 orders, 1 person, 0 stores, 0 listings, 0 messages");
        assert!(!some.is_empty() && contents(&[("order", 0), ("session", 7)]).is_empty());
    }

    #[test]
    fn a_copy_lies_between_what_was_before_and_what_is_after() {
        let [before, copy, after] = [3, 4, 5].map(|rows| contents(&[("order", rows)]));
        assert!(copy.lies_between(&before, &after) && copy.lies_between(&copy, &copy));
        assert!(!before.lies_between(&copy, &after) && !after.lies_between(&before, &copy));
    }
}
