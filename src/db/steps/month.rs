//! Orders by month, on PostgreSQL: the tables that grow with every order, parted by the month in which
//! the order was placed, which its id tells.
//!
//! It is the operator's choice, not a step: lists of orders look into every month, so that months cost
//! something each time, and are worth it where old ones are to be taken away, or where vacuum, an index
//! or a backup of all of them has become too much at once. ARCHITECTURE.md has the measurement.
//!
//! The tables that are there become the part before the first month, without a row being written. It
//! is done in steps that hold up writers for no longer than a step of the schema may: a promise that no
//! later row is in them, its check beside all writers, then the change itself.

use super::{Patience, Turn, driver, let_go};
use crate::db::connect::{Db, Dialect};
use crate::db::reader::Reads;
use crate::error::{Code, Fault, Refusal, Result};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, TryGetable};
use std::fmt;
use std::str::FromStr;
use std::time::Instant;
use uuid::Uuid;

/// The tables, orders first, each with the column that has the order's id
const TABLES: [(&str, &str); 3] =
    [("order", "id"), ("order_item", "order_id"), ("order_event", "order_id")];
/// Makes them tables of parts
const PART: &str = include_str!("by_month.sql");
/// Time that there has to be from now to the first month: a change that is broken off leaves the promise
/// that nothing of that month is in the old tables, which must not come true before somebody looks
const NOTICE: Days = Days::new(7);

/// Months after the present one that are made ahead
pub const MONTHS_AHEAD: u32 = 3;

/// A month of the calendar, in UTC
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(NaiveDate);

impl Month {
    /// The month of a moment
    pub fn of(at: DateTime<Utc>) -> Self {
        let date = at.date_naive();
        Self(date.with_day(1).unwrap_or(date))
    }

    /// So many months later
    #[must_use]
    pub fn plus(self, months: u32) -> Self {
        Self(self.0.checked_add_months(Months::new(months)).unwrap_or(self.0))
    }

    /// The lowest id that can be made in it: UUID version 7 begins with milliseconds
    fn first_id(self) -> Uuid {
        let begin = self.0.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
        Uuid::from_u128(u128::try_from(begin).unwrap_or_default() << 80)
    }

    /// As names of tables have it: `2026_12`
    fn suffix(self) -> String {
        self.to_string().replace('-', "_")
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d")
            .ok()
            .filter(|date| date.year() >= 1970 && text.len() == 7)
            .map(Self)
            .ok_or_else(|| format!("`{text}` is no month; one is 2026-12"))
    }
}

/// How orders are parted
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ByMonth {
    /// Months that have a part of their own, in order
    pub months: Vec<Month>,
    /// There are orders of months that have none
    pub has_rest: bool,
}

