//! The data loader: one loader, a key type for each question. One is made for each request.

use crate::entity::{category, listing, order_item, store, user};
use async_graphql::dataloader::Loader;
use sea_orm::entity::prelude::Uuid;
use sea_orm::{ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;
use std::sync::Arc;

pub struct PostgresLoader {
    db: DatabaseConnection,
}

impl PostgresLoader {
    pub fn new(db: DatabaseConnection) -> Self {
        Self { db }
    }
}

/// The store with an id
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct StoreId(pub Uuid);

impl Loader<StoreId> for PostgresLoader {
    type Value = store::Model;
    type Error = Arc<DbErr>;

    async fn load(&self, keys: &[StoreId]) -> Result<HashMap<StoreId, Self::Value>, Self::Error> {
        let rows = store::Entity::find()
            .filter(store::Column::Id.is_in(keys.iter().map(|key| key.0)))
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| (StoreId(row.id), row)).collect())
    }
}

/// The category with an id
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CategoryId(pub Uuid);

impl Loader<CategoryId> for PostgresLoader {
    type Value = category::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        keys: &[CategoryId],
    ) -> Result<HashMap<CategoryId, Self::Value>, Self::Error> {
        let rows = category::Entity::find()
            .filter(category::Column::Id.is_in(keys.iter().map(|key| key.0)))
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| (CategoryId(row.id), row)).collect())
    }
}

/// The person with an id
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonId(pub Uuid);

impl Loader<PersonId> for PostgresLoader {
    type Value = user::Model;
    type Error = Arc<DbErr>;

    async fn load(&self, keys: &[PersonId]) -> Result<HashMap<PersonId, Self::Value>, Self::Error> {
        let rows = user::Entity::find()
            .filter(user::Column::Id.is_in(keys.iter().map(|key| key.0)))
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| (PersonId(row.id), row)).collect())
    }
}

/// The listing with an id, in whatever state
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ListingId(pub Uuid);

impl Loader<ListingId> for PostgresLoader {
    type Value = listing::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        keys: &[ListingId],
    ) -> Result<HashMap<ListingId, Self::Value>, Self::Error> {
        let rows = listing::Entity::find()
            .filter(listing::Column::Id.is_in(keys.iter().map(|key| key.0)))
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| (ListingId(row.id), row)).collect())
    }
}

/// The lines of an order, in the order in which they were sent
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ItemsOfOrder(pub Uuid);

impl Loader<ItemsOfOrder> for PostgresLoader {
    type Value = Vec<order_item::Model>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        keys: &[ItemsOfOrder],
    ) -> Result<HashMap<ItemsOfOrder, Self::Value>, Self::Error> {
        let rows = order_item::Entity::find()
            .filter(order_item::Column::OrderId.is_in(keys.iter().map(|key| key.0)))
            .order_by_asc(order_item::Column::Position)
            .all(&self.db)
            .await?;
        let mut items: HashMap<_, Vec<_>> = HashMap::new();
        for row in rows {
            items.entry(ItemsOfOrder(row.order_id)).or_default().push(row);
        }
        Ok(items)
    }
}
