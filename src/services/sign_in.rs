//! Signing in. An unknown login and a wrong password take the same work and get the same words.

use super::attempt::{Knock, account_of};
use super::audit::{Entry, audit, audit_alone};
use super::password::MAX_BYTES;
use super::session::open_session;
use super::token::AuthTokens;
use super::user::user_in;
use super::viewer::{Caller, Member, Viewer};
use crate::app::App;
use crate::db::Reads;
use crate::entities::{AuditKind, UserId};
use crate::error::{Code, Refusal, Result};
use crate::rules::account;
use sea_orm::TryGetable;
use std::sync::Arc;

/// Longest login worth looking at, in bytes
const MAX_LOGIN: usize = 256;

/// Signs in by phone number or e-mail address.
///
/// # Errors
/// Refused with `BAD_CREDENTIALS`, with `TOO_MANY_ATTEMPTS` and how long to wait, or with
/// `UNAVAILABLE` where nobody can count.
pub async fn sign_in(
    app: &App,
    caller: &Caller,
    login: String,
    password: String,
) -> Result<(AuthTokens, Viewer)> {
    if login.len() > MAX_LOGIN || password.len() > MAX_BYTES {
        return Err(bad_credentials());
    }
    let knock = Knock::count(app, caller).await?;
    let known = credential_of(app, &normalised(&login)).await?;
    let (id, stored) = known.unzip();
    // Phone number and e-mail address of one person are one account.
    let account = id.map_or(login, account_of);
    let attempt = knock.on(app, &account).await?;
    let right = app.passwords.check(password, stored).await?;
    let (true, Some(id)) = (right, id) else {
        audit_alone(app, failed(id, caller)).await?;
        return Err(bad_credentials());
    };
    let tx = app.db.write().await?;
    let Some(user) = user_in(&tx, id).await? else { return Err(bad_credentials()) };
    if user.suspended_at.is_some() {
        audit(&tx, app, failed(Some(id), caller).with("reason", "SUSPENDED")).await?;
        tx.commit().await?;
        let message = "This account is suspended; write to support";
        return Err(Refusal::new(Code::Forbidden, message).into());
    }
    attempt.forgive(&tx).await?;
    let (session, tokens) = open_session(app, &tx, id, caller).await?;
    let entry = Entry::of_user(AuditKind::SignIn, id).from(caller).about(id);
    audit(&tx, app, entry.with("session", session.0.to_string())).await?;
    tx.commit().await?;
    attempt.forgiven(app).await;
    let member = Member { user: Arc::new(user), session, until: tokens.access_until, key: None };
    Ok((tokens, Viewer::Member(Arc::new(member))))
}

/// A try that got to the check. Which login it was, is not kept: people type passwords there.
fn failed(account: Option<UserId>, caller: &Caller) -> Entry {
    let entry = Entry::of_guest(AuditKind::SignInFailed).from(caller);
    match account {
        Some(id) => entry.about(id),
        None => entry,
    }
}

fn bad_credentials() -> crate::error::Error {
    Refusal::new(Code::BadCredentials, "The login or the password is wrong").into()
}

/// A login as the account holds it; empty where no account can have it
fn normalised(login: &str) -> String {
    if login.contains('@') {
        account::email(&login.to_lowercase()).unwrap_or_default()
    } else {
        account::phone(login).unwrap_or_default()
    }
}

/// Person and stored hash behind a login, in one statement whatever there is
async fn credential_of(app: &App, login: &str) -> Result<Option<(UserId, String)>> {
    let reader = app.db.reader();
    let mut sql = reader.sql(
        r#"SELECT u.id, c.password_hash FROM "user" u JOIN credential c ON c.user_id = u.id WHERE u."#,
    );
    sql.push(if login.contains('@') { "email" } else { "phone" }).push(" = ").bind(login);
    let Some(row) = reader.one(sql).await? else { return Ok(None) };
    Ok(Some((UserId::try_get_by_index(&row, 0)?, String::try_get_by_index(&row, 1)?)))
}
