//! Tries of a password, and slowing down whoever guesses.
//!
//! Five failures of an account or an address within 15 minutes end further tries until the oldest is
//! that old. A try is counted before the password is checked, in one transaction, so that a hundred
//! guesses at once are no more than five; a success gives it back. The rows are the truth, and
//! outlast a restart. Before them stand buckets of the same size, which are never stricter: a flood
//! costs no transaction. Where the servers' common buckets can't be asked, nobody signs in.

use super::quota::{counted_out, in_minutes};
use super::viewer::Caller;
use crate::app::App;
use crate::db::{Columns, Reads, WriteTx};
use crate::entities::{Timestamp, UserId};
use crate::error::{Code, Error, Refusal, Result};
use crate::limits::{Bucket, Outcome, SIGN_IN_SECONDS, SIGN_IN_TRIES, Subject, network};

use std::time::Duration;
use uuid::Uuid;

/// The name under which tries of an account are counted
pub(super) fn account_of(id: UserId) -> String {
    id.0.to_string()
}

/// A try from an address, of an account that is not known yet
pub(super) struct Knock {
    address: Vec<u8>,
}

impl Knock {
    /// Counts a try against the address.
    pub async fn count(app: &App, caller: &Caller) -> Result<Self> {
        let address = app.tokens.subject("address", &network(caller.address));
        take(app, Bucket::SignInAddress, &address).await?;
        Ok(Self { address })
    }

    /// Counts it against the account too.
    pub async fn on(self, app: &App, account: &str) -> Result<Attempt> {
        let account = app.tokens.subject("account", account);
        if let Err(err) = take(app, Bucket::SignInAccount, &account).await {
            give_back(app, Bucket::SignInAddress, &self.address, 1).await;
            return Err(err);
        }
        let rows = [app.ids.next(), app.ids.next()];
        let attempt = Attempt { account, address: self.address, rows };
        if let Err(err) = attempt.write(app).await {
            // What is not counted here must not be counted there.
            give_back(app, Bucket::SignInAccount, &attempt.account, 1).await;
            give_back(app, Bucket::SignInAddress, &attempt.address, 1).await;
            return Err(err);
        }
        Ok(attempt)
    }
}

/// A try that counts as failed until it is forgiven
pub(super) struct Attempt {
    account: Vec<u8>,
    address: Vec<u8>,
    rows: [Uuid; 2],
}

impl Attempt {
    async fn write(&self, app: &App) -> Result<()> {
        let now = app.clock.now();
        let since = now.plus_seconds(-i64::from(SIGN_IN_SECONDS));
        let tx = app.db.write().await?;
        let buckets = [Bucket::SignInAccount, Bucket::SignInAddress];
        for ((subject, row), bucket) in
            [&self.account, &self.address].into_iter().zip(self.rows).zip(buckets)
        {
            lock_subject(&tx, subject).await?;
            if let Some(oldest) = too_many(&tx, subject, since).await? {
                bucket.count_refusal();
                let until = oldest.plus_seconds(i64::from(SIGN_IN_SECONDS)).0;
                let left = until.saturating_sub(now.0).max(1).unsigned_abs();
                return Err(too_often(Duration::from_micros(left)));
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
        tx.commit().await
    }

    /// Takes back the try, and the account's earlier failures.
    pub async fn forgive(&self, tx: &WriteTx) -> Result<()> {
        let mut sql = tx.sql("DELETE FROM sign_in_failure WHERE subject = ");
        sql.bind(self.account.clone()).push(" OR ").any_id("id", self.rows);
        tx.run(sql).await?;
        Ok(())
    }

    /// The same in the buckets, once it is committed
    pub async fn forgiven(self, app: &App) {
        give_back(app, Bucket::SignInAccount, &self.account, SIGN_IN_TRIES.into()).await;
        give_back(app, Bucket::SignInAddress, &self.address, 1).await;
    }
}

async fn take(app: &App, bucket: Bucket, subject: &[u8]) -> Result<()> {
    match app.limits.take(bucket, Subject::of_digest(subject), 1).await {
        Outcome::Known(verdict) if verdict.allowed => Ok(()),
        // The rows go by the oldest failure: nobody who is told this has to wait longer.
        Outcome::Known(verdict) => Err(too_often(verdict.full_after)),
        Outcome::Off => Ok(()),
        Outcome::Away => Err(counted_out("Signing in")),
    }
}

async fn give_back(app: &App, bucket: Bucket, subject: &[u8], tries: u64) {
    app.limits.give_back(bucket, Subject::of_digest(subject), tries).await;
}

fn too_often(wait: Duration) -> Error {
    let message = format!("Too many failed attempts; try again in {}", in_minutes(wait));
    Refusal::new(Code::TooManyAttempts, message).into()
}

/// One try of a subject at a time: SQLite has one writer anyway.
async fn lock_subject(tx: &WriteTx, subject: &[u8]) -> Result<()> {
    if tx.dialect() == crate::db::Dialect::Postgres {
        let key = subject.iter().take(8).fold(0_i64, |key, byte| (key << 8) | i64::from(*byte));
        let mut sql = tx.sql("SELECT pg_advisory_xact_lock(");
        sql.bind(key).push(")");
        tx.run(sql).await?;
    }
    Ok(())
}

/// The failure that must age before the next try, where there are too many
async fn too_many(tx: &WriteTx, subject: &[u8], since: Timestamp) -> Result<Option<Timestamp>> {
    let mut sql = tx.sql("SELECT failed_at FROM sign_in_failure WHERE subject = ");
    sql.bind(subject.to_vec()).push(" AND failed_at > ").bind(since);
    sql.push(" ORDER BY failed_at DESC LIMIT 1 OFFSET ").bind(i64::from(SIGN_IN_TRIES) - 1);
    tx.value(sql).await
}
