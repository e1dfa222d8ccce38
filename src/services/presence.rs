//! Whom the viewer may know to be here, and when people were here last.

use super::viewer::Viewer;
use crate::app::{App, report};
use crate::db::{Reads, UPKEEP};
use crate::entities::{Timestamp, UserId};
use crate::error::{Code, Error, Refusal, Refusals, Result};
use crate::events::Topic;
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::time::Duration;

/// Most people that one stream follows
const MAX_PEOPLE: usize = 200;
/// How often it is written down who has gone
const PAUSE: Duration = Duration::from_secs(2);
/// Rows of one statement
const AT_ONCE: usize = 1000;

/// The people whom a stream will follow, each once.
///
/// # Errors
/// Refused where there are none or too many, and for each with whom the viewer shares no
/// conversation.
pub async fn presence_people(
    app: &App,
    viewer: &Viewer,
    mut people: Vec<UserId>,
) -> Result<Vec<UserId>> {
    if people.is_empty() || people.len() > MAX_PEOPLE {
        let message = format!("Follow 1 to {MAX_PEOPLE} people at a time");
        return Err(Refusal::new(Code::OutOfRange, message).at("userIds").into());
    }
    let check = |person: &UserId| app.rights.check(viewer, Topic::Presence(*person));
    let mut refusals = Refusals::default();
    for (at, checked) in join_all(people.iter().map(check)).await.into_iter().enumerate() {
        match checked {
            Ok(()) => {}
            Err(Error::Refused(refused)) => refused
                .into_iter()
                .for_each(|refusal| refusals.add(refusal.at(&format!("userIds.{at}")))),
            Err(err) => return Err(err),
        }
    }
    refusals.check()?;
    people.sort_unstable();
    people.dedup();
    Ok(people)
}

/// Writes down again and again who has gone, until it is aborted.
pub async fn presence_keep(app: &App) {
    let mut unwritten: BTreeMap<UserId, Timestamp> = BTreeMap::new();
    loop {
        tokio::time::sleep(PAUSE).await;
        let now = app.clock.now();
        for (person, ago) in app.log.hub().presence().gone() {
            let micros = i64::try_from(ago.as_micros()).unwrap_or(i64::MAX);
            unwritten.insert(person, Timestamp(now.0.saturating_sub(micros)));
        }
        let written = write(app, &unwritten).await;
        report(&written);
        // Else they are written with those who go next.
        if written.is_ok() {
            unwritten.clear();
        }
    }
}

/// Writes down that everybody who is here goes: this server ends.
///
/// # Errors
/// The database could not write.
pub async fn presence_end(app: &App) -> Result<()> {
    let now = app.clock.now();
    let people = app.log.hub().presence().here().into_iter();
    write(app, &people.map(|person| (person, now)).collect()).await
}

async fn write(app: &App, seen: &BTreeMap<UserId, Timestamp>) -> Result<()> {
    let rows: Vec<_> = seen.iter().map(|(person, at)| (person.0, *at)).collect();
    for rows in rows.chunks(AT_ONCE) {
        let tx = app.db.write().await?;
        let mut sql = tx.sql(UPKEEP);
        sql.push("INSERT INTO presence (user_id, seen_at) SELECT v.id, v.at FROM ").moments(rows);
        // A person who is no more was here for the last time.
        sql.push(r#" WHERE EXISTS (SELECT 1 FROM "user" u WHERE u.id = v.id)"#);
        sql.push(" ON CONFLICT (user_id) DO UPDATE SET seen_at = excluded.seen_at");
        sql.push(" WHERE presence.seen_at < excluded.seen_at");
        tx.run(sql).await?;
        tx.commit().await?;
    }
    Ok(())
}
