//! Events in the database, and the numbers of topics.
//!
//! A topic's number is taken by the last statement of the transaction. Whoever wants the next one
//! waits for the commit, so numbers are gapless and in the order of commits: a reader that has seen
//! 17 will never be surprised by a late 16. (One serial for all would not do: transactions commit in
//! another order than they take their numbers, and readers skip rows for ever.)

use super::hub::Hub;
use super::stamp::rights_of;
use super::topic::{Kind, Topic};
use crate::db::{Db, Dialect, Reader, Reads, Sql, WriteTx};
use crate::entities::{Timestamp, UserId};
use crate::error::{Fault, Result};
use sea_orm::sea_query::{ArrayType, Value};
use sea_orm::{QueryResult, TryGetable};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Most events of a topic that are read at once
pub(super) const STRETCH: i64 = 100;

/// Something that happened
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number in the topic
    pub number: i64,
    /// What happened
    pub kind: Kind,
    /// Row that it happened to
    pub subject: Uuid,
    /// That row's version since
    pub version: i32,
}

/// What a transaction will tell, by topic
#[derive(Debug, Default)]
pub struct News(BTreeMap<String, (Topic, Vec<Told>)>);

/// What happened, to which row, which came to which version
type Told = (Kind, Uuid, i32);

impl News {
    /// A person may less than before: it is counted, and their streams ask again.
    pub fn right_lost_by(person: UserId) -> Self {
        let mut news = Self::default();
        news.add(rights_of(person), Kind::RightLost, person.0, 0);
        news
    }

    /// A document, a client's mode or a key is another: every server is told.
    pub fn guard_changed(&mut self, subject: Uuid) {
        self.add(Topic::Guard, Kind::GuardChanged, subject, 0);
    }

    /// Adds an event to a topic: what happened to a row, and the version that it has come to.
    pub fn add(&mut self, topic: Topic, kind: Kind, subject: Uuid, version: i32) {
        self.0
            .entry(topic.name())
            .or_insert_with(|| (topic, Vec::new()))
            .1
            .push((kind, subject, version));
    }
}

/// What a topic holds past a number
#[derive(Debug)]
pub(super) struct Since {
    /// When it was read, or shortly after
    pub(super) read: Instant,
    /// Number of the topic's last event; 0 before the first
    pub(super) latest: i64,
    /// At most [`STRETCH`] events
    pub(super) events: Vec<Event>,
}

/// The log, and the bell that rings after a commit
pub struct Log {
    db: Db,
    hub: Arc<Hub>,
    epoch: OnceCell<Uuid>,
}

impl Log {
    /// The log of a database. Nothing is read yet.
    pub fn new(db: Db, hub: Arc<Hub>) -> Self {
        Self { db, hub, epoch: OnceCell::new() }
    }

    /// All streams of this server
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Which life of the database this is
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn epoch(&self) -> Result<Uuid> {
        let read = async {
            let row = self.db.reader().one(self.db.reader().sql("SELECT id FROM epoch")).await?;
            let row = row.ok_or_else(|| Fault::new("reading the epoch", "there is none"))?;
            Ok(Uuid::try_get_by_index(&row, 0)?)
        };
        self.epoch.get_or_try_init(|| read).await.copied()
    }

    /// Number of a topic's last event, as a reader sees it; 0 before the first
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn number(&self, reader: &Reader, topic: Topic) -> Result<i64> {
        let mut sql = reader.sql("SELECT seq FROM topic WHERE name = ");
        sql.bind(topic.name());
        Ok(reader.value(sql).await?.unwrap_or_default())
    }

    /// Writes the events as the transaction's last statement, commits, and rings.
    ///
    /// # Errors
    /// The database could not write: nothing has happened then.
    pub async fn commit(&self, tx: WriteTx, news: News, now: Timestamp) -> Result<()> {
        let numbers = if news.0.is_empty() { Vec::new() } else { append(&tx, &news, now).await? };
        tx.commit().await?;
        #[cfg(debug_assertions)]
        super::failpoint::committed();
        for (topic, number) in numbers {
            if !matches!(topic, Topic::Rights(_)) {
                self.hub.ring(topic, number);
            }
        }
        Ok(())
    }
}

async fn append(tx: &WriteTx, news: &News, now: Timestamp) -> Result<Vec<(Topic, i64)>> {
    match tx.dialect() {
        Dialect::Postgres => append_postgres(tx, news, now).await,
        Dialect::Sqlite => append_sqlite(tx, news, now).await,
    }
}

/// One statement for all topics
async fn append_postgres(tx: &WriteTx, news: &News, now: Timestamp) -> Result<Vec<(Topic, i64)>> {
    let mut columns: [Vec<Value>; 5] = Default::default();
    for (name, (_, events)) in &news.0 {
        for (at, (kind, subject, version)) in events.iter().enumerate() {
            let back = i64::try_from(events.len() - 1 - at).unwrap_or_default();
            columns[0].push(Value::from(name.clone()));
            columns[1].push(Value::from(back));
            columns[2].push(Value::from(*kind as i16));
            columns[3].push(Value::from(*subject));
            columns[4].push(Value::from(*version));
        }
    }
    let [names, backs, kinds, subjects, versions] = columns;
    let array = |kind, values| Value::Array(kind, Some(Box::new(values)));
    let mut sql = tx.sql("WITH news AS (SELECT * FROM unnest(");
    sql.bind(array(ArrayType::String, names)).push(", ").bind(array(ArrayType::BigInt, backs));
    sql.push(", ").bind(array(ArrayType::SmallInt, kinds));
    sql.push(", ").bind(array(ArrayType::Uuid, subjects));
    sql.push(", ").bind(array(ArrayType::Int, versions));
    sql.push(
        ") AS n(topic, back, kind, subject, version)), taken AS (INSERT INTO topic (name, seq) \
         SELECT topic, count(*) FROM news GROUP BY topic ORDER BY topic \
         ON CONFLICT (name) DO UPDATE SET seq = topic.seq + EXCLUDED.seq RETURNING name, seq) \
         INSERT INTO event (topic, seq, kind, subject, version, at) \
         SELECT n.topic, t.seq - n.back, n.kind, n.subject, n.version, ",
    );
    sql.bind(now).push(" FROM news n JOIN taken t ON t.name = n.topic RETURNING topic, seq");
    highest(news, &tx.all(sql).await?)
}

