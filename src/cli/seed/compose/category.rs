//! The category tree, made once, and found by slug.

use super::super::calendar;
use super::super::dice::Dice;
use super::super::market::CATEGORIES;
use super::super::row::{Row, Table};
use crate::entities::Timestamp;
use crate::rules::search_text::sort_key;
use std::collections::HashMap;
use uuid::Uuid;

pub(in crate::cli::seed) const CATEGORY: Table = Table {
    name: "category",
    columns: &["id", "slug", "name", "name_key", "parent_id"],
    searched: false,
};

/// Ids of categories
pub(in crate::cli::seed) struct Tree {
    by_slug: HashMap<&'static str, Uuid>,
    missing: Vec<Row>,
}

impl Tree {
    /// The tree, with the ids of categories that there are already.
    pub(in crate::cli::seed) fn new(seed: u64, at: Timestamp, present: &[(String, Uuid)]) -> Self {
        let mut tree = Self { by_slug: HashMap::new(), missing: Vec::new() };
        for ((slug, name, parent), number) in CATEGORIES.iter().zip(0_u64..) {
            let found = present.iter().find(|(known, _)| known == slug).map(|(_, id)| *id);
            let id =
                found.unwrap_or_else(|| calendar::id(at, &mut Dice::of(seed, "category", number)));
            if found.is_none() {
                let parent = parent.and_then(|parent| tree.find(parent));
                let cells = vec![
                    id.into(),
                    (*slug).into(),
                    (*name).into(),
                    sort_key(name).into(),
                    parent.into(),
                ];
                tree.missing.push(Row::of(cells));
            }
            tree.by_slug.insert(slug, id);
        }
        tree
    }

    /// The id of a category
    pub(in crate::cli::seed) fn find(&self, slug: &str) -> Option<Uuid> {
        self.by_slug.get(slug).copied()
    }

    /// Rows of the categories that there were not
    pub(in crate::cli::seed) fn missing(&self) -> &[Row] {
        &self.missing
    }
}
