//! Starting conversations. Two people have one direct conversation, and an order has one.

use super::{MAX_PEOPLE, MAX_TITLE, join, join_staff, people, tell_change};
use crate::app::App;
use crate::db::{Reads, WriteTx};
use crate::entities::{Conversation, ConversationId, ConversationKind, OrderId, Row, UserId};
use crate::error::{Code, Fault, Refusal, Result};
use crate::events::News;
use crate::services::input::line;
use crate::services::viewer::{Member, Viewer, role_in};
use sea_orm::{FromQueryResult, TryGetable};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Input of [`conversation_start`]
#[derive(Clone, Debug)]
pub struct ConversationStart {
    pub kind: ConversationKind,
    /// The others
    pub people: Vec<UserId>,
    pub title: Option<String>,
    pub order: Option<OrderId>,
}

/// What makes a conversation the one of its kind
#[derive(Default)]
struct Only {
    pair: Option<Vec<u8>>,
    order: Option<OrderId>,
    title: Option<String>,
}

/// Starts a conversation, or finds the one that there is with this person or about this order.
///
/// # Errors
/// Refused where somebody does not exist or is suspended, the number of people is wrong, or the
/// order is not the viewer's.
pub async fn conversation_start(
    app: &App,
    viewer: &Viewer,
    input: ConversationStart,
) -> Result<Arc<Conversation>> {
    let member = viewer.member()?;
    let title = input.title.clone().filter(|title| !title.trim().is_empty());
    let title = title.map(line("title", 1, MAX_TITLE)).transpose()?;
    let tx = app.db.write().await?;
    let (only, others) = match input.kind {
        ConversationKind::Direct => direct(&tx, member, &input).await?,
        ConversationKind::Group => group(&tx, member, &input, title).await?,
        ConversationKind::Order => about_order(&tx, member, &input).await?,
        ConversationKind::Assistant => alone(&input, title)?,
    };
    let (found, new) = make(app, &tx, input.kind, &only).await?;
    let now = app.clock.now();
    let mut everybody = others;
    everybody.push(member.user.id);
    everybody.sort_unstable();
    let mut joined = 0;
    if new {
        joined += join(&tx, &found, &everybody, || app.ids.next(), now).await?;
    }
    if let Some(order) = only.order {
        joined += join_staff(&tx, &found, order, || app.ids.next(), now).await?;
    }
    let mut news = News::default();
    if joined > 0 {
        tell_change(&mut news, found.id, &people(&tx, found.id).await?);
    }
    app.log.commit(tx, news, now).await?;
    Ok(Arc::new(found))
}

async fn direct(
    tx: &WriteTx,
    member: &Member,
    input: &ConversationStart,
) -> Result<(Only, Vec<UserId>)> {
    let [other] = input.people[..] else {
        let message = "A direct conversation is with one other person";
        return Err(Refusal::new(Code::OutOfRange, message).at("participantIds").into());
    };
    if other == member.user.id {
        let message = "Nobody writes to themself; name somebody else";
        return Err(Refusal::new(Code::Invalid, message).at("participantIds").into());
    }
    demand_people(tx, &[other], "participantIds").await?;
    let (low, high) = (other.min(member.user.id), other.max(member.user.id));
    let pair = [low.0.as_bytes().as_slice(), high.0.as_bytes()].concat();
    Ok((Only { pair: Some(pair), ..Only::default() }, vec![other]))
}

async fn group(
    tx: &WriteTx,
    member: &Member,
    input: &ConversationStart,
    title: Option<String>,
) -> Result<(Only, Vec<UserId>)> {
    let others: BTreeSet<UserId> =
        input.people.iter().copied().filter(|person| *person != member.user.id).collect();
    let others = Vec::from_iter(others);
    if others.is_empty() || others.len() >= MAX_PEOPLE {
        let message = format!("A group has 2 to {MAX_PEOPLE} people, you among them");
        return Err(Refusal::new(Code::OutOfRange, message).at("participantIds").into());
    }
    demand_people(tx, &others, "participantIds").await?;
    Ok((Only { title, ..Only::default() }, others))
}