/// SQLite can't write two tables in one statement, and has one writer: nobody comes in between.
async fn append_sqlite(tx: &WriteTx, news: &News, now: Timestamp) -> Result<Vec<(Topic, i64)>> {
    let counts: Vec<(&str, usize)> =
        news.0.iter().map(|(name, (_, events))| (name.as_str(), events.len())).collect();
    let mut sql =
        tx.sql("INSERT INTO topic (name, seq) SELECT value ->> 0, value ->> 1 FROM json_each(");
    sql.bind_json(&counts).push(
        ") WHERE true ON CONFLICT (name) DO UPDATE SET seq = topic.seq + EXCLUDED.seq \
         RETURNING name, seq",
    );
    let told = highest(news, &tx.all(sql).await?)?;
    let mut rows = Vec::new();
    for ((name, (_, events)), (_, latest)) in news.0.iter().zip(&told) {
        let first = latest + 1 - i64::try_from(events.len()).unwrap_or_default();
        rows.extend((first..).zip(events).map(|(number, (kind, subject, version))| {
            (name, number, *kind as i16, subject.simple().to_string(), version)
        }));
    }
    let mut sql = tx.sql(
        "INSERT INTO event (topic, seq, kind, subject, version, at) SELECT value ->> 0, value ->> 1, \
         value ->> 2, unhex(value ->> 3), value ->> 4, ",
    );
    sql.bind(now).push(" FROM json_each(").bind_json(&rows).push(")");
    tx.run(sql).await?;
    Ok(told)
}

/// The highest number that each topic was given, by rows of name and number
fn highest(news: &News, rows: &[QueryResult]) -> Result<Vec<(Topic, i64)>> {
    let mut numbers: BTreeMap<String, i64> = BTreeMap::new();
    for row in rows {
        let number = i64::try_get_by_index(row, 1)?;
        let highest = numbers.entry(String::try_get_by_index(row, 0)?).or_default();
        *highest = number.max(*highest);
    }
    let number = |name: &String| {
        let number = numbers.get(name).copied();
        number.ok_or_else(|| Fault::new("taking a number", "a topic returned none"))
    };
    news.0.iter().map(|(name, (topic, _))| Ok((*topic, number(name)?))).collect()
}

/// What these topics hold past these numbers, in one statement, in the order asked.
pub(super) async fn since(reader: &Reader, asked: &[(Topic, i64)]) -> Result<Vec<Since>> {
    let mut sql = reader.sql("SELECT w.n, t.seq, e.seq, e.kind, e.subject, e.version FROM ");
    wanted(&mut sql, asked);
    sql.push(&format!(
        " LEFT JOIN topic t ON t.name = w.topic LEFT JOIN event e ON e.topic = w.topic \
         AND e.seq > w.after AND e.seq <= w.after + {STRETCH} ORDER BY w.n, e.seq"
    ));
    let rows = reader.all(sql).await?;
    let read = Instant::now();
    let nothing = |_| Since { read, latest: 0, events: Vec::new() };
    let mut found: Vec<Since> = asked.iter().map(nothing).collect();
    for row in rows {
        let at = usize::try_from(i64::try_get_by_index(&row, 0)?).unwrap_or(usize::MAX);
        let Some(since) = found.get_mut(at) else { continue };
        since.latest = Option::<i64>::try_get_by_index(&row, 1)?.unwrap_or_default();
        if let Some(event) = event(&row)? {
            since.events.push(event);
        }
    }
    Ok(found)
}

fn event(row: &QueryResult) -> Result<Option<Event>> {
    let Some(number) = Option::<i64>::try_get_by_index(row, 2)? else { return Ok(None) };
    let kind = Kind::of(i16::try_get_by_index(row, 3)?);
    let (subject, version) = (Uuid::try_get_by_index(row, 4)?, i32::try_get_by_index(row, 5)?);
    Ok(Some(Event { number, kind, subject, version }))
}

/// A table `w(n, topic, after)`
fn wanted(sql: &mut Sql, asked: &[(Topic, i64)]) {
    if sql.is_postgres() {
        let names = asked.iter().map(|(topic, _)| Value::from(topic.name())).collect();
        let numbers = asked.iter().map(|(_, after)| Value::from(*after)).collect();
        sql.push("(SELECT n - 1 AS n, topic, after FROM unnest(");
        sql.bind(Value::Array(ArrayType::String, Some(Box::new(names)))).push(", ");
        sql.bind(Value::Array(ArrayType::BigInt, Some(Box::new(numbers))));
        sql.push(") WITH ORDINALITY AS u(topic, after, n)) w");
    } else {
        let rows: Vec<(String, i64)> =
            asked.iter().map(|(topic, after)| (topic.name(), *after)).collect();
        sql.push("(SELECT key AS n, value ->> 0 AS topic, value ->> 1 AS after FROM json_each(");
        sql.bind_json(&rows).push(")) w");
    }
}
