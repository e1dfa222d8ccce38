//! Who asks, and what they are.

use crate::app::App;
use crate::db::{Reads, Sql};
use crate::entities::{SessionId, StoreId, StoreRole, Timestamp, User, UserId};
use crate::error::{Code, Error, Refusal, Result};
use sea_orm::{FromQueryResult, TryGetable};
use std::net::IpAddr;
use std::sync::Arc;

/// Whoever asks
#[derive(Clone, Debug)]
pub enum Viewer {
    /// Nobody known
    Guest,
    /// Somebody signed in
    Member(Arc<Member>),
}

/// Somebody signed in, as they are at this request
#[derive(Debug)]
pub struct Member {
    /// The person
    pub user: Arc<User>,
    /// The device
    pub session: SessionId,
    /// When the device's access token ends
    pub until: Timestamp,
}

/// Where a request comes from
#[derive(Clone, Debug)]
pub struct Caller {
    /// Address of the peer
    pub address: IpAddr,
    /// What the client calls itself
    pub user_agent: Option<String>,
}

impl Viewer {
    /// The member, or the answer that one must sign in.
    ///
    /// # Errors
    /// A guest asks.
    pub fn member(&self) -> Result<&Member> {
        match self {
            Self::Member(member) => Ok(member),
            Self::Guest => Err(Error::Denied("Sign in first")),
        }
    }

    /// Id of the person, where there is one
    pub fn user_id(&self) -> Option<UserId> {
        match self {
            Self::Member(member) => Some(member.user.id),
            Self::Guest => None,
        }
    }

    /// Support or administrator
    pub fn is_platform_staff(&self) -> bool {
        matches!(self, Self::Member(member) if member.user.is_platform_staff())
    }
}

/// The viewer behind an access token: a live session of a person who is not suspended. Asked at
/// every request, so that a revoked session ends at once on every server.
///
/// # Errors
/// The token is not ours, has ended, or its session has.
pub async fn who(app: &App, access_token: &str) -> Result<Viewer> {
    let claims = app.tokens.read_access(access_token, app.clock.now())?;
    let mut sql = app.db.reader().sql(
        r#"SELECT u.* FROM session s JOIN "user" u ON u.id = s.user_id WHERE u.suspended_at IS NULL
           AND s.revoked_at IS NULL AND s.id = "#,
    );
    sql.bind(claims.session).push(" AND s.expires_at > ").bind(app.clock.now());
    match app.db.reader().one(sql).await? {
        Some(row) => Ok(Viewer::Member(Arc::new(Member {
            user: Arc::new(User::from_query_result(&row, "")?),
            session: claims.session,
            until: claims.until,
        }))),
        None => Err(Error::Denied("This session has ended; sign in again")),
    }
}

/// What a person is in a store, read inside the transaction that depends on it.
pub(super) async fn role_in(
    tx: &impl Reads,
    store: StoreId,
    user: UserId,
) -> Result<Option<StoreRole>> {
    let mut sql: Sql = tx.sql("SELECT role FROM store_member WHERE store_id = ");
    sql.bind(store).push(" AND user_id = ").bind(user);
    Ok(tx.one(sql).await?.map(|row| StoreRole::try_get_by_index(&row, 0)).transpose()?)
}

/// Refuses whoever is less than this in the store. Administrators may everything.
pub(super) async fn demand_role(
    tx: &impl Reads,
    viewer: &Member,
    store: StoreId,
    least: StoreRole,
) -> Result<()> {
    if viewer.user.role == crate::entities::UserRole::Admin {
        return Ok(());
    }
    match role_in(tx, store, viewer.user.id).await? {
        Some(role) if role >= least => Ok(()),
        _ => {
            let who = match least {
                StoreRole::Owner => "Only the store's owner may do this",
                _ => "Only the store's owner and managers may do this",
            };
            Err(Refusal::new(Code::Forbidden, who).into())
        }
    }
}
