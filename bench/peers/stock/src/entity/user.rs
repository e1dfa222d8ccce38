//! Table `user`.

use crate::value::{Kind, Timestamp, global_id};
use async_graphql::{ComplexObject, ID, SimpleObject};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "user")]
#[graphql(complex, name = "User")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text", unique)]
    pub handle: String,
    #[sea_orm(column_type = "Text")]
    pub display_name: String,
    #[sea_orm(column_type = "Text", nullable, unique)]
    #[graphql(skip)]
    pub email: Option<String>,
    #[sea_orm(column_type = "Text", nullable, unique)]
    #[graphql(skip)]
    pub phone: Option<String>,
    #[sea_orm(column_type = "Text")]
    #[graphql(skip)]
    pub locale: String,
    #[graphql(skip)]
    pub role: i16,
    #[graphql(skip)]
    pub suspended_at: Option<Timestamp>,
    #[sea_orm(column_type = "Text", nullable)]
    #[graphql(skip)]
    pub suspended_reason: Option<String>,
    pub joined_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[ComplexObject]
impl Model {
    async fn id(&self) -> ID {
        global_id(Kind::User, self.id)
    }
}
