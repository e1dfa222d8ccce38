//! One process at a time: the transaction in which a step is taken.
//!
//! On PostgreSQL it begins with an advisory lock that ends with it, not with the session: a pooler
//! such as PgBouncer hands out a session a transaction. On SQLite it is `BEGIN IMMEDIATE`.

use super::Patience;
use crate::db::connect::{Db, Dialect};
use crate::db::driver;
use crate::db::reader::Reads;
use crate::db::sql::Sql;
use crate::error::{Code, Refusal, Result};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, TransactionTrait, TryGetable,
};
use std::time::{Duration, Instant};

/// Key of the advisory lock: `plaza` in ASCII
const KEY: i64 = 0x70_6c61_7a61;
/// Longest wait for it between two words to whoever waits
const SLICE: &str = "2s";
/// Longest wait of a step for a table: whoever comes after it waits for as long
const HURRY: &str = "2s";

/// A transaction of which there is one at a time. What it wrote is undone unless it is committed
pub struct Turn {
    tx: DatabaseTransaction,
    dialect: Dialect,
}

impl Turn {
    /// Waits for the turn.
    ///
    /// # Errors
    /// Refused where it did not come in time.
    pub(super) async fn wait(db: &Db, patience: &Patience<'_>) -> Result<Self> {
        let begun = Instant::now();
        let mut told = false;
        loop {
            if let Some(turn) = Self::try_take(db).await? {
                return Ok(turn);
            }
            let holder = holder(db).await?;
            if begun.elapsed() >= patience.wait {
                let seconds = begun.elapsed().as_secs();
                let message = format!(
                    "{holder} has been changing this database's schema, or writing all of it, for \
                     over {seconds} s; wait for it or end it, and try again"
                );
                return Err(Refusal::new(Code::Conflict, message).into());
            }
            if !told {
                (patience.tell)(&format!("Waiting for {holder}, which changes the schema"));
                told = true;
            }
        }
    }

    /// The turn, unless somebody else has it for a while
    async fn try_take(db: &Db) -> Result<Option<Self>> {
        let options = sea_orm::TransactionOptions {
            sqlite_transaction_mode: Some(sea_orm::SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let dialect = db.dialect();
        let tx = match db.raw_writer().begin_with_options(options).await {
            // SQLite has waited for ten seconds.
            Err(err) if driver::is_busy(&err) => return Ok(None),
            begun => begun?,
        };
        let turn = Self { tx, dialect };
        if dialect == Dialect::Sqlite {
            return Ok(Some(turn));
        }
        turn.set_lock_timeout(SLICE).await?;
        let mut sql = turn.sql("SELECT pg_advisory_xact_lock(");
        sql.bind(KEY).push(")");
        match turn.tx.execute_raw(sql.into_statement()).await {
            Ok(_) => Ok(Some(turn)),
            Err(err) if driver::waited_too_long(&err) => {
                turn.give_up().await?;
                Ok(None)
            }
            Err(err) => Err(err.into()),
        }
    }

    /// From now on no statement waits long for a table: whoever needs it next waits behind us.
    pub(super) async fn hurry(&self) -> Result<()> {
        Ok(self.set_lock_timeout(HURRY).await?)
    }

    /// It may be idle for as long as it takes.
    pub(super) async fn linger(&self) -> Result<()> {
        if self.dialect == Dialect::Postgres {
            let sql =
                self.sql("SELECT set_config('idle_in_transaction_session_timeout', '0', true)");
            self.one(sql).await?;
        }
        Ok(())
    }

    async fn set_lock_timeout(&self, time: &str) -> Result<(), DbErr> {
        if self.dialect == Dialect::Postgres {
            let mut sql = self.sql("SELECT set_config('lock_timeout', ");
            sql.bind(time).push(", true)");
            self.tx.query_one_raw(sql.into_statement()).await?;
        }
        Ok(())
    }

    pub(super) fn connection(&self) -> &DatabaseTransaction {
        &self.tx
    }

    /// Makes what it wrote last, and lets the next one come.
    ///
    /// # Errors
    /// The database could not write.
    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }

    pub(super) async fn give_up(self) -> Result<()> {
        Ok(self.tx.rollback().await?)
    }
}

impl Reads for Turn {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    async fn all(&self, sql: Sql) -> Result<Vec<QueryResult>> {
        Ok(self.tx.query_all_raw(sql.into_statement()).await?)
    }

    async fn one(&self, sql: Sql) -> Result<Option<QueryResult>> {
        Ok(self.tx.query_one_raw(sql.into_statement()).await?)
    }
}

/// Who has the turn, as far as that can be known
async fn holder(db: &Db) -> Result<String> {
    let somebody = || "another process".to_owned();
    if db.dialect() == Dialect::Sqlite {
        return Ok(somebody());
    }
    let mut sql = db.reader().sql(
        "SELECT a.pid, a.application_name, COALESCE(host(a.client_addr), 'this machine') \
         FROM pg_locks l JOIN pg_stat_activity a USING (pid) \
         JOIN pg_database d ON d.oid = l.database AND d.datname = current_database() \
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
         AND (l.classid::bigint << 32) | l.objid::bigint = ",
    );
    sql.bind(KEY);
    let Some(row) = db.reader().one(sql).await? else { return Ok(somebody()) };
    let (name, address) = (String::try_get_by_index(&row, 1)?, String::try_get_by_index(&row, 2)?);
    Ok(format!("process {} ({name}, from {address})", i32::try_get_by_index(&row, 0)?))
}

/// Whose open transaction is the oldest, as the rest of a sentence: most likely it holds the tables
pub(super) async fn oldest(db: &Db) -> Result<String> {
    if db.dialect() == Dialect::Sqlite {
        return Ok(String::new());
    }
    let sql = db.reader().sql(
        "SELECT pid, application_name, CAST(extract(epoch FROM now() - xact_start) AS bigint) \
         FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
         AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 1",
    );
    let Some(row) = db.reader().one(sql).await? else { return Ok(String::new()) };
    let (pid, name) = (i32::try_get_by_index(&row, 0)?, String::try_get_by_index(&row, 1)?);
    let age = Duration::from_secs(i64::try_get_by_index(&row, 2)?.try_into().unwrap_or_default());
    let name = if name.is_empty() { String::new() } else { format!(" ({name})") };
    Ok(format!(
        "; the oldest open transaction is that of process {pid}{name}, {} s old",
        age.as_secs()
    ))
}