fn alone(input: &ConversationStart, title: Option<String>) -> Result<(Only, Vec<UserId>)> {
    if !input.people.is_empty() {
        let message = "Nobody else is in a conversation with the assistant";
        return Err(Refusal::new(Code::Invalid, message).at("participantIds").into());
    }
    Ok((Only { title, ..Only::default() }, Vec::new()))
}

async fn about_order(
    tx: &WriteTx,
    member: &Member,
    input: &ConversationStart,
) -> Result<(Only, Vec<UserId>)> {
    let Some(order) = input.order else {
        let message = "A conversation about an order needs its id";
        return Err(Refusal::new(Code::Required, message).at("orderId").into());
    };
    let mut sql = tx.sql(r#"SELECT buyer_id, store_id FROM "order" WHERE id = "#);
    sql.bind(order);
    let no_order = || Refusal::new(Code::NotFound, "There is no such order").at("orderId");
    let row = tx.one(sql).await?.ok_or_else(no_order)?;
    let buyer = UserId::try_get_by_index(&row, 0)?;
    let store = TryGetable::try_get_by_index(&row, 1)?;
    if buyer != member.user.id && role_in(tx, store, member.user.id).await?.is_none() {
        return Err(no_order().into());
    }
    let others = if buyer == member.user.id { Vec::new() } else { vec![buyer] };
    Ok((Only { order: Some(order), ..Only::default() }, others))
}

/// Refuses people who are not there, or no longer.
pub(super) async fn demand_people(tx: &WriteTx, asked: &[UserId], field: &str) -> Result<()> {
    let mut sql = tx.sql(r#"SELECT id FROM "user" WHERE suspended_at IS NULL AND "#);
    sql.any_id("id", asked.iter().map(|person| person.0));
    let rows = tx.all(sql).await?;
    let found: BTreeSet<UserId> =
        rows.iter().map(|row| UserId::try_get_by_index(row, 0)).collect::<Result<_, _>>()?;
    match asked.iter().position(|person| !found.contains(person)) {
        Some(at) => Err(Refusal::new(Code::NotFound, "There is no such person")
            .at(&format!("{field}.{at}"))
            .into()),
        None => Ok(()),
    }
}

/// The conversation, and whether it is a new one. Somebody who starts the same one at this moment is
/// waited for.
async fn make(
    app: &App,
    tx: &WriteTx,
    kind: ConversationKind,
    only: &Only,
) -> Result<(Conversation, bool)> {
    let (id, now) = (ConversationId(app.ids.next()), app.clock.now());
    let mut sql = tx.sql(
        "INSERT INTO conversation (id, kind, title, order_id, pair, last_position, created_at, updated_at) VALUES (",
    );
    sql.bind(id).push(", ").bind(kind).push(", ").bind(only.title.clone());
    sql.push(", ").bind(only.order).push(", ").bind(only.pair.clone()).push(", 0, ").bind(now);
    sql.push(", ").bind(now).push(") ON CONFLICT DO NOTHING");
    let new = tx.run(sql).await? == 1;
    let mut sql = tx.sql("SELECT ");
    sql.columns("c", Conversation::CARD).push(" FROM conversation c WHERE ");
    match (&only.pair, only.order) {
        _ if new => sql.push("c.id = ").bind(id),
        (Some(pair), _) => sql.push("c.pair = ").bind(pair.clone()),
        (None, order) => sql.push("c.order_id = ").bind(order),
    };
    sql.either(" FOR UPDATE", "");
    let row = tx.one(sql).await?;
    let row = row.ok_or_else(|| Fault::new("starting a conversation", "it is missing"))?;
    Ok((Conversation::from_query_result(&row, "")?, new))
}
