//! Table `store_hours`: when a store is open, a row a span of local time.

use super::StoreId;
use super::row::card;
use sea_orm::FromQueryResult;

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub store_id: StoreId,
    pub position: i16,
    /// 0 is Monday
    pub weekday: i16,
    /// Minute of the local day
    pub opens: i16,
    /// Minute of the local day; not after `opens`: runs past midnight
    pub closes: i16,
    /// Minute of the local week, 0 is Monday 00:00
    pub week_start: i32,
    /// Minute of the local week, may pass 10,080
    pub week_end: i32,
}

card! {
    Model:
    store_id,
    position,
    weekday,
    opens,
    closes,
    week_start,
    week_end,
}
