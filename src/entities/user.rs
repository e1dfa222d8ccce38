//! Table `user`: a person with an account. The password stands apart (table `credential`), so that
//! no list of people ever reads it.

use super::row::card;
use super::{Timestamp, UserId};
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult};

/// What a person may do on the whole platform
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum UserRole {
    /// Everybody
    Member = 0,
    /// Helps members: may suspend
    Support = 1,
    /// May do everything
    Admin = 2,
}

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: UserId,
    pub handle: String,
    pub display_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub locale: String,
    pub role: UserRole,
    pub suspended_at: Option<Timestamp>,
    pub joined_at: Timestamp,
}

card! {
    Model:
    id,
    handle,
    display_name,
    email,
    phone,
    locale,
    role,
    suspended_at,
    joined_at,
}

impl Model {
    /// May everything
    pub fn is_admin(&self) -> bool {
        self.role == UserRole::Admin
    }

    /// Support and administrators
    pub fn is_platform_staff(&self) -> bool {
        matches!(self.role, UserRole::Support | UserRole::Admin)
    }
}
