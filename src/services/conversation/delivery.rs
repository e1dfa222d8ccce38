//! How far messages have come to a device of each person: one number, which only grows.
//!
//! Streams note what they have delivered; each second it is written down for all of them at once.
//! What is lost with a server is made good by the next message.

use crate::app::{App, report};
use crate::db::{Reads, UPKEEP, WriteTx};
use crate::entities::{ConversationId, MessageId, UserId};
use crate::error::Result;
use crate::events::{Kind, News, Topic};
use parking_lot::Mutex;
use sea_orm::TryGetable;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;
use uuid::Uuid;

/// How often it is written down
const PAUSE: Duration = Duration::from_secs(1);
/// Deliveries that one transaction writes down
const AT_ONCE: usize = 500;
/// In conversations of more people nobody is told: each message would be an event of everybody
const TOLD: i64 = 20;

/// Messages that have come to somebody, not written down yet
#[derive(Default)]
pub struct Deliveries(Mutex<BTreeSet<(MessageId, UserId)>>);

impl Deliveries {
    /// A message has come to a device of a person.
    pub fn note(&self, person: UserId, message: MessageId) {
        self.0.lock().insert((message, person));
    }
}

/// Writes down again and again what was delivered, until it is aborted.
pub async fn deliveries_keep(app: &App) {
    loop {
        tokio::time::sleep(PAUSE).await;
        let noted = std::mem::take(&mut *app.deliveries.0.lock());
        let noted: Vec<_> = noted.into_iter().collect();
        for noted in noted.chunks(AT_ONCE) {
            report(&write(app, noted).await);
        }
    }
}

async fn write(app: &App, noted: &[(MessageId, UserId)]) -> Result<()> {
    let new = new(app, noted).await?;
    if new.is_empty() {
        return Ok(());
    }
    let now = app.clock.now();
    let tx = app.db.write().await?;
    let conversations: BTreeSet<ConversationId> = new.values().map(|(id, _)| *id).collect();
    let sizes = lock(&tx, &conversations).await?;
    let positions: Vec<(Uuid, i32)> =
        new.iter().map(|(place, (_, position))| (*place, *position)).collect();
    let mut sql = tx.sql(UPKEEP);
    sql.push("UPDATE participant SET delivered_up_to = v.quantity FROM ").quantities(&positions);
    sql.push(" WHERE participant.id = v.id AND participant.delivered_up_to < v.quantity");
    sql.push(" RETURNING conversation_id, user_id, delivered_up_to");
    let mut news = News::default();
    for row in tx.all(sql).await? {
        let conversation = ConversationId::try_get_by_index(&row, 0)?;
        let person = UserId::try_get_by_index(&row, 1)?;
        if sizes.get(&conversation).is_some_and(|size| *size <= TOLD) {
            let position = i32::try_get_by_index(&row, 2)?;
            news.add(Topic::Conversation(conversation), Kind::ReadMoved, person.0, position);
        }
    }
    app.log.commit(tx, news, now).await
}

/// Positions that are new, by the id of the place in the conversation
async fn new(
    app: &App,
    noted: &[(MessageId, UserId)],
) -> Result<BTreeMap<Uuid, (ConversationId, i32)>> {
    let reader = app.db.reader();
    let mut sql = reader.sql(UPKEEP);
    sql.push("SELECT p.id, p.conversation_id, p.user_id, m.id, m.position FROM message m ");
    sql.push("JOIN participant p ON p.conversation_id = m.conversation_id WHERE ");
    sql.any_id("m.id", noted.iter().map(|(message, _)| message.0));
    sql.push(" AND ").any_id("p.user_id", noted.iter().map(|(_, person)| person.0));
    sql.push(" AND p.delivered_up_to < m.position");
    let mut new: BTreeMap<Uuid, (ConversationId, i32)> = BTreeMap::new();
    for row in reader.all(sql).await? {
        let person = UserId::try_get_by_index(&row, 2)?;
        let message = MessageId::try_get_by_index(&row, 3)?;
        if noted.binary_search(&(message, person)).is_ok() {
            let position = i32::try_get_by_index(&row, 4)?;
            let conversation = ConversationId::try_get_by_index(&row, 1)?;
            let place = new.entry(Uuid::try_get_by_index(&row, 0)?);
            let known = place.or_insert((conversation, position));
            known.1 = known.1.max(position);
        }
    }
    Ok(new)
}

/// Locks conversations, in the order of their ids; how many people are in each.
async fn lock(
    tx: &WriteTx,
    conversations: &BTreeSet<ConversationId>,
) -> Result<HashMap<ConversationId, i64>> {
    let ids = || conversations.iter().map(|id| id.0);
    let mut sql = tx.sql(UPKEEP);
    sql.push("SELECT id FROM conversation WHERE ").any_id("id", ids());
    sql.push(" ORDER BY id").either(" FOR UPDATE", "");
    tx.all(sql).await?;
    let mut sql = tx.sql(UPKEEP);
    sql.push("SELECT conversation_id, count(*) FROM participant WHERE ");
    sql.any_id("conversation_id", ids()).push(" GROUP BY conversation_id");
    let rows = tx.all(sql).await?;
    let size =
        |row| Ok((ConversationId::try_get_by_index(row, 0)?, i64::try_get_by_index(row, 1)?));
    rows.iter().map(size).collect()
}
