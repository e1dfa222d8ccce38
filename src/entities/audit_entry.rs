//! Table `audit_entry`: what was done to accounts, rights and settings, by whom and from where.

use super::row::card;
use super::{AuditEntryId, Timestamp, UserId};
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult, Iterable};
use uuid::Uuid;

/// What was done. Numbers are kept for good: rows can't be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum AuditKind {
    SignUp = 1,
    SignIn = 2,
    /// A try that got to the check
    SignInFailed = 3,
    SignOut = 4,
    SessionRevoked = 5,
    /// A used token came back: somebody else has a copy, and the session ended
    RefreshTokenReused = 6,
    PasswordChanged = 7,
    PasswordChangeFailed = 8,
    /// Phone number or e-mail address, which sign in
    LoginChanged = 9,
    /// Given, changed or taken away in a store
    StoreRoleSet = 20,
    /// Given or taken away on the whole platform
    UserRoleSet = 21,
    UserSuspended = 22,
    ApiKeyCreated = 40,
    ApiKeyRevoked = 41,
    DocumentsPublished = 42,
    DocumentsRetired = 43,
    ClientModeSet = 44,
    /// A setting of the platform
    SettingSet = 60,
}

impl AuditKind {
    /// As operators read and write it
    pub fn name(self) -> &'static str {
        match self {
            Self::SignUp => "SIGN_UP",
            Self::SignIn => "SIGN_IN",
            Self::SignInFailed => "SIGN_IN_FAILED",
            Self::SignOut => "SIGN_OUT",
            Self::SessionRevoked => "SESSION_REVOKED",
            Self::RefreshTokenReused => "REFRESH_TOKEN_REUSED",
            Self::PasswordChanged => "PASSWORD_CHANGED",
            Self::PasswordChangeFailed => "PASSWORD_CHANGE_FAILED",
            Self::LoginChanged => "LOGIN_CHANGED",
            Self::StoreRoleSet => "STORE_ROLE_SET",
            Self::UserRoleSet => "USER_ROLE_SET",
            Self::UserSuspended => "USER_SUSPENDED",
            Self::ApiKeyCreated => "API_KEY_CREATED",
            Self::ApiKeyRevoked => "API_KEY_REVOKED",
            Self::DocumentsPublished => "DOCUMENTS_PUBLISHED",
            Self::DocumentsRetired => "DOCUMENTS_RETIRED",
            Self::ClientModeSet => "CLIENT_MODE_SET",
            Self::SettingSet => "SETTING_SET",
        }
    }

    /// The kind of a name, in upper or lower case
    pub fn named(name: &str) -> Option<Self> {
        Self::iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// Every kind
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter()
    }
}

/// Who did it
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum AuditActor {
    /// Somebody who was not signed in
    Guest = 0,
    /// A person, whose id stands beside
    User = 1,
    /// Somebody at the terminal
    Operator = 2,
}

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: AuditEntryId,
    pub at: Timestamp,
    pub kind: AuditKind,
    pub actor: AuditActor,
    pub actor_id: Option<UserId>,
    /// Where the request came from
    pub address: Option<String>,
    /// What the client calls itself
    pub client: Option<String>,
    /// Person that it was done to
    pub subject_id: Option<Uuid>,
    /// Name of what has no row, or of a row that may go
    pub subject: Option<String>,
    /// A JSON object
    pub details: String,
}

card! {
    Model:
    id,
    at,
    kind,
    actor,
    actor_id,
    address,
    client,
    subject_id,
    subject,
    details,
}
