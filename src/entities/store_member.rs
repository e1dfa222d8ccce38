//! Table `store_member`: who works in a store, and as what.

use super::row::card;
use super::{StoreId, Timestamp, UserId};
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult};

/// What a person may do in a store
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum StoreRole {
    /// Carries parcels and orders
    Courier = 0,
    /// Works at the counter
    Clerk = 1,
    /// Edits the store and its listings
    Manager = 2,
    /// Everything, and names the others
    Owner = 3,
}

impl StoreRole {
    /// As clients and operators read it
    pub fn name(self) -> &'static str {
        match self {
            Self::Courier => "COURIER",
            Self::Clerk => "CLERK",
            Self::Manager => "MANAGER",
            Self::Owner => "OWNER",
        }
    }
}

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub store_id: StoreId,
    pub user_id: UserId,
    pub role: StoreRole,
    pub since: Timestamp,
}

card! {
    Model:
    store_id,
    user_id,
    role,
    since,
}
