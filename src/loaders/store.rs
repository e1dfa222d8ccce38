//! Stores by id and handle, their hours and people, and what a person is in them.

use super::batch::{Table, question};
use crate::entities::{Row, Store, StoreHours, StoreId, StoreMember, StoreRole, UserId, store};
use sea_orm::TryGetable;
use std::sync::Arc;

const STORES: Table = Table { name: "store", only: "" };
const SHOWN_STORES: Table = Table { only: "t.shelf = 1", ..STORES };
const HOURS: Table = Table { name: "store_hours", only: "" };
const MEMBERS: Table = Table { name: "store_member", only: "" };

question! {
    /// The store with an id
    StoreById(StoreId) -> Arc<Store>,
    |loads, keys| {
        loads.kept(keys, |key| key.0.0, async |keys| {
            let ids = keys.iter().map(|key| key.0.0);
            loads.rows_by_id(STORES, "t.id", ids, |store: &Store| StoreById(store.id)).await
        }).await
    }
}

question! {
    /// The store behind a handle, unless hidden
    StoreByHandle(String) -> Arc<Store>,
    |loads, keys| {
        let mut sql = loads.select::<Store>(SHOWN_STORES);
        sql.any_text("t.handle", keys.into_iter().map(|key| key.0));
        loads.keyed(sql, |store: &Store| StoreByHandle(store.handle.clone())).await
    }
}

question! {
    /// The long text of a store that was read without it
    DescriptionOfStore(StoreId) -> Arc<str>,
    |loads, keys| {
        let ids = keys.iter().map(|key| key.0.0);
        loads.text_by_id("store", store::WIDE, ids, |id| DescriptionOfStore(StoreId(id))).await
    }
}

question! {
    /// Opening hours of a store, from Monday on
    HoursOfStore(StoreId) -> Arc<[Arc<StoreHours>]>,
    |loads, keys| {
        let mut sql = loads.select::<StoreHours>(HOURS);
        sql.any_id("t.store_id", keys.iter().map(|key| key.0.0));
        sql.push(" ORDER BY t.week_start, t.position");
        loads.grouped(sql, keys, |key| key.0, |_, hours: &StoreHours| Ok(hours.store_id)).await
    }
}

question! {
    /// People of a store, the most responsible first
    StaffOfStore(StoreId) -> Arc<[Arc<StoreMember>]>,
    |loads, keys| {
        let mut sql = loads.select::<StoreMember>(MEMBERS);
        sql.any_id("t.store_id", keys.iter().map(|key| key.0.0));
        sql.push(" ORDER BY t.role DESC, t.since, t.user_id");
        loads.grouped(sql, keys, |key| key.0, |_, member: &StoreMember| Ok(member.store_id)).await
    }
}

question! {
    /// What a person is in a store; nothing where they don't work there
    RoleInStore((StoreId, UserId)) -> StoreRole,
    |loads, keys| {
        let mut sql = loads.select::<StoreMember>(MEMBERS);
        sql.any_id("t.store_id", keys.iter().map(|key| key.0.0.0));
        sql.push(" AND ").any_id("t.user_id", keys.iter().map(|key| key.0.1.0));
        let members =
            loads.keyed(sql, |member: &StoreMember| RoleInStore((member.store_id, member.user_id))).await?;
        Ok(members.into_iter().map(|(key, member)| (key, member.role)).collect())
    }
}

question! {
    /// Stores that a person owns or works in, by name
    StoresOfMember(UserId) -> Arc<[Arc<Store>]>,
    |loads, keys| {
        let mut sql = loads.sql("SELECT ");
        sql.columns("s", Store::CARD);
        sql.push(", m.user_id AS member FROM store_member m JOIN store s ON s.id = m.store_id WHERE ");
        sql.any_id("m.user_id", keys.iter().map(|key| key.0.0));
        sql.push(" ORDER BY s.name_key, s.id");
        let member = |row: &_, _: &Store| Ok(UserId::try_get_by(row, "member")?);
        loads.grouped(sql, keys, |key| key.0, member).await
    }
}
