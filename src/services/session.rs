//! Sessions: opened, refreshed, ended.

use super::attempt::{Knock, account_of};
use super::audit::{Entry, audit, audit_alone};
use super::password::MAX_BYTES;
use super::token::AuthTokens;
use super::user::{password_hash, strong};
use super::viewer::{Caller, Viewer};
use crate::app::App;
use crate::db::{Columns, Reads, WriteTx};
use crate::entities::{AuditKind, Session, SessionId, UserId};
use crate::error::{Code, Error, Refusal, Refusals, Result};
use crate::events::News;
use sea_orm::FromQueryResult;

/// How long a device stays signed in without being used
const IDLE_SECONDS: i64 = 30 * 24 * 3600;
/// How long a used refresh token still returns the same successor: a phone may not have got it
const GRACE_SECONDS: i64 = 10;
/// Characters of a user agent that are kept
const USER_AGENT_CHARS: usize = 200;

/// Opens a session in a transaction.
pub(super) async fn open_session(
    app: &App,
    tx: &WriteTx,
    user: UserId,
    caller: &Caller,
) -> Result<(SessionId, AuthTokens)> {
    let (id, now) = (SessionId(app.ids.next()), app.clock.now());
    let agent = caller
        .user_agent
        .as_ref()
        .map(|agent| agent.chars().take(USER_AGENT_CHARS).collect::<String>());
    let columns = Columns::of("session")
        .set("id", id)
        .set("user_id", user)
        .set("generation", 0_i64)
        .set("rotated_at", now)
        .set("user_agent", agent)
        .set("created_at", now)
        .set("last_used_at", now)
        .set("expires_at", now.plus_seconds(IDLE_SECONDS));
    tx.insert(columns).await?;
    // Sessions that ran out are nobody's any more.
    let mut sql = tx.sql("DELETE FROM session WHERE expires_at < ");
    sql.bind(now);
    tx.run(sql).await?;
    Ok((id, app.tokens.issue(user, id, 0, now)?))
}

/// The next tokens for a refresh token, which is then used up.
///
/// A used token that comes back within 10 s gets the same successor: an answer may have been lost
/// on its way. Later it means that somebody else has a copy, and the session ends.
///
/// # Errors
/// Refused where the token is not ours (`BAD_CREDENTIALS`) or its session has ended (`EXPIRED`).
pub async fn session_refresh(
    app: &App,
    caller: &Caller,
    refresh_token: &str,
) -> Result<AuthTokens> {
    let Some((id, generation)) = app.tokens.read_refresh(refresh_token) else {
        let message = "This is not a refresh token of this server; sign in again";
        return Err(Refusal::new(Code::BadCredentials, message).at("refreshToken").into());
    };
    let now = app.clock.now();
    let tx = app.db.write().await?;
    let mut sql = tx.sql(
        r#"SELECT s.* FROM session s JOIN "user" u ON u.id = s.user_id WHERE u.suspended_at IS NULL
           AND s.revoked_at IS NULL AND s.id = "#,
    );
    sql.bind(id).push(" AND s.expires_at > ").bind(now).either(" FOR UPDATE OF s", "");
    let Some(row) = tx.one(sql).await? else { return Err(ended()) };
    let session = Session::from_query_result(&row, "")?;
    let next = if generation == session.generation {
        let columns = Columns::of("session")
            .set("generation", generation + 1)
            .set("rotated_at", now)
            .set("last_used_at", now)
            .set("expires_at", now.plus_seconds(IDLE_SECONDS));
        tx.update(id.0, columns).await?;
        generation + 1
    } else if generation + 1 == session.generation
        && now <= session.rotated_at.plus_seconds(GRACE_SECONDS)
    {
        session.generation
    } else {
        tx.update(id.0, Columns::of("session").set("revoked_at", now)).await?;
        let entry = Entry::of_guest(AuditKind::RefreshTokenReused).from(caller);
        let entry = entry.about(session.user_id).with("session", id.0.to_string());
        audit(&tx, app, entry).await?;
        app.log.commit(tx, News::right_lost_by(session.user_id), now).await?;
        tracing::warn!(session.id = %id.0, user.id = %session.user_id.0, "used refresh token came back; session ended");
        return Err(ended());
    };
    tx.commit().await?;
    app.tokens.issue(session.user_id, id, next, now)
}

