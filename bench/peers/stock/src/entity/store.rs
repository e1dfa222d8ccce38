//! Table `store`.

use crate::value::{Kind, Timestamp, global_id};
use async_graphql::{ComplexObject, ID, SimpleObject};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "store")]
#[graphql(complex, name = "Store")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text", unique)]
    pub handle: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    #[graphql(skip)]
    pub name_key: String,
    #[sea_orm(column_type = "Text")]
    pub description: String,
    #[graphql(skip)]
    pub owner_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub currency: String,
    #[sea_orm(column_type = "Text")]
    pub time_zone: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub location_name: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    #[graphql(skip)]
    pub shelf: i16,
    pub created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[ComplexObject]
impl Model {
    async fn id(&self) -> ID {
        global_id(Kind::Store, self.id)
    }
}
