//! Table `api_key`: a partner's key, which acts for the person who made it, within its scopes, by the
//! documents of one client. The key itself is not kept: its digest is.

use super::row::card;
use super::{ApiKeyId, Timestamp, UserId};
use sea_orm::{DeriveValueType, FromQueryResult};

/// Something that a key may do; each is a bit of [`ApiScopes`]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum ApiScope {
    /// Read what is offered, and by whom
    CatalogRead = 1,
    /// Change what is offered
    CatalogWrite = 1 << 1,
    /// Read orders
    OrdersRead = 1 << 2,
    /// Place and move orders
    OrdersWrite = 1 << 3,
    /// Read parcels
    ParcelsRead = 1 << 4,
    /// Take in and move parcels
    ParcelsWrite = 1 << 5,
    /// Read payments
    PaymentsRead = 1 << 6,
    /// Read and write in conversations
    Chat = 1 << 7,
}

impl ApiScope {
    /// All of them, in the order of their bits
    pub const ALL: [Self; 8] = [
        Self::CatalogRead,
        Self::CatalogWrite,
        Self::OrdersRead,
        Self::OrdersWrite,
        Self::ParcelsRead,
        Self::ParcelsWrite,
        Self::PaymentsRead,
        Self::Chat,
    ];

    /// As clients and operators write it
    pub fn name(self) -> &'static str {
        match self {
            Self::CatalogRead => "CATALOG_READ",
            Self::CatalogWrite => "CATALOG_WRITE",
            Self::OrdersRead => "ORDERS_READ",
            Self::OrdersWrite => "ORDERS_WRITE",
            Self::ParcelsRead => "PARCELS_READ",
            Self::ParcelsWrite => "PARCELS_WRITE",
            Self::PaymentsRead => "PAYMENTS_READ",
            Self::Chat => "CHAT",
        }
    }

    /// The scope of a name
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name().eq_ignore_ascii_case(name))
    }
}

/// A set of scopes
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, DeriveValueType)]
pub struct ApiScopes(pub i32);

impl ApiScopes {
    /// The same with one more
    #[must_use]
    pub fn with(self, scope: ApiScope) -> Self {
        Self(self.0 | scope as i32)
    }

    /// Nothing
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What is in it, in the order of [`ApiScope::ALL`]
    pub fn iter(self) -> impl Iterator<Item = ApiScope> {
        ApiScope::ALL.into_iter().filter(move |scope| self.0 & *scope as i32 != 0)
    }

    /// What is in it and not in the other
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl FromIterator<ApiScope> for ApiScopes {
    fn from_iter<I: IntoIterator<Item = ApiScope>>(scopes: I) -> Self {
        scopes.into_iter().fold(Self::default(), Self::with)
    }
}

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: ApiKeyId,
    pub user_id: UserId,
    pub client: String,
    pub name: String,
    /// First characters, to tell keys apart
    pub prefix: String,
    pub scopes: ApiScopes,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

card! {
    Model:
    id,
    user_id,
    client,
    name,
    prefix,
    scopes,
    created_at,
    last_used_at,
    revoked_at,
}
