//! Table `category`: the tree under which listings and profiles are found.

use super::CategoryId;
use super::row::card;
use sea_orm::FromQueryResult;

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: CategoryId,
    pub slug: String,
    pub name: String,
    pub parent_id: Option<CategoryId>,
}

card! {
    Model:
    id,
    slug,
    name,
    parent_id,
}
