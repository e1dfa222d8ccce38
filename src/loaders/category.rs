//! Categories: one by one, and the whole tree.

use super::batch::{Table, question};
use crate::cache::Keep;
use crate::db::Table as Kept;
use crate::entities::{Category, CategoryId, Row};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

const CATEGORIES: Table = Table { name: "category", only: "" };

/// All categories, with who is below whom. A town's market has tens of them: one small statement
/// a request that walks the tree beats a recursive one a question.
#[derive(Default)]
pub struct Tree {
    by_id: HashMap<CategoryId, Arc<Category>>,
    children: HashMap<Option<CategoryId>, Vec<Arc<Category>>>,
}

impl Keep for Tree {
    const TABLE: Kept = Kept::Category;

    fn row(&self) -> Option<Uuid> {
        None
    }

    fn bytes(&self) -> usize {
        1_000 + 500 * self.by_id.len()
    }
}

impl Tree {
    /// The category with an id
    pub fn get(&self, id: CategoryId) -> Option<&Arc<Category>> {
        self.by_id.get(&id)
    }

    /// The category with a slug
    pub fn by_slug(&self, slug: &str) -> Option<&Arc<Category>> {
        self.by_id.values().find(|category| category.slug == slug)
    }

    /// Categories right below one, or the roots, by name
    pub fn children(&self, parent: Option<CategoryId>) -> &[Arc<Category>] {
        self.children.get(&parent).map_or(&[], Vec::as_slice)
    }

    /// A category and all below it
    pub fn subtree(&self, root: CategoryId) -> Vec<CategoryId> {
        let mut found = vec![root];
        let mut at = 0;
        while let Some(parent) = found.get(at).copied() {
            found.extend(self.children(Some(parent)).iter().map(|child| child.id));
            at += 1;
        }
        found
    }
}

question! {
    /// The whole tree; there is one
    CategoryTree(()) -> Arc<Tree>,
    |loads, keys| {
        loads.kept(keys, |_| Uuid::nil(), async |keys| {
            let mut sql = loads.sql("SELECT ");
            sql.columns("c", Category::CARD).push(" FROM category c ORDER BY c.name_key, c.id");
            let mut tree = Tree::default();
            for row in loads.rows(sql).await? {
                let category = Arc::new(Category::read(&row, 0)?);
                tree.children.entry(category.parent_id).or_default().push(Arc::clone(&category));
                tree.by_id.insert(category.id, category);
            }
            let tree = Arc::new(tree);
            Ok(keys.into_iter().map(|key| (key, Arc::clone(&tree))).collect())
        }).await
    }
}

question! {
    /// The category with an id
    CategoryById(CategoryId) -> Arc<Category>,
    |loads, keys| {
        loads.kept(keys, |key| key.0.0, async |keys| {
            let ids = keys.iter().map(|key| key.0.0);
            loads.rows_by_id(CATEGORIES, "t.id", ids, |category: &Category| CategoryById(category.id)).await
        }).await
    }
}
