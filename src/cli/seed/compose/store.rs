//! Stores, their hours and their staff.

use super::super::market::Hours;
use super::super::prose::{Lexicon, Prose};
use super::super::row::{self, Cell, Row, Table, columns_with_place};
use crate::entities::{StoreRole, Timestamp};
use crate::rules::distance::Point;
use crate::rules::opening_hours;
use crate::rules::search_text::sort_key;
use uuid::Uuid;

pub(in crate::cli::seed) const STORE: Table = Table {
    name: "store",
    columns: columns_with_place!(
        ["id", "handle", "name", "name_key", "description", "owner_id", "currency", "time_zone"],
        ["shelf", "created_at"]
    ),
    searched: true,
};

pub(in crate::cli::seed) const STORE_HOURS: Table = Table {
    name: "store_hours",
    columns: &["store_id", "position", "weekday", "opens", "closes", "week_start", "week_end"],
    searched: false,
};

pub(in crate::cli::seed) const STORE_MEMBER: Table = Table {
    name: "store_member",
    columns: &["store_id", "user_id", "role", "since"],
    searched: false,
};

/// A row of `store`, and when it is open
#[derive(Clone, Debug)]
pub(in crate::cli::seed) struct Store {
    pub(in crate::cli::seed) id: Uuid,
    pub(in crate::cli::seed) handle: String,
    pub(in crate::cli::seed) name: Prose,
    pub(in crate::cli::seed) description: Prose,
    pub(in crate::cli::seed) owner: Uuid,
    pub(in crate::cli::seed) currency: &'static str,
    pub(in crate::cli::seed) time_zone: &'static str,
    pub(in crate::cli::seed) place: Prose,
    pub(in crate::cli::seed) point: Option<Point>,
    pub(in crate::cli::seed) hours: Hours,
    pub(in crate::cli::seed) created_at: Timestamp,
}

impl Store {
    pub(in crate::cli::seed) fn row(&self, lexicon: &mut Lexicon) -> Row {
        let mut cells = vec![
            self.id.into(),
            self.handle.clone().into(),
            (&self.name).into(),
            sort_key(&self.name.text()).into(),
            (&self.description).into(),
            self.owner.into(),
            self.currency.into(),
            self.time_zone.into(),
        ];
        cells.extend(row::place(Some(&self.place), self.point));
        cells.extend([Cell::Int(1), self.created_at.into()]);
        Row { cells, words: Some(lexicon.words(&self.name, &self.description)) }
    }

    /// Rows of its opening hours
    pub(in crate::cli::seed) fn hours_rows(&self) -> Vec<Row> {
        let spans = self.hours.spans();
        let rows = spans.iter().zip(0_i64..).map(|(span, position)| {
            let (start, end) = opening_hours::week_interval(*span);
            let numbers = [
                i64::from(span.weekday),
                span.opens.into(),
                span.closes.into(),
                start.into(),
                end.into(),
            ];
            let cells =
                [self.id.into(), Cell::Int(position)].into_iter().chain(numbers.map(Cell::Int));
            Row::of(cells.collect())
        });
        rows.collect()
    }
}

/// A row of `store_member`
pub(in crate::cli::seed) fn member_row(
    store: Uuid,
    user: Uuid,
    role: StoreRole,
    since: Timestamp,
) -> Row {
    Row::of(vec![store.into(), user.into(), Cell::Int(role as i64), since.into()])
}