impl Db {
    /// How orders are parted; None: not at all.
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn by_month(&self) -> Result<Option<ByMonth>> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(None);
        }
        by_month(self.reader()).await
    }

    /// Parting them was begun and not ended: what remains of it refuses orders of the first month.
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn is_half_parted(&self) -> Result<bool> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(false);
        }
        let sql = "SELECT 1 FROM pg_constraint WHERE conname IN ('order_before_month', \
                   'order_item_before_month', 'order_event_before_month') LIMIT 1";
        Ok(self.reader().one(self.reader().sql(sql)).await?.is_some())
    }

    /// Parts orders by month, from one that has not begun, or that nothing was placed in yet. Where they
    /// are already, or another process did it meanwhile, it stays as it is.
    ///
    /// # Errors
    /// Refused on SQLite, where orders were placed in the first month or after it, and where others
    /// were in the way for longer than the patience.
    pub async fn part_by_month(
        &self,
        from: Option<Month>,
        now: DateTime<Utc>,
        patience: &Patience<'_>,
    ) -> Result<()> {
        self.demand_parts()?;
        if self.by_month().await?.is_none() {
            let soon = now.checked_add_days(NOTICE).unwrap_or(now);
            let from = from.unwrap_or_else(|| Month::of(soon).plus(1));
            self.demand_empty_from(from).await?;
            self.part(from, patience).await?;
        }
        let check =
            "ALTER TABLE conversation VALIDATE CONSTRAINT conversation_order_id_fkey".to_owned();
        self.change("Checking conversations", &[check], None, patience).await
    }

    async fn part(&self, from: Month, patience: &Patience<'_>) -> Result<()> {
        let bound = format!("'{}'", from.first_id());
        let done = Some("order_before");
        // A promise that is left of an attempt before may be another one.
        let promises = TABLES.map(|(table, key)| {
            format!(
                "ALTER TABLE \"{table}\" DROP CONSTRAINT IF EXISTS {table}_before_month, ADD \
                 CONSTRAINT {table}_before_month CHECK ({key} < {bound}) NOT VALID"
            )
        });
        self.change("Parting orders by month", &promises, done, patience).await?;
        for (table, _) in TABLES {
            let check = format!("ALTER TABLE \"{table}\" VALIDATE CONSTRAINT {table}_before_month");
            self.change("Checking orders", &[check], done, patience).await?;
        }
        let mut statements = vec![PART.replace("{bound}", &bound)];
        statements.extend(part("rest", "before", "DEFAULT"));
        statements.extend(part(&from.suffix(), "rest", &range(from)));
        self.change("Parting orders by month", &statements, done, patience).await
    }

    /// Makes the months that are missing, up to one; those that were made. A month that begins with
    /// orders in what is left for months without a part stays there.
    ///
    /// # Errors
    /// Refused where orders are not parted, and as [`Db::part_by_month`].
    pub async fn months_until(&self, last: Month, patience: &Patience<'_>) -> Result<Vec<Month>> {
        self.demand_parts()?;
        let Some(parted) = self.by_month().await? else {
            let message = "Orders are not parted by month";
            return Err(Refusal::new(Code::Conflict, message).into());
        };
        let after = parted.months.last().map(|month| month.plus(1));
        let missing = std::iter::successors(after, |month| Some(month.plus(1)));
        let mut made = Vec::new();
        for month in missing.take_while(|month| *month <= last) {
            if self.is_in_rest(month).await? {
                continue;
            }
            let statements = part(&month.suffix(), "rest", &range(month));
            let done = format!("order_{}", month.suffix());
            self.change(&format!("Making {month}"), &statements, Some(&done), patience).await?;
            made.push(month);
        }
        Ok(made)
    }

    fn demand_parts(&self) -> Result<()> {
        if self.dialect() == Dialect::Postgres {
            return Ok(());
        }
        let message = "SQLite keeps a table in one piece: orders are parted on PostgreSQL alone";
        Err(Refusal::new(Code::Conflict, message).into())
    }

    async fn demand_empty_from(&self, from: Month) -> Result<()> {
        let mut sql = self.reader().sql(r#"SELECT 1 FROM "order" WHERE id >= "#);
        sql.bind(from.first_id()).push(" LIMIT 1");
        if self.reader().one(sql).await?.is_none() {
            return Ok(());
        }
        let message = format!(
            "There are orders of {from} or later, which would have to be written again: begin with a \
             month that is to come, or leave the month out"
        );
        Err(Refusal::new(Code::Conflict, message).into())
    }

    async fn is_in_rest(&self, month: Month) -> Result<bool> {
        let mut sql = self.reader().sql("SELECT 1 FROM order_rest WHERE id >= ");
        sql.bind(month.first_id()).push(" AND id < ").bind(month.plus(1).first_id());
        sql.push(" LIMIT 1");
        Ok(self.reader().one(sql).await?.is_some())
    }

    /// Runs statements in one transaction of which there is one at a time, unless another process made
    /// the table by which they are done; what waits for a table for long gives up, and is tried again.
    async fn change(
        &self,
        what: &str,
        statements: &[String],
        done: Option<&str>,
        patience: &Patience<'_>,
    ) -> Result<()> {
        let begun = Instant::now();
        loop {
            let turn = Turn::wait(self, patience).await?;
            if let Some(table) = done
                && turn.has_table(table).await?
            {
                return turn.commit().await;
            }
            turn.hurry().await?;
            match run(&turn, statements).await {
                Ok(()) => return turn.commit().await,
                Err(err) if driver::was_in_the_way(&err) => {
                    let_go(self, turn, what, begun, patience).await?;
                }
                Err(err) => return Err(Fault::new("parting orders by month", err).into()),
            }
        }
    }
}

