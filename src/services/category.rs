//! The category tree, tended by administrators.

use super::change::Change;
use super::input::line;
use super::user::name_key;
use super::viewer::{Viewer, demand_admin};
use crate::app::App;
use crate::db::{Columns, Reads, WriteTx, refuse_taken};
use crate::entities::{Category, CategoryId};
use crate::error::{Code, Refusal, Refusals, Result};
use crate::rules::slug;
use sea_orm::FromQueryResult;
use std::sync::Arc;

/// Levels of the tree: enough for a market, few enough for a menu
const MAX_DEPTH: usize = 6;

const TAKEN: &[(&str, &str, &str)] =
    &[("category.slug", "slug", "There is a category with this slug already")];

/// Input of [`category_create`]
#[derive(Clone)]
pub struct CategoryCreate {
    pub slug: String,
    pub name: String,
    pub parent_id: Option<CategoryId>,
}

/// Adds a category.
///
/// # Errors
/// Refused to everybody but administrators, and for a taken slug or a missing parent.
pub async fn category_create(
    app: &App,
    viewer: &Viewer,
    input: CategoryCreate,
) -> Result<Arc<Category>> {
    demand_admin(viewer, "change categories")?;
    let mut refusals = Refusals::default();
    if !slug::is_slug(&input.slug) {
        refusals.add(Refusal::new(Code::Invalid, slug::EXPECTED).at("slug"));
    }
    let name = refusals.keep(line("name", 1, 60)(input.name)).unwrap_or_default();
    refusals.check()?;
    let tx = app.db.write().await?;
    if let Some(parent) = input.parent_id {
        let path = lock_path(&tx, parent).await?;
        check_parent(&path, 1)?;
    }
    let id = CategoryId(app.ids.next());
    let columns = Columns::of("category")
        .set("id", id)
        .set("slug", input.slug)
        .set("name_key", name_key(&name))
        .set("name", name)
        .set("parent_id", input.parent_id);
    tx.insert(columns).await.map_err(|err| refuse_taken(err, TAKEN))?;
    finish(tx, id).await
}

/// Input of [`category_update`]
#[derive(Clone)]
pub struct CategoryUpdate {
    pub id: CategoryId,
    pub name: Change<String>,
    pub parent_id: Change<CategoryId>,
}

/// Renames or moves a category.
///
/// # Errors
/// Refused to everybody but administrators, and for a move below itself or too deep.
pub async fn category_update(
    app: &App,
    viewer: &Viewer,
    input: CategoryUpdate,
) -> Result<Arc<Category>> {
    demand_admin(viewer, "change categories")?;
    let mut refusals = Refusals::default();
    let name =
        input.name.checked(&mut refusals, line("name", 1, 60)).required("name", &mut refusals);
    refusals.check()?;
    let tx = app.db.write().await?;
    if category_in(&tx, input.id).await?.is_none() {
        return Err(Refusal::new(Code::NotFound, "There is no such category").at("id").into());
    }
    if let Change::Set(parent) = input.parent_id {
        let path = lock_path(&tx, parent).await?;
        if path.contains(&input.id) {
            let message = "A category can't be moved below itself";
            return Err(Refusal::new(Code::Conflict, message).at("parentId").into());
        }
        check_parent(&path, height(&tx, input.id).await?)?;
    }
    let columns = Columns::of("category")
        .set_if("name_key", name.as_deref().map(name_key))
        .set_if("name", name)
        .set_if("parent_id", input.parent_id.optional());
    if !columns.is_empty() {
        tx.update(input.id.0, columns).await?;
    }
    finish(tx, input.id).await
}

async fn finish(tx: WriteTx, id: CategoryId) -> Result<Arc<Category>> {
    let category = category_in(&tx, id).await?.ok_or_else(missing_parent)?;
    tx.commit().await?;
    Ok(Arc::new(category))
}

fn missing_parent() -> Refusal {
    Refusal::new(Code::NotFound, "There is no such category").at("parentId")
}

fn check_parent(path: &[CategoryId], height: usize) -> Result<()> {
    if path.is_empty() {
        return Err(missing_parent().into());
    }
    if path.len() + height > MAX_DEPTH {
        let message = format!("The tree has at most {MAX_DEPTH} levels");
        return Err(Refusal::new(Code::OutOfRange, message).at("parentId").into());
    }
    Ok(())
}

/// A category's row inside a transaction
pub(super) async fn category_in(tx: &impl Reads, id: CategoryId) -> Result<Option<Category>> {
    let mut sql = tx.sql("SELECT c.* FROM category c WHERE c.id = ");
    sql.bind(id);
    Ok(tx.one(sql).await?.map(|row| Category::from_query_result(&row, "")).transpose()?)
}

/// From a category up to its root. The tree is locked: two moves at once could close a ring.
async fn lock_path(tx: &WriteTx, id: CategoryId) -> Result<Vec<CategoryId>> {
    if tx.dialect() == crate::db::Dialect::Postgres {
        tx.run(tx.sql("LOCK TABLE category IN SHARE ROW EXCLUSIVE MODE")).await?;
    }
    let mut path = Vec::new();
    let mut at = Some(id);
    while let Some(id) = at {
        let Some(category) = category_in(tx, id).await? else { break };
        path.push(category.id);
        at = category.parent_id;
    }
    Ok(path)
}

/// Levels from a category down to its lowest descendant, itself included
async fn height(tx: &WriteTx, id: CategoryId) -> Result<usize> {
    let mut level = vec![id];
    let mut height = 0;
    while !level.is_empty() {
        height += 1;
        let mut sql = tx.sql("SELECT c.* FROM category c WHERE ");
        sql.any_id("c.parent_id", level.iter().map(|id| id.0));
        let rows = tx.all(sql).await?;
        level = rows
            .iter()
            .map(|row| Ok(Category::from_query_result(row, "")?.id))
            .collect::<Result<_>>()?;
    }
    Ok(height)
}
