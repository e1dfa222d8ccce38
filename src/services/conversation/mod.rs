//! Conversations: who is in them, and how far each has read.
//!
//! Rows are locked in one order: the conversation, its participants, a message, topics by name. All
//! that happens in a conversation holds its row, so positions have no gap and changes have an order.

mod delivery;
mod member;
mod place;
mod start;
mod typing;

pub use delivery::{Deliveries, deliveries_keep};
pub use member::{conversation_invite, conversation_leave, conversation_mute, conversation_rename};
pub use place::conversation_mark_read;
pub use start::{ConversationStart, conversation_start};
pub use typing::typing_signal;

use crate::db::{Reads, WriteTx};
use crate::entities::{
    Conversation, ConversationId, ConversationKind, OrderId, Participant, Row, Timestamp, UserId,
};
use crate::error::{Code, Refusal, Result};
use crate::events::{Kind, News, Topic};
use sea_orm::{FromQueryResult, TryGetable};
use uuid::Uuid;

/// Most people of a conversation
const MAX_PEOPLE: usize = 200;
/// Longest title, in characters
const MAX_TITLE: usize = 100;

/// What is told to whoever is in no such conversation
pub fn no_conversation(field: &str) -> Refusal {
    Refusal::new(Code::NotFound, "There is no such conversation").at(field)
}

/// A conversation, locked until the transaction ends, if this person is in it.
pub(super) async fn lock(
    tx: &WriteTx,
    id: ConversationId,
    person: UserId,
) -> Result<Option<Conversation>> {
    let mut sql = tx.sql("SELECT ");
    sql.columns("c", Conversation::CARD);
    sql.push(" FROM conversation c WHERE c.id = ").bind(id);
    sql.push(
        " AND EXISTS (SELECT 1 FROM participant p WHERE p.conversation_id = c.id AND p.user_id = ",
    );
    sql.bind(person).push(")").either(" FOR UPDATE OF c", "");
    let row = tx.one(sql).await?;
    Ok(row.map(|row| Conversation::from_query_result(&row, "")).transpose()?)
}

/// The same, where it is of one of these kinds.
async fn lock_kind(
    tx: &WriteTx,
    id: ConversationId,
    person: UserId,
    kinds: &[ConversationKind],
) -> Result<Conversation> {
    let found = lock(tx, id, person).await?.ok_or_else(|| no_conversation("id"))?;
    if !kinds.contains(&found.kind) {
        let message = match kinds {
            [ConversationKind::Group] => "Only a group has people who come",
            _ => "Only a group or a conversation with the assistant can be left or have a title",
        };
        return Err(Refusal::new(Code::Unsupported, message).at("id").into());
    }
    Ok(found)
}

/// People of a conversation, in the order of their ids
pub(super) async fn people(tx: &WriteTx, id: ConversationId) -> Result<Vec<UserId>> {
    let mut sql = tx.sql("SELECT user_id FROM participant WHERE conversation_id = ");
    sql.bind(id).push(" ORDER BY user_id");
    let rows = tx.all(sql).await?;
    Ok(rows.iter().map(|row| UserId::try_get_by_index(row, 0)).collect::<Result<_, _>>()?)
}

async fn participant_of(
    tx: &WriteTx,
    id: ConversationId,
    person: UserId,
) -> Result<Option<Participant>> {
    let mut sql = tx.sql("SELECT ");
    sql.columns("p", Participant::CARD);
    sql.push(" FROM participant p WHERE p.conversation_id = ").bind(id);
    sql.push(" AND p.user_id = ").bind(person);
    let row = tx.one(sql).await?;
    Ok(row.map(|row| Participant::from_query_result(&row, "")).transpose()?)
}

/// Adds people who are not in it yet: how many that were. What was written before is not unread for
/// them.
async fn join(
    tx: &WriteTx,
    found: &Conversation,
    people: &[UserId],
    new_id: impl Fn() -> Uuid,
    now: Timestamp,
) -> Result<u64> {
    let mut joined = 0;
    for person in people {
        let mut sql = tx.sql(
            "INSERT INTO participant (id, conversation_id, user_id, joined_at, read_up_to, \
             delivered_up_to, last_position, muted, active_at) VALUES (",
        );
        sql.bind(new_id()).push(", ").bind(found.id).push(", ").bind(*person).push(", ").bind(now);
        for _ in 0..3 {
            sql.push(", ").bind(found.last_position);
        }
        sql.push(", ").bind(false).push(", ").bind(now);
        sql.push(") ON CONFLICT (conversation_id, user_id) DO NOTHING");
        joined += tx.run(sql).await?;
    }
    Ok(joined)
}

/// Lets everybody in an order's conversation who works in its store by now.
pub(super) async fn join_staff(
    tx: &WriteTx,
    found: &Conversation,
    order: OrderId,
    new_id: impl Fn() -> Uuid,
    now: Timestamp,
) -> Result<u64> {
    let mut sql = tx.sql(
        r#"SELECT m.user_id FROM "order" o JOIN store_member m ON m.store_id = o.store_id
           WHERE NOT EXISTS (SELECT 1 FROM participant p WHERE p.user_id = m.user_id
           AND p.conversation_id = "#,
    );
    sql.bind(found.id).push(") AND o.id = ").bind(order).push(" ORDER BY m.user_id");
    let rows = tx.all(sql).await?;
    let staff: Vec<UserId> =
        rows.iter().map(|row| UserId::try_get_by_index(row, 0)).collect::<Result<_, _>>()?;
    join(tx, found, &staff, new_id, now).await
}

/// Adds a change of the conversation itself to what is told: to those who follow it, and to the
/// inboxes of these people.
fn tell_change(news: &mut News, id: ConversationId, people: &[UserId]) {
    news.add(Topic::Conversation(id), Kind::ConversationChanged, id.0, 0);
    for person in people {
        news.add(Topic::Inbox(*person), Kind::ConversationChanged, id.0, 0);
    }
}
