//! Opening hours as clients see and send them.

use crate::entities::StoreHours as Row;
use crate::rules::opening_hours::{Span, format_time};
use crate::services::HoursInput;
use async_graphql::{Enum, InputObject, SimpleObject};
use std::sync::Arc;

/// Day of the week
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Weekday {
    /// First day of the week
    Monday,
    /// Second day
    Tuesday,
    /// Third day
    Wednesday,
    /// Fourth day
    Thursday,
    /// Fifth day
    Friday,
    /// Sixth day
    Saturday,
    /// Last day
    Sunday,
}

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// Local times as HH:MM; closesAt before opensAt runs past midnight
#[derive(Clone, SimpleObject)]
pub struct OpeningHours {
    /// Day on which it opens
    pub weekday: Weekday,
    /// HH:MM
    pub opens_at: String,
    /// HH:MM; the same as opensAt: open for 24 hours
    pub closes_at: String,
}

impl OpeningHours {
    /// A row as clients see it
    pub fn of(row: &Row) -> Self {
        let span = Span::from(row);
        Self {
            weekday: WEEK.get(usize::from(span.weekday)).copied().unwrap_or(Weekday::Monday),
            opens_at: format_time(span.opens),
            closes_at: format_time(span.closes),
        }
    }
}

/// Local times as HH:MM; closesAt before opensAt runs past midnight
#[derive(Clone, Debug, InputObject)]
pub struct OpeningHoursInput {
    /// Day on which it opens
    weekday: Weekday,
    /// HH:MM
    opens_at: String,
    /// HH:MM
    closes_at: String,
}

impl From<OpeningHoursInput> for HoursInput {
    fn from(input: OpeningHoursInput) -> Self {
        Self { weekday: input.weekday as u8, opens_at: input.opens_at, closes_at: input.closes_at }
    }
}

/// Rows as the rules know them
pub fn spans(rows: &[Arc<Row>]) -> Vec<Span> {
    rows.iter().map(|row| Span::from(row.as_ref())).collect()
}