impl Turn {
    async fn has_table(&self, name: &str) -> Result<bool> {
        // Read from the catalogue itself: `to_regclass` alone may answer what it knew before we waited.
        let mut sql = self.sql("SELECT 1 FROM pg_class WHERE oid = to_regclass(");
        sql.bind(name).push(")");
        Ok(self.one(sql).await?.is_some())
    }
}

async fn run(turn: &Turn, statements: &[String]) -> std::result::Result<(), sea_orm::DbErr> {
    for statement in statements {
        turn.connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

async fn by_month(reads: &impl Reads) -> Result<Option<ByMonth>> {
    let whole = "SELECT 1 FROM pg_class WHERE oid = to_regclass('\"order\"') AND relkind = 'p'";
    if reads.one(reads.sql(whole)).await?.is_none() {
        return Ok(None);
    }
    let names = reads.sql(
        "SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid \
         WHERE i.inhparent = to_regclass('\"order\"') ORDER BY 1",
    );
    let mut months = Vec::new();
    for row in reads.all(names).await? {
        let name = String::try_get_by_index(&row, 0)?;
        let month = name.strip_prefix("order_").map(|month| month.replace('_', "-"));
        months.extend(month.and_then(|month| month.parse::<Month>().ok()));
    }
    months.sort();
    let has_rest = reads.one(reads.sql("SELECT 1 FROM order_rest LIMIT 1")).await?.is_some();
    Ok(Some(ByMonth { months, has_rest }))
}

/// Statements that make a part of each table, like another one. Lines and steps refer to the orders of
/// their own part, so that a month can be taken away whole.
fn part(name: &str, like: &str, values: &str) -> Vec<String> {
    let mut statements = Vec::new();
    for (table, _) in TABLES {
        statements.push(format!("CREATE TABLE {table}_{name} (LIKE {table}_{like} INCLUDING ALL)"));
        if table != "order" {
            statements.push(format!(
                "ALTER TABLE {table}_{name} ADD CONSTRAINT {table}_order_id_fkey \
                 FOREIGN KEY (order_id) REFERENCES order_{name} (id) ON DELETE CASCADE"
            ));
        }
        statements
            .push(format!("ALTER TABLE \"{table}\" ATTACH PARTITION {table}_{name} {values}"));
    }
    statements
}

fn range(month: Month) -> String {
    format!("FOR VALUES FROM ('{}') TO ('{}')", month.first_id(), month.plus(1).first_id())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().expect("a month")
    }

    #[test]
    fn a_month_is_read_and_told_and_counted_over_the_year() {
        assert_eq!(month("2026-12").plus(1), month("2027-01"));
        assert_eq!(month("2026-12").to_string(), "2026-12");
        for wrong in ["2026", "2026-13", "2026-00", "26-12", "2026-1", "2026-12-01", "1969-12", ""]
        {
            let told = wrong.parse::<Month>().expect_err(wrong);
            assert!(told.contains("2026-12"), "{told}");
        }
    }

    #[test]
    fn ids_of_a_month_are_between_its_first_and_the_next_ones() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        for (moment, within) in [
            ("2026-11-30T23:59:59.999Z", false),
            ("2026-12-01T00:00:00.000Z", true),
            ("2026-12-31T23:59:59.999Z", true),
            ("2027-01-01T00:00:00.000Z", false),
        ] {
            let millis = u64::try_from(at(moment).timestamp_millis()).expect("after 1970");
            let id = uuid::Builder::from_unix_timestamp_millis(millis, &[0xff; 10]).into_uuid();
            let lies = (month("2026-12").first_id()..month("2027-01").first_id()).contains(&id);
            assert_eq!(lies, within, "{moment}");
            assert_eq!(Month::of(at(moment)) == month("2026-12"), within);
        }
    }
}
