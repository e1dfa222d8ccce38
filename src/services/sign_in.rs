//! Signing in, and slowing down whoever guesses.
//!
//! An unknown login and a wrong password take the same work and get the same words. Five failures
//! of an account or an address within 15 minutes end further attempts until the oldest is that
//! old. An attempt is counted before the password is checked, in one transaction, so that a
//! hundred guesses at once are no more than five; a success gives it back.

use super::password::MAX_BYTES;
use super::session::open_session;
use super::token::AuthTokens;
use super::user::user_in;
use super::viewer::{Caller, Member, Viewer};
use crate::app::App;
use crate::db::{Columns, Reads, WriteTx};
use crate::entities::{Timestamp, UserId};
use crate::error::{Code, Refusal, Result};
use crate::rules::account;
use sea_orm::TryGetable;
use std::net::IpAddr;
use std::sync::Arc;
use uuid::Uuid;

/// Failures within the window that end further attempts
const ATTEMPTS: i64 = 5;
/// Length of the window
const WINDOW_SECONDS: i64 = 15 * 60;
/// Longest login worth looking at, in bytes
const MAX_LOGIN: usize = 256;

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
    if login.len() > MAX_LOGIN || password.len() > MAX_BYTES {
        return Err(bad_credentials());
    }
    let known = credential_of(app, &normalised(&login)).await?;
    let (id, stored) = known.unzip();
    // Phone number and e-mail address of one person are one account.
    let account = id.map_or(login, account_of);
    let attempt = Attempt::count(app, &account, caller).await?;
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
    let member = Member { user: Arc::new(user), session, until: tokens.access_until, key: None };
    Ok((tokens, Viewer::Member(Arc::new(member))))
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

/// The name under which attempts on an account are counted
pub(super) fn account_of(id: UserId) -> String {
    id.0.to_string()
}

/// The name under which attempts of an address are counted. Whoever has one address of IPv6 has
/// the 2^64 around it.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// An attempt that counts as failed until it is forgiven
pub(super) struct Attempt {
    account: Vec<u8>,
    rows: [Uuid; 2],
}

impl Attempt {
    /// Counts an attempt against the account and the address.
    pub(super) async fn count(app: &App, account: &str, caller: &Caller) -> Result<Self> {
        let now = app.clock.now();
        let since = now.plus_seconds(-WINDOW_SECONDS);
        let account = app.tokens.subject("account", account);
        let address = app.tokens.subject("address", &network(caller.address));
        let tx = app.db.write().await?;
        let rows = [app.ids.next(), app.ids.next()];
        for (subject, row) in [&account, &address].into_iter().zip(rows) {
            lock_subject(&tx, subject).await?;
            if let Some(oldest) = too_many(&tx, subject, since).await? {
                let left = oldest.plus_seconds(WINDOW_SECONDS).0.saturating_sub(now.0);
                let wait = left.max(1).unsigned_abs().div_ceil(60_000_000);
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
    sql.bind(subject.to_vec()).push(" AND failed_at > ").bind(since);
    sql.push(" ORDER BY failed_at DESC LIMIT 1 OFFSET ").bind(ATTEMPTS - 1);
    Ok(tx.one(sql).await?.map(|row| Timestamp::try_get_by_index(&row, 0)).transpose()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_ipv6_are_one_and_mapped_addresses_are_ipv4() {
        let of = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
    }
}
