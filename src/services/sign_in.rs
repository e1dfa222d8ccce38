//! Signing in, and slowing down whoever guesses.
//!
//! An unknown login and a wrong password take the same work and get the same words. Five failures
//! of an account or an address within 15 minutes end further attempts until the oldest is that
//! old. An attempt is counted before the password is checked, in one transaction, so that a
//! hundred guesses at once are no more than five; a success gives it back.

use super::session::open_session;
use super::token::AuthTokens;
use super::user::{password_hash, user_in};
use super::viewer::{Caller, Member, Viewer};
use crate::app::App;
use crate::db::{Columns, Reads, WriteTx};
use crate::entities::{Timestamp, UserId};
use crate::error::{Code, Refusal, Result};
use crate::rules::account;
use sea_orm::TryGetable;
use std::sync::Arc;
use uuid::Uuid;

/// Failures within the window that end further attempts
const ATTEMPTS: i64 = 5;
/// Length of the window
const WINDOW_SECONDS: i64 = 15 * 60;
/// Longest login and password worth looking at
const MAX_CHARS: usize = 256;

/// Signs in by phone number or e-mail address.
///
/// # Errors
/// Refused with `BAD_CREDENTIALS`, or `TOO_MANY_ATTEMPTS` with how long to wait.
pub async fn sign_in(
    app: &App,
    caller: &Caller,
    login: String,
    password: String,
) -> Result<(AuthTokens, Viewer)> {
    if login.len() > MAX_CHARS || password.len() > MAX_CHARS {
        return Err(bad_credentials());
    }
    let login = normalised(&login);
    let attempt = Attempt::count(app, &login, caller).await?;
    let known = match user_of_login(app, &login).await? {
        Some(id) => password_hash(app.db.reader(), id).await?.map(|hash| (id, hash)),
        None => None,
    };
    let (id, stored) = known.unzip();
    let right = app.passwords.check(password, stored).await?;
    let (true, Some(id)) = (right, id) else { return Err(bad_credentials()) };
    let tx = app.db.write().await?;
    let Some(user) = user_in(&tx, id).await? else { return Err(bad_credentials()) };
    if user.suspended_at.is_some() {
        let message = "This account is suspended; write to support";
        return Err(Refusal::new(Code::Forbidden, message).into());
    }
    attempt.forgive(&tx).await?;
    let (session, tokens) = open_session(app, &tx, id, caller).await?;
    tx.commit().await?;
    let member = Member { user: Arc::new(user), session, until: tokens.access_until };
    Ok((tokens, Viewer::Member(Arc::new(member))))
}

fn bad_credentials() -> crate::error::Error {
    Refusal::new(Code::BadCredentials, "The login or the password is wrong").into()
}

/// A login as the account holds it
fn normalised(login: &str) -> String {
    let login = login.trim();
    if login.contains('@') {
        account::email(&login.to_lowercase()).unwrap_or_else(|_| login.to_owned())
    } else {
        account::phone(login).unwrap_or_else(|_| login.to_owned())
    }
}

async fn user_of_login(app: &App, login: &str) -> Result<Option<UserId>> {
    let column = if login.contains('@') { "email" } else { "phone" };
    let mut sql = app.db.reader().sql(r#"SELECT u.id FROM "user" u WHERE u."#);
    sql.push(column).push(" = ").bind(login);
    Ok(app.db.reader().one(sql).await?.map(|row| UserId::try_get_by_index(&row, 0)).transpose()?)
}

/// An attempt that counts as failed until it is forgiven
pub(super) struct Attempt {
    account: Vec<u8>,
    rows: [Uuid; 2],
}

impl Attempt {
    /// Counts an attempt against the account and the address.
    pub(super) async fn count(app: &App, login: &str, caller: &Caller) -> Result<Self> {
        let now = app.clock.now();
        let since = now.plus_seconds(-WINDOW_SECONDS);
        let account = app.tokens.subject("account", login);
        let address = app.tokens.subject("address", &caller.address.to_string());
        let tx = app.db.write().await?;
        let rows = [app.ids.next(), app.ids.next()];
        for (subject, row) in [&account, &address].into_iter().zip(rows) {
            lock_subject(&tx, subject).await?;
            if let Some(oldest) = too_many(&tx, subject, since).await? {
                let wait = (oldest.plus_seconds(WINDOW_SECONDS).0 - now.0).max(0) / 60_000_000 + 1;
                let message = format!("Too many failed attempts; try again in {wait} min");
                return Err(Refusal::new(Code::TooManyAttempts, message).into());
            }
            tx.insert(
                Columns::of("sign_in_failure")
                    .set("id", row)
                    .set("subject", subject.clone())
                    .set("failed_at", now),
            )
            .await?;
        }
        // What fell out of the window counts for nothing.
        let mut sql = tx.sql("DELETE FROM sign_in_failure WHERE failed_at < ");
        sql.bind(since);
        tx.run(sql).await?;
        tx.commit().await?;
        Ok(Self { account, rows })
    }

    /// Takes back the attempt, and the account's earlier failures.
    pub(super) async fn forgive(self, tx: &WriteTx) -> Result<()> {
        let mut sql = tx.sql("DELETE FROM sign_in_failure WHERE subject = ");
        sql.bind(self.account).push(" OR ").any_id("id", self.rows);
        tx.run(sql).await?;
        Ok(())
    }
}

/// One attempt of a subject at a time: SQLite has one writer anyway.
async fn lock_subject(tx: &WriteTx, subject: &[u8]) -> Result<()> {
    if tx.dialect() == crate::db::Dialect::Postgres {
        let key = subject.iter().take(8).fold(0_i64, |key, byte| (key << 8) | i64::from(*byte));
        let mut sql = tx.sql("SELECT pg_advisory_xact_lock(");
        sql.bind(key).push(")");
        tx.run(sql).await?;
    }
    Ok(())
}

/// The failure that must age before the next attempt, where there are too many
async fn too_many(tx: &WriteTx, subject: &[u8], since: Timestamp) -> Result<Option<Timestamp>> {
    let mut sql = tx.sql("SELECT failed_at FROM sign_in_failure WHERE subject = ");
    sql.bind(subject.to_vec()).push(" AND failed_at >= ").bind(since);
    sql.push(" ORDER BY failed_at DESC LIMIT 1 OFFSET ").bind(ATTEMPTS - 1);
    Ok(tx.one(sql).await?.map(|row| Timestamp::try_get_by_index(&row, 0)).transpose()?)
}
