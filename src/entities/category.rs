//! Table `category`: the tree under which listings and profiles are found.

use super::CategoryId;
use sea_orm::FromQueryResult;

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: CategoryId,
    pub slug: String,
    pub name: String,
    pub name_key: String,
    pub parent_id: Option<CategoryId>,
}
