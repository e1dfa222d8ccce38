//! Keys of partners: made, shown once, revoked, and who asks with one.
//!
//! A key acts for the person who made it, within its scopes, and runs the documents of one client.
//! It is 256 random bits, so a plain digest of it is as good as the key is long; looked up at every
//! request, like a session, it ends everywhere at once.

use super::audit::{Entry, audit};
use super::input::line;
use super::viewer::{Caller, Member, Viewer};
use crate::app::{App, hex, random_bytes};
use crate::db::{Columns, Reader, Reads};
use crate::entities::{
    ApiKey, ApiKeyId, ApiScope, ApiScopes, AuditKind, Row, SessionId, Timestamp, User, UserId,
};
use crate::error::{Code, Error, Refusal, Refusals, Result};
use crate::events::News;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use sea_orm::{FromQueryResult, TryGetable};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// What every key begins with, so that one is known where it does not belong
pub const BEGINNING: &str = "plaza_";
/// Keys of a person that are not revoked
const MAX_KEYS: i64 = 50;
/// Characters of a name
const MAX_NAME: usize = 80;

/// What a key grants to whoever sends it
#[derive(Clone, Debug)]
pub struct KeyGrant {
    /// The key
    pub id: ApiKeyId,
    /// Whose documents it may run
    pub client: Arc<str>,
    /// What those may do
    pub scopes: ApiScopes,
}

/// A new key
#[derive(Clone, Debug)]
pub struct ApiKeyCreate {
    /// For people
    pub name: String,
    /// Whose documents it may run
    pub client: String,
    /// What those may do
    pub scopes: Vec<ApiScope>,
}

/// Who makes or revokes a person's key
#[derive(Clone, Copy, Debug)]
pub enum KeyMaker<'a> {
    /// The person, from there
    Person(&'a Caller),
    /// An operator at the terminal
    Operator,
}

impl KeyMaker<'_> {
    fn entry(self, kind: AuditKind, member: &Member, key: &ApiKey) -> Entry {
        let entry = match self {
            Self::Person(caller) => Entry::of(kind, member).from(caller),
            Self::Operator => Entry::of_operator(kind),
        };
        let scopes: Vec<_> = key.scopes.iter().map(ApiScope::name).collect();
        entry
            .about(key.user_id)
            .with("key", key.prefix.as_str())
            .with("client", key.client.as_str())
            .with("scopes", scopes)
    }
}

/// Makes a key; the key itself is to be had now and never again.
///
/// # Errors
/// Refused to guests and keys, for a client that is not known, without scopes, and where a person
/// has too many.
pub async fn api_key_create(
    app: &App,
    viewer: &Viewer,
    by: KeyMaker<'_>,
    input: ApiKeyCreate,
) -> Result<(Arc<ApiKey>, String)> {
    let member = viewer.member()?;
    let mut refusals = Refusals::default();
    let name = refusals.keep(line("name", 1, MAX_NAME)(input.name));
    let scopes: ApiScopes = input.scopes.into_iter().collect();
    if scopes.is_empty() {
        let message = "Name at least one scope: a key without any can do nothing";
        refusals.add(Refusal::new(Code::Required, message).at("scopes"));
    }
    let tx = app.db.write().await?;
    let mut sql = tx.sql("SELECT name FROM client WHERE name = ");
    sql.bind(input.client.replace('\0', ""));
    if tx.one(sql).await?.is_none() {
        let message = "No documents were ever published for a client of this name";
        refusals.add(Refusal::new(Code::NotFound, message).at("client"));
    }
    let mut sql = tx.sql("SELECT count(*) FROM api_key WHERE revoked_at IS NULL AND user_id = ");
    sql.bind(member.user.id);
    let live: Option<i64> = tx.value(sql).await?;
    if live.unwrap_or_default() >= MAX_KEYS {
        let message = format!("A person has at most {MAX_KEYS} keys; revoke one first");
        refusals.add(Refusal::new(Code::OutOfRange, message));
    }
    refusals.check()?;
    let prefix = format!("{BEGINNING}{}", hex(&random_bytes::<4>()));
    let secret = format!("{prefix}_{}", URL_SAFE_NO_PAD.encode(random_bytes::<32>()));
    let key = ApiKey {
        id: ApiKeyId(app.ids.next()),
        user_id: member.user.id,
        client: input.client,
        name: name.unwrap_or_default(),
        prefix,
        scopes,
        created_at: app.clock.now(),
        last_used_at: None,
        revoked_at: None,
    };
    let columns = Columns::of("api_key")
        .set("id", key.id)
        .set("user_id", key.user_id)
        .set("client", key.client.clone())
        .set("name", key.name.clone())
        .set("prefix", key.prefix.clone())
        .set("digest", digest(&secret))
        .set("scopes", key.scopes)
        .set("created_at", key.created_at);
    tx.insert(columns).await?;
    audit(&tx, app, by.entry(AuditKind::ApiKeyCreated, member, &key)).await?;
    tx.commit().await?;
    Ok((Arc::new(key), secret))
}

