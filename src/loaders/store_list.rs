//! Lists of stores: all that are shown, by words, place and whether they are open.

use super::list::{Listed, Query};
use crate::db::{Partition, Sql};
use crate::entities::{Store, store};
use uuid::Uuid;

/// Stores as a noun of lists
#[derive(Debug)]
pub struct Stores;

/// Conditions on stores
#[derive(Debug, Default)]
pub struct StoreFilter {
    /// Open or closed, with the minute of the local week by time zone. None: either
    pub open: Option<(bool, Vec<(&'static str, u16)>)>,
}

impl Listed for Stores {
    type Scope = ();
    type Filter = StoreFilter;
    type Row = Store;
    const TABLE: &'static str = "store";
    const WIDE: &'static str = store::WIDE;

    fn column((): &()) -> Option<&'static str> {
        None
    }

    fn partition(_: &[&()], _: &Query<Self>) -> Partition {
        Partition::whole()
    }

    fn conditions(sql: &mut Sql, s: &str, _: &[&()], query: &Query<Self>) {
        let Some((open, minutes)) = &query.filter.open else { return };
        // A span that passes Sunday midnight ends beyond the week: it is open a week later too.
        sql.push(if *open { " AND EXISTS (" } else { " AND NOT EXISTS (" });
        sql.push("SELECT 1 FROM store_hours h JOIN ").minutes_by_zone(minutes);
        sql.push(&format!(
            " ON z.zone = {s}.time_zone WHERE h.store_id = {s}.id AND \
             ((z.minute >= h.week_start AND z.minute < h.week_end) OR z.minute + 10080 < h.week_end))"
        ));
    }

    fn id(row: &Store) -> Uuid {
        row.id.0
    }
}
