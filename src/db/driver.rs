//! What the driver says of an error, and what we call ourselves to PostgreSQL.

use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{DbErr, RuntimeErr, sqlx};
use std::sync::LazyLock;

/// Longest name of an application that PostgreSQL keeps
const LONGEST_NAME: usize = 63;

/// What every process of Plaza's begins its name with
pub(super) const OURS: &str = "plaza ";

/// This process, as `pg_stat_activity` shows it to whoever waits for it: `plaza 4711@host`
pub(super) static NAME: LazyLock<String> = LazyLock::new(|| {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = format!("{OURS}{}@{}", std::process::id(), host.trim());
    name.chars().filter(|sign| matches!(sign, ' '..='~')).take(LONGEST_NAME).collect()
});

/// The driver's error, where it is one
pub(super) fn driver(err: &DbErr) -> Option<&sqlx::Error> {
    match err {
        DbErr::Conn(RuntimeErr::SqlxError(err))
        | DbErr::Exec(RuntimeErr::SqlxError(err))
        | DbErr::Query(RuntimeErr::SqlxError(err)) => Some(&**err),
        _ => None,
    }
}

/// What the database itself says
pub(super) fn database(err: &DbErr) -> Option<&dyn DatabaseError> {
    match driver(err)? {
        sqlx::Error::Database(err) => Some(&**err),
        _ => None,
    }
}

/// PostgreSQL gave up waiting for a lock, as it was told to
pub(super) fn waited_too_long(err: &DbErr) -> bool {
    database(err).is_some_and(|err| err.code().as_deref() == Some("55P03"))
}

/// PostgreSQL broke this off, since others were in the way: it waited too long for a lock, or two waited
/// for each other
pub(super) fn was_in_the_way(err: &DbErr) -> bool {
    let is_deadlock = database(err).is_some_and(|err| err.code().as_deref() == Some("40P01"));
    is_deadlock || waited_too_long(err)
}

/// Number of an error of SQLite's, without what extends it
pub(super) fn sqlite_number(err: &DbErr) -> Option<i32> {
    let code: i32 = database(err)?.code()?.parse().ok()?;
    Some(code & 0xff)
}

/// SQLite is busy with somebody else
pub(super) fn is_busy(err: &DbErr) -> bool {
    // SQLITE_BUSY, SQLITE_LOCKED
    matches!(sqlite_number(err), Some(5 | 6))
}
