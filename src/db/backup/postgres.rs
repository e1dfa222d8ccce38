//! Around PostgreSQL's own tools: the state that is dumped, and what makes room for a restore.
//!
//! Plaza's tables are the schema `public`. What a restore replaces is moved into a schema of its own
//! first, in one transaction, and dropped when the restore is done: a restore that fails, or is
//! killed, has lost nothing. Renaming `public` would be one statement, but who owns the database
//! does not own that schema before PostgreSQL 15.

use super::contents::{Contents, exists};
use crate::db::connect::Db;
use crate::db::driver;
use crate::db::reader::{Reader, Reads};
use crate::error::{Code, Fault, Refusal, Result};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, TransactionTrait, TryGetable};

/// Where a restore puts what it replaces, until it is done
const ASIDE: &str = "plaza_replaced";
/// Longest wait for a table that somebody uses
const WAIT: &str = "SET LOCAL lock_timeout = '10s'";

/// One state of the database, which other connections can read by its name as long as this lives
pub struct Snapshot {
    /// For queries
    pub reader: Reader,
    /// As PostgreSQL calls it
    pub name: String,
}

impl Db {
    /// Holds one state of a PostgreSQL.
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn export_snapshot(&self) -> Result<Snapshot> {
        let reader = self.reader().snapshot().await?;
        // It waits for the dump, idle.
        let sql = "SELECT set_config('idle_in_transaction_session_timeout', '0', true)";
        reader.one(reader.sql(sql)).await?;
        let name = reader.value(reader.sql("SELECT pg_export_snapshot()")).await?;
        let name = name.ok_or_else(|| Fault::new("holding a snapshot", "it has no name"))?;
        Ok(Snapshot { reader, name })
    }

    /// Major version of PostgreSQL
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn postgres_version(&self) -> Result<u32> {
        let sql =
            self.reader().sql("SELECT current_setting('server_version_num')::integer / 10000");
        let version: Option<i32> = self.reader().value(sql).await?;
        Ok(version.unwrap_or_default().try_into().unwrap_or_default())
    }

    /// Whether Plaza's tables are where the tools are told to look for them
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn is_plaza(&self) -> Result<bool> {
        exists(self.reader(), "seaql_migrations").await
    }

    /// How many tables Plaza has there
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn table_count(&self) -> Result<u64> {
        let sql = self.reader().sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
        let count: Option<i64> = self.reader().value(sql).await?;
        Ok(count.unwrap_or_default().try_into().unwrap_or_default())
    }

    /// Ends this life of the database: the next one begins with [`Db::steps_up`], and streams notice.
    ///
    /// # Errors
    /// The database could not write.
    pub async fn end_epoch(&self) -> Result<()> {
        self.all_or_none(&["DELETE FROM epoch".to_owned()]).await
    }

    /// What other processes of Plaza's are connected, by the names that they go by
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn other_processes(&self) -> Result<Vec<String>> {
        let mut sql = self.reader().sql(
            "SELECT DISTINCT application_name FROM pg_stat_activity \
             WHERE datname = current_database() AND application_name <> ",
        );
        sql.bind(driver::NAME.as_str()).push(" AND application_name LIKE ");
        sql.bind(format!("{}%", driver::OURS)).push(" ORDER BY 1");
        let rows = self.reader().all(sql).await?;
        rows.iter().map(|row| Ok(String::try_get_by_index(row, 0)?)).collect()
    }

    /// What the database holds now
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn contents(&self) -> Result<Contents> {
        Contents::count(self.reader()).await
    }

    /// Moves everything of the schema `public` aside, so that it is empty. Whether there was anything
    ///
    /// # Errors
    /// Refused where somebody uses a table, or an earlier restore was broken off.
    pub async fn set_aside(&self) -> Result<bool> {
        let sql = format!("SELECT 1 FROM pg_namespace WHERE nspname = '{ASIDE}'");
        if self.reader().one(self.reader().sql(&sql)).await?.is_some() {
            let message = format!(
                "Schema {ASIDE} holds what a restore that was broken off had replaced; drop it \
                 (DROP SCHEMA {ASIDE} CASCADE), or take from it what is needed, and try again"
            );
            return Err(Refusal::new(Code::Conflict, message).into());
        }
        let moves = self.moves("public", ASIDE).await?;
        if !moves.is_empty() {
            self.all_or_none(&[vec![format!("CREATE SCHEMA {ASIDE}")], moves].concat()).await?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Moves back what was moved aside.
    ///
    /// # Errors
    /// The database could not write.
    pub async fn take_back(&self) -> Result<()> {
        let moves = self.moves(ASIDE, "public").await?;
        self.all_or_none(&[moves, vec![format!("DROP SCHEMA IF EXISTS {ASIDE}")]].concat()).await
    }

    /// Drops what was moved aside: it is replaced.
    ///
    /// # Errors
    /// The database could not write.
    pub async fn drop_aside(&self) -> Result<()> {
        self.all_or_none(&[format!("DROP SCHEMA IF EXISTS {ASIDE} CASCADE")]).await
    }

    /// Counts what the planner goes by: restored tables have no statistics.
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn analyze(&self) -> Result<()> {
        self.raw_writer().execute_unprepared("ANALYZE").await?;
        Ok(())
    }

    /// Statements that move tables, views, sequences and functions from one schema to another.
    /// Indexes, triggers and constraints go with their tables; what is an extension's stays.
    async fn moves(&self, from: &str, to: &str) -> Result<Vec<String>> {
        let mut sql = self.reader().sql(
            "SELECT format('ALTER %s %I.%I SET SCHEMA %I', CASE c.relkind WHEN 'v' THEN 'VIEW' \
             WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, \
             n.nspname, c.relname, t.name) \
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, (SELECT ",
        );
        sql.bind(to).push(
            "::text AS name) t WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') \
             AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid \
               AND d.classid = 'pg_class'::regclass \
               AND (d.deptype = 'e' OR c.relkind = 'S' AND d.deptype IN ('a', 'i'))) \
             AND n.nspname = ",
        );
        sql.bind(from).push(
            " UNION ALL SELECT format('ALTER FUNCTION %I.%I(%s) SET SCHEMA %I', n.nspname, \
             p.proname, pg_get_function_identity_arguments(p.oid), ",
        );
        sql.bind(to).push(
            "::text) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
             WHERE p.prokind = 'f' AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid \
               AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e') AND n.nspname = ",
        );
        sql.bind(from);
        let rows = self.reader().all(sql).await?;
        rows.iter().map(|row| Ok(String::try_get_by_index(row, 0)?)).collect()
    }

    /// Runs these statements in one transaction.
    async fn all_or_none(&self, statements: &[String]) -> Result<()> {
        let tx = self.raw_writer().begin().await?;
        match run(&tx, statements).await {
            Ok(()) => Ok(tx.commit().await?),
            Err(err) if driver::waited_too_long(&err) => {
                let message = "Somebody uses the database's tables; end that, and try again";
                Err(Refusal::new(Code::Conflict, message).into())
            }
            Err(err) => Err(err.into()),
        }
    }
}

async fn run(tx: &DatabaseTransaction, statements: &[String]) -> Result<(), DbErr> {
    tx.execute_unprepared(WAIT).await?;
    for statement in statements {
        tx.execute_unprepared(statement).await?;
    }
    Ok(())
}
