//! Who asks, and what they are.

use super::api_key::{KeyGrant, is_key, who_by_key};
use super::token::Claims;
use crate::app::{App, Clock};
use crate::db::{Gather, Reader, Reads, Sql};
use crate::entities::{SessionId, StoreId, StoreRole, Timestamp, User, UserId};
use crate::error::{Code, Error, Refusal, Result};
use crate::events::Topic;
use sea_orm::{FromQueryResult, TryGetable};
use std::collections::HashMap;
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
    /// The API key that acts for the person, where one does
    pub key: Option<KeyGrant>,
}

/// Where a request comes from
#[derive(Clone, Debug)]
pub struct Caller {
    /// Address of the client
    pub address: IpAddr,
    /// What the client calls itself
    pub user_agent: Option<String>,
    /// The program that it says it is, for which documents may have been published
    pub client: Option<Arc<str>>,
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

    /// The device, where somebody is signed in on it
    pub fn session(&self) -> Option<SessionId> {
        match self {
            Self::Member(member) => Some(member.session),
            Self::Guest => None,
        }
    }

    /// The API key, where one acts for somebody
    pub fn key(&self) -> Option<&KeyGrant> {
        match self {
            Self::Member(member) => member.key.as_ref(),
            Self::Guest => None,
        }
    }

    /// The person, where they are here themself: a key works while they sleep
    pub fn person_here(&self) -> Option<UserId> {
        self.user_id().filter(|_| self.key().is_none())
    }

    /// Support or administrator
    pub fn is_platform_staff(&self) -> bool {
        matches!(self, Self::Member(member) if member.user.is_platform_staff())
    }
}

/// The viewer behind an access token or an API key: a live session of a person who is not suspended. Asked at
/// every request, so that a revoked session ends at once on every server.
///
/// # Errors
/// The token is not ours, has ended, or its session has.
pub async fn who(app: &App, access_token: &str) -> Result<Viewer> {
    if is_key(access_token) {
        return who_by_key(app, access_token).await;
    }
    let claims = app.tokens.read_access(access_token, app.clock.now())?;
    let found = read_sessions(app.db.reader(), &app.clock, &[claims.session]).await?;
    member(&claims, found.into_iter().next().flatten())
}

/// As [`who`], for one of many who come at once: they share statements, and may wait for each other.
///
/// # Errors
/// As [`who`].
pub async fn who_of_many(app: &App, access_token: &str) -> Result<Viewer> {
    if is_key(access_token) {
        return who_by_key(app, access_token).await;
    }
    let claims = app.tokens.read_access(access_token, app.clock.now())?;
    let found = app.sessions.0.ask(claims.session).await?;
    member(&claims, found)
}

/// A viewer as they are by now: their role, and whether they are still signed in.
///
/// # Errors
/// They are not, or the database gave no answer.
pub async fn viewer_again(app: &App, viewer: &Viewer) -> Result<Viewer> {
    let Viewer::Member(known) = viewer else { return Ok(Viewer::Guest) };
    if known.key.is_some() {
        // What a key may is its person's inbox as well; revoked, it may nothing.
        app.rights.check(viewer, Topic::Inbox(known.user.id)).await?;
        return Ok(viewer.clone());
    }
    let user = app.sessions.0.ask(known.session).await?;
    let user = user.ok_or(Error::Denied("This session has ended; sign in again"))?;
    let (session, until) = (known.session, known.until);
    Ok(Viewer::Member(Arc::new(Member { user, session, until, key: None })))
}

/// Live sessions, looked up for many at once
pub struct Sessions(Gather<SessionId, Option<Arc<User>>>);

impl Sessions {
    /// Answers from this database.
    pub fn start(reader: Reader, clock: Clock) -> Self {
        Self(Gather::start(move |sessions: Vec<SessionId>| {
            let (reader, clock) = (reader.clone(), clock.clone());
            async move { read_sessions(&reader, &clock, &sessions).await }
        }))
    }
}

fn member(claims: &Claims, user: Option<Arc<User>>) -> Result<Viewer> {
    let user = user.ok_or(Error::Denied("This session has ended; sign in again"))?;
    let member = Member { user, session: claims.session, until: claims.until, key: None };
    Ok(Viewer::Member(Arc::new(member)))
}

/// The people of these sessions, in the order asked; None where a session or its person is no more.
async fn read_sessions(
    reader: &Reader,
    clock: &Clock,
    sessions: &[SessionId],
) -> Result<Vec<Option<Arc<User>>>> {
    let mut sql = reader.sql(
        r#"SELECT s.id AS session, u.* FROM session s JOIN "user" u ON u.id = s.user_id
           WHERE u.suspended_at IS NULL AND s.revoked_at IS NULL AND s.expires_at > "#,
    );
    sql.bind(clock.now()).push(" AND ");
    sql.any_id("s.id", sessions.iter().map(|session| session.0));
    let mut people: HashMap<UserId, Arc<User>> = HashMap::new();
    let mut found: HashMap<SessionId, Arc<User>> = HashMap::new();
    for row in reader.all(sql).await? {
        let user = User::from_query_result(&row, "")?;
        let user = people.entry(user.id).or_insert_with(|| Arc::new(user));
        found.insert(SessionId::try_get_by(&row, "session")?, Arc::clone(user));
    }
    Ok(sessions.iter().map(|session| found.get(session).cloned()).collect())
}

/// What a person is in a store, read inside the transaction that depends on it.
pub(super) async fn role_in(
    tx: &impl Reads,
    store: StoreId,
    user: UserId,
) -> Result<Option<StoreRole>> {
    let mut sql: Sql = tx.sql("SELECT role FROM store_member WHERE store_id = ");
    sql.bind(store).push(" AND user_id = ").bind(user);
    tx.value(sql).await
}

/// Refuses all but administrators, `what` is theirs alone.
pub(super) fn demand_admin<'a>(viewer: &'a Viewer, what: &str) -> Result<&'a Member> {
    let member = viewer.member()?;
    if member.user.is_admin() {
        return Ok(member);
    }
    Err(Refusal::new(Code::Forbidden, format!("Only administrators may {what}")).into())
}

/// Refuses whoever is less than this in the store. Administrators may everything.
pub(super) async fn demand_role(
    tx: &impl Reads,
    viewer: &Member,
    store: StoreId,
    least: StoreRole,
) -> Result<()> {
    if viewer.user.is_admin() {
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