fn ended() -> Error {
    Refusal::new(Code::Expired, "This session has ended; sign in again").at("refreshToken").into()
}

/// Ends the viewer's session.
///
/// # Errors
/// A guest asks.
pub async fn sign_out(app: &App, viewer: &Viewer, caller: &Caller) -> Result<()> {
    let member = viewer.member()?;
    let now = app.clock.now();
    let tx = app.db.write().await?;
    tx.update(member.session.0, Columns::of("session").set("revoked_at", now)).await?;
    let entry = Entry::of(AuditKind::SignOut, member).from(caller).about(member.user.id);
    audit(&tx, app, entry.with("session", member.session.0.to_string())).await?;
    app.log.commit(tx, News::right_lost_by(member.user.id), now).await
}

/// Ends one of the viewer's own sessions.
///
/// # Errors
/// Refused where the viewer has no such live session.
pub async fn session_revoke(
    app: &App,
    viewer: &Viewer,
    caller: &Caller,
    id: SessionId,
) -> Result<SessionId> {
    let member = viewer.member()?;
    let now = app.clock.now();
    let tx = app.db.write().await?;
    let mut sql = tx.sql("UPDATE session SET revoked_at = ");
    sql.bind(now).push(" WHERE revoked_at IS NULL AND id = ").bind(id);
    sql.push(" AND user_id = ").bind(member.user.id);
    if tx.run(sql).await? == 0 {
        return Err(Refusal::new(Code::NotFound, "You have no such session").at("id").into());
    }
    let entry = Entry::of(AuditKind::SessionRevoked, member).from(caller).about(member.user.id);
    audit(&tx, app, entry.with("session", id.0.to_string())).await?;
    app.log.commit(tx, News::right_lost_by(member.user.id), now).await?;
    Ok(id)
}

/// Sets a new password and ends every other session.
///
/// # Errors
/// Refused where the current password is wrong or the new one weak.
pub async fn password_change(
    app: &App,
    viewer: &Viewer,
    caller: &Caller,
    current: String,
    new: String,
) -> Result<()> {
    let member = viewer.member()?;
    let user = &member.user;
    let mut refusals = Refusals::default();
    let known: Vec<&str> =
        [Some(&user.display_name), Some(&user.handle), user.phone.as_ref(), user.email.as_ref()]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
    refusals.keep(strong(&new, &known, "newPassword"));
    if current == new {
        refusals.add(
            Refusal::new(Code::Invalid, "Choose a password other than the current one")
                .at("newPassword"),
        );
    }
    refusals.check()?;
    let wrong = || {
        Refusal::new(Code::BadCredentials, "The current password is wrong").at("currentPassword")
    };
    if current.len() > MAX_BYTES {
        return Err(wrong().into());
    }
    let attempt = Knock::count(app, caller).await?.on(app, &account_of(user.id)).await?;
    let stored = password_hash(app.db.reader(), user.id).await?;
    let entry = |kind| Entry::of(kind, member).from(caller).about(user.id);
    if !app.passwords.check(current, stored).await? {
        audit_alone(app, entry(AuditKind::PasswordChangeFailed)).await?;
        return Err(wrong().into());
    }
    let hash = app.passwords.hash(new).await?;
    let now = app.clock.now();
    let tx = app.db.write().await?;
    attempt.forgive(&tx).await?;
    let mut sql = tx.sql("UPDATE credential SET password_hash = ");
    sql.bind(hash).push(", changed_at = ").bind(now).push(" WHERE user_id = ").bind(user.id);
    tx.run(sql).await?;
    let mut sql = tx.sql("UPDATE session SET revoked_at = ");
    sql.bind(now).push(" WHERE revoked_at IS NULL AND user_id = ").bind(user.id);
    sql.push(" AND id <> ").bind(member.session);
    tx.run(sql).await?;
    audit(&tx, app, entry(AuditKind::PasswordChanged)).await?;
    app.log.commit(tx, News::right_lost_by(user.id), now).await?;
    attempt.forgiven(app).await;
    Ok(())
}