/// Ends one of the viewer's keys, and what is open with it. A key that has ended stays as it is.
///
/// # Errors
/// Refused where the viewer has no such key.
pub async fn api_key_revoke(
    app: &App,
    viewer: &Viewer,
    by: KeyMaker<'_>,
    id: ApiKeyId,
) -> Result<Arc<ApiKey>> {
    let member = viewer.member()?;
    let now = app.clock.now();
    let tx = app.db.write().await?;
    let mut sql = tx.sql("UPDATE api_key SET revoked_at = COALESCE(revoked_at, ");
    sql.bind(now).push(") WHERE id = ").bind(id).push(" AND user_id = ").bind(member.user.id);
    sql.push(" RETURNING ").columns("api_key", ApiKey::CARD);
    let Some(row) = tx.one(sql).await? else {
        return Err(Refusal::new(Code::NotFound, "You have no such key").at("id").into());
    };
    let key = ApiKey::from_query_result(&row, "")?;
    audit(&tx, app, by.entry(AuditKind::ApiKeyRevoked, member, &key)).await?;
    let mut news = News::right_lost_by(key.user_id);
    news.guard_changed(id.0);
    app.log.commit(tx, news, now).await?;
    Ok(Arc::new(key))
}

/// Whether what was sent as a token looks like one of our keys
pub(super) fn is_key(token: &str) -> bool {
    token.starts_with(BEGINNING)
}

/// The viewer behind a key.
///
/// # Errors
/// There is none, it was revoked, or its person is suspended.
pub(super) async fn who_by_key(app: &App, key: &str) -> Result<Viewer> {
    let mut sql = app.db.reader().sql(
        r#"SELECT k.id AS key_id, k.client AS key_client, k.scopes AS key_scopes, u.* FROM api_key k
           JOIN "user" u ON u.id = k.user_id
           WHERE u.suspended_at IS NULL AND k.revoked_at IS NULL AND k.digest = "#,
    );
    sql.bind(digest(key));
    let Some(row) = app.db.reader().one(sql).await? else {
        return Err(Error::Denied("This API key is unknown or was revoked"));
    };
    let id = ApiKeyId::try_get_by(&row, "key_id")?;
    app.key_uses.note(id, app.clock.now());
    let key = KeyGrant {
        id,
        client: String::try_get_by(&row, "key_client")?.into(),
        scopes: ApiScopes::try_get_by(&row, "key_scopes")?,
    };
    let member = Member {
        user: Arc::new(User::from_query_result(&row, "")?),
        // What belongs to a device belongs to a key.
        session: SessionId(id.0),
        until: Timestamp(i64::MAX),
        key: Some(key),
    };
    Ok(Viewer::Member(Arc::new(member)))
}

/// Keys of a person or of everybody, the newest first.
///
/// # Errors
/// The database gave no answer.
pub async fn keys_list(reader: &Reader, person: Option<UserId>) -> Result<Vec<ApiKey>> {
    let mut sql = reader.sql("SELECT ");
    sql.columns("k", ApiKey::CARD).push(" FROM api_key k");
    if let Some(person) = person {
        sql.push(" WHERE k.user_id = ").bind(person);
    }
    sql.push(" ORDER BY k.created_at DESC, k.id DESC");
    let rows = reader.all(sql).await?;
    Ok(rows.iter().map(|row| ApiKey::from_query_result(row, "")).collect::<Result<_, _>>()?)
}

/// Which of these keys are revoked, and which others since then.
///
/// # Errors
/// The database gave no answer.
pub async fn keys_revoked(
    reader: &Reader,
    keys: Vec<ApiKeyId>,
    since: Timestamp,
) -> Result<Vec<ApiKeyId>> {
    let mut sql = reader.sql(crate::db::UPKEEP);
    sql.push("SELECT id FROM api_key WHERE revoked_at > ").bind(since);
    sql.push(" OR revoked_at IS NOT NULL AND ");
    sql.any_id("id", keys.into_iter().map(|id| id.0));
    let rows = reader.all(sql).await?;
    Ok(rows.iter().map(|row| ApiKeyId::try_get_by_index(row, 0)).collect::<Result<_, _>>()?)
}

fn digest(key: &str) -> Vec<u8> {
    Sha256::digest(key).to_vec()
}

/// When keys were used last, not written yet
#[derive(Default)]
pub struct KeyUses(Mutex<HashMap<Uuid, Timestamp>>);

impl KeyUses {
    fn note(&self, key: ApiKeyId, now: Timestamp) {
        self.0.lock().insert(key.0, now);
    }

    /// All that was noted since the last time
    pub(super) fn take(&self) -> Vec<(Uuid, Timestamp)> {
        std::mem::take(&mut *self.0.lock()).into_iter().collect()
    }
}
