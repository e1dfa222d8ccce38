//! Who works in a store, named by its owner.

use super::audit::{Entry, audit};
use super::store::{demand_room_for_store, lock_store, no_store};
use super::user::user_in;
use super::viewer::{Caller, Member, Viewer, demand_role, role_in};
use crate::app::App;
use crate::db::{Columns, Reads, WriteTx};
use crate::entities::{AuditKind, Store, StoreId, StoreRole, UserId};
use crate::error::{Code, Refusal, Result};
use crate::events::News;
use std::sync::Arc;

/// People a store may have
const MAX_STAFF: i64 = 200;

/// Gives a person a role in a store, or with None takes it away. Making somebody OWNER hands the
/// store over: the owner before becomes a manager.
///
/// # Errors
/// Refused to everybody but the owner, for unknown people, and where the store would lose its owner.
pub async fn store_member_set(
    app: &App,
    viewer: &Viewer,
    caller: &Caller,
    store: StoreId,
    user: UserId,
    role: Option<StoreRole>,
) -> Result<Arc<Store>> {
    let member = viewer.member()?;
    let tx = app.db.write().await?;
    let Some(found) = lock_store(&tx, store).await? else { return Err(no_store("storeId").into()) };
    demand_role(&tx, member, store, StoreRole::Owner).await?;
    match user_in(&tx, user).await? {
        Some(person) if person.suspended_at.is_none() => {}
        _ => return Err(Refusal::new(Code::NotFound, "There is no such user").at("userId").into()),
    }
    let before = role_in(&tx, store, user).await?;
    if before == Some(StoreRole::Owner) && role != Some(StoreRole::Owner) {
        let message = "A store keeps its owner; make somebody else OWNER first";
        return Err(Refusal::new(Code::Conflict, message).at("userId").into());
    }
    match role {
        None => {
            let mut sql = tx.sql("DELETE FROM store_member WHERE store_id = ");
            sql.bind(store).push(" AND user_id = ").bind(user);
            tx.run(sql).await?;
            leave_orders(&tx, store, user).await?;
        }
        Some(role) => {
            if before.is_none() {
                demand_room(&tx, store).await?;
            }
            if role == StoreRole::Owner && before != Some(StoreRole::Owner) {
                hand_over(&tx, store, user).await?;
                let owner = (found.owner_id, Some(StoreRole::Owner), Some(StoreRole::Manager));
                note(&tx, app, (member, caller), &found, owner).await?;
            }
            give(&tx, app, store, user, role).await?;
        }
    }
    if role != before {
        note(&tx, app, (member, caller), &found, (user, before, role)).await?;
    }
    let store = lock_store(&tx, found.id).await?.ok_or_else(|| no_store("storeId"))?;
    let news = before.map(|_| News::right_lost_by(user)).unwrap_or_default();
    app.log.commit(tx, news, app.clock.now()).await?;
    Ok(Arc::new(store))
}

/// Makes somebody the owner, and the owner before a manager.
async fn hand_over(tx: &WriteTx, store: StoreId, user: UserId) -> Result<()> {
    demand_room_for_store(tx, user, Some("userId")).await?;
    let mut sql = tx.sql("UPDATE store_member SET role = ");
    sql.bind(StoreRole::Manager).push(" WHERE store_id = ").bind(store);
    sql.push(" AND role = ").bind(StoreRole::Owner);
    tx.run(sql).await?;
    tx.update(store.0, Columns::of("store").set("owner_id", user)).await?;
    Ok(())
}

async fn give(
    tx: &WriteTx,
    app: &App,
    store: StoreId,
    user: UserId,
    role: StoreRole,
) -> Result<()> {
    let mut sql = tx.sql("INSERT INTO store_member (store_id, user_id, role, since) VALUES (");
    sql.bind(store).push(", ").bind(user).push(", ").bind(role).push(", ").bind(app.clock.now());
    sql.push(") ON CONFLICT (store_id, user_id) DO UPDATE SET role = EXCLUDED.role");
    tx.run(sql).await?;
    Ok(())
}

/// Notes whose role in a store was which, and is which now.
async fn note(
    tx: &WriteTx,
    app: &App,
    (member, caller): (&Member, &Caller),
    store: &Store,
    (user, before, after): (UserId, Option<StoreRole>, Option<StoreRole>),
) -> Result<()> {
    let entry = Entry::of(AuditKind::StoreRoleSet, member).from(caller).about(user);
    let entry = entry
        .with("store", store.handle.clone())
        .with("before", before.map(StoreRole::name))
        .with("role", after.map(StoreRole::name));
    audit(tx, app, entry).await
}

/// Whoever no longer works in a store leaves the conversations about its orders, but not about those
/// that they placed themself.
async fn leave_orders(tx: &WriteTx, store: StoreId, user: UserId) -> Result<()> {
    let mut sql = tx.sql("DELETE FROM participant WHERE user_id = ");
    sql.bind(user).push(
        r#" AND conversation_id IN (SELECT c.id FROM conversation c
           JOIN "order" o ON o.id = c.order_id WHERE o.store_id = "#,
    );
    sql.bind(store).push(" AND o.buyer_id <> ").bind(user).push(")");
    tx.run(sql).await?;
    Ok(())
}

async fn demand_room(tx: &WriteTx, store: StoreId) -> Result<()> {
    let mut sql = tx.sql("SELECT count(*) FROM store_member WHERE store_id = ");
    sql.bind(store);
    let staff: i64 = match tx.one(sql).await? {
        Some(row) => sea_orm::TryGetable::try_get_by_index(&row, 0)?,
        None => 0,
    };
    if staff >= MAX_STAFF {
        let message = format!("A store has at most {MAX_STAFF} people");
        return Err(Refusal::new(Code::OutOfRange, message).at("storeId").into());
    }
    Ok(())
}
