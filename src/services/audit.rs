//! The audit log: an entry is one INSERT in the transaction that it tells of, so that neither
//! happens without the other. Entries are added and stay; the database refuses anything else.
//!
//! An entry has no secret and no login: what somebody typed into the wrong field is nobody's to read.

use super::viewer::{Caller, Member};
use crate::app::App;
use crate::db::{Columns, Reads, WriteTx};
use crate::entities::{AuditActor, AuditEntry, AuditEntryId, AuditKind, Timestamp, UserId};
use crate::error::{Code, Refusal, Result};
use sea_orm::{FromQueryResult, TryGetable};
use serde_json::{Map, Value};
use std::net::IpAddr;
use uuid::Uuid;

/// Characters of a client's name that are kept
const CLIENT_CHARS: usize = 100;

/// Something to be noted for good
pub struct Entry {
    kind: AuditKind,
    actor: AuditActor,
    actor_id: Option<UserId>,
    address: Option<IpAddr>,
    client: Option<String>,
    subject_id: Option<Uuid>,
    subject: Option<String>,
    details: Map<String, Value>,
}

impl Entry {
    /// Done by somebody who is not signed in
    pub fn of_guest(kind: AuditKind) -> Self {
        Self {
            kind,
            actor: AuditActor::Guest,
            actor_id: None,
            address: None,
            client: None,
            subject_id: None,
            subject: None,
            details: Map::new(),
        }
    }

    /// Done by somebody at the terminal
    pub fn of_operator(kind: AuditKind) -> Self {
        Self { actor: AuditActor::Operator, ..Self::of_guest(kind) }
    }

    /// Done by somebody signed in
    pub fn of(kind: AuditKind, member: &Member) -> Self {
        Self::of_user(kind, member.user.id)
    }

    /// Done by a person
    pub fn of_user(kind: AuditKind, user: UserId) -> Self {
        Self { actor: AuditActor::User, actor_id: Some(user), ..Self::of_guest(kind) }
    }

    /// From where, and by which client, where it says so
    #[must_use]
    pub fn from(mut self, caller: &Caller) -> Self {
        self.address = Some(caller.address);
        let client = caller.client.as_ref();
        self.client = client.map(|client| client.chars().take(CLIENT_CHARS).collect());
        self
    }

    /// Done to this row
    #[must_use]
    pub fn about(mut self, id: impl Into<Uuid>) -> Self {
        self.subject_id = Some(id.into());
        self
    }

    /// Done to what has this name
    #[must_use]
    pub fn about_name(mut self, name: &str) -> Self {
        self.subject = Some(name.to_owned());
        self
    }

    /// A detail. Nothing secret, and nothing long.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.details.insert(key.to_owned(), value.into());
        self
    }
}

/// Notes an entry in the transaction that it tells of.
///
/// # Errors
/// As the database has it: nothing has happened then, entry and deed alike.
pub async fn audit(tx: &WriteTx, app: &App, entry: Entry) -> Result<()> {
    let columns = Columns::of("audit_entry")
        .set("id", AuditEntryId(app.ids.next()))
        .set("at", app.clock.now())
        .set("kind", entry.kind)
        .set("actor", entry.actor)
        .set("actor_id", entry.actor_id)
        .set("address", entry.address.map(|address| address.to_canonical().to_string()))
        .set("client", entry.client)
        .set("subject_id", entry.subject_id)
        .set("subject", entry.subject)
        .set("details", Value::Object(entry.details).to_string());
    Ok(tx.insert(columns).await?)
}

/// Notes what left nothing else behind, such as a try that failed.
///
/// # Errors
/// As the database has it.
pub(super) async fn audit_alone(app: &App, entry: Entry) -> Result<()> {
    let tx = app.db.write().await?;
    audit(&tx, app, entry).await?;
    tx.commit().await
}

/// What [`audit_trail`] looks for
#[derive(Default)]
pub struct AuditFilter {
    /// Not older than this
    pub since: Option<Timestamp>,
    /// Of this kind
    pub kind: Option<AuditKind>,
    /// Handle of whoever did it
    pub actor: Option<String>,
    /// Handle of whom it was done to
    pub subject: Option<String>,
}

/// An entry, and the handles of whom it names as they are today
pub struct AuditLine {
    /// As it was noted
    pub entry: AuditEntry,
    /// Of whoever did it
    pub actor: Option<String>,
    /// Of whom it was done to
    pub subject: Option<String>,
}

/// The newest entries, newest first.
///
/// # Errors
/// Refused where nobody has the handle that is asked for.
pub async fn audit_trail(app: &App, filter: AuditFilter, limit: u32) -> Result<Vec<AuditLine>> {
    let reader = app.db.reader();
    let mut sql = reader.sql(
        r#"SELECT e.*, a.handle AS actor_handle, s.handle AS subject_handle FROM audit_entry e
           LEFT JOIN "user" a ON a.id = e.actor_id LEFT JOIN "user" s ON s.id = e.subject_id
           WHERE e.at >= "#,
    );
    sql.bind(filter.since.unwrap_or(Timestamp(i64::MIN)));
    if let Some(kind) = filter.kind {
        sql.push(" AND e.kind = ").bind(kind);
    }
    for (column, handle) in [("actor_id", filter.actor), ("subject_id", filter.subject)] {
        if let Some(handle) = handle {
            sql.push(&format!(" AND e.{column} = ")).bind(user_with_handle(reader, &handle).await?);
        }
    }
    sql.push(" ORDER BY e.at DESC, e.id DESC LIMIT ").bind(i64::from(limit));
    let line = |row: &sea_orm::QueryResult| {
        Ok(AuditLine {
            entry: AuditEntry::from_query_result(row, "")?,
            actor: Option::try_get_by(row, "actor_handle")?,
            subject: Option::try_get_by(row, "subject_handle")?,
        })
    };
    reader.all(sql).await?.iter().map(line).collect()
}

async fn user_with_handle(reader: &impl Reads, handle: &str) -> Result<UserId> {
    let mut sql = reader.sql(r#"SELECT u.id FROM "user" u WHERE u.handle = "#);
    sql.bind(handle.trim().to_lowercase());
    let Some(row) = reader.one(sql).await? else {
        let message = format!("Nobody here has the handle {handle:?}");
        return Err(Refusal::new(Code::NotFound, message).into());
    };
    Ok(UserId::try_get_by_index(&row, 0)?)
}
