//! Table `client`: programs that documents are published for, and what each may send.

use super::Timestamp;
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult};

/// What a client may send
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum,
)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum ClientMode {
    /// Any document; what was not published is noted
    #[default]
    Log = 0,
    /// Published documents, by their ids or as text
    Safelist = 1,
    /// Published documents, by their ids alone
    RequireId = 2,
}

impl ClientMode {
    /// As operators write it
    pub fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Safelist => "safelist",
            Self::RequireId => "require-id",
        }
    }
}

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub name: String,
    pub mode: ClientMode,
    pub created_at: Timestamp,
}
