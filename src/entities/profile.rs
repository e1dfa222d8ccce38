//! Table `profile`: what a person offers; specialists and businesses are found through it.

use super::row::card;
use super::{CategoryId, ProfileId, Timestamp, UserId, Wide};
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult};

/// What a person is here for
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum ProfileKind {
    /// Buys
    Consumer = 0,
    /// Offers a skill
    Specialist = 1,
    /// Offers goods
    Business = 2,
}

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: ProfileId,
    pub user_id: UserId,
    pub kind: ProfileKind,
    pub headline: String,
    pub bio: Wide,
    pub category_id: Option<CategoryId>,
    pub location_name: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub verified: bool,
    pub created_at: Timestamp,
}

card! {
    Model:
    id,
    user_id,
    kind,
    headline,
    category_id,
    location_name,
    latitude,
    longitude,
    verified,
    created_at;
    unread bio
}
/// Long text, read only where selected
pub const WIDE: &str = "bio";
