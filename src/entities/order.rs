//! Table `order`: what a buyer bought of a store.

use super::row::card;
use super::{Currency, Money, OrderId, StoreId, Timestamp, UserId};
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult};

/// Where an order stands; `rules::order_flow` draws the steps between
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum OrderStatus {
    /// The store has not answered yet
    Placed = 0,
    /// The store will do it
    Accepted = 1,
    /// Being made ready
    Preparing = 2,
    /// Waits to be picked up or delivered
    Ready = 3,
    /// Handed over
    Completed = 4,
    /// The store will not do it
    Rejected = 5,
    /// Called off
    Cancelled = 6,
}

impl OrderStatus {
    /// All of them, in the order of the flow
    pub const ALL: [Self; 7] = [
        Self::Placed,
        Self::Accepted,
        Self::Preparing,
        Self::Ready,
        Self::Completed,
        Self::Rejected,
        Self::Cancelled,
    ];

    /// As clients write it
    pub fn name(self) -> &'static str {
        match self {
            Self::Placed => "PLACED",
            Self::Accepted => "ACCEPTED",
            Self::Preparing => "PREPARING",
            Self::Ready => "READY",
            Self::Completed => "COMPLETED",
            Self::Rejected => "REJECTED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// What it takes or took is the store's revenue
    pub fn counts(self) -> bool {
        !matches!(self, Self::Rejected | Self::Cancelled)
    }
}

/// How an order reaches the buyer
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum Fulfilment {
    /// The buyer comes for it
    Pickup = 0,
    /// It is brought
    Delivery = 1,
}

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Model {
    pub id: OrderId,
    pub store_id: StoreId,
    pub buyer_id: UserId,
    /// Grows by one with each order of the store
    pub number: i32,
    pub status: OrderStatus,
    pub fulfilment: Fulfilment,
    pub note: Option<String>,
    pub currency: Currency,
    pub total_minor: i64,
    /// Sum of the quantities
    pub item_count: i32,
    /// The store's local day in which it was placed, counted from 1970-01-01
    pub day: i32,
    /// The local hour
    pub hour: i16,
    pub placed_at: Timestamp,
    pub scheduled_for: Option<Timestamp>,
    pub updated_at: Timestamp,
    /// Number of its last event, in its history and in the topic that follows it
    pub version: i32,
}

card! {
    Model:
    id,
    store_id,
    buyer_id,
    number,
    status,
    fulfilment,
    note,
    currency,
    total_minor,
    item_count,
    day,
    hour,
    placed_at,
    scheduled_for,
    updated_at,
    version,
}

/// Orders of one letter
const PER_LETTER: i32 = 9999;

impl Model {
    /// What it costs in all
    pub fn total(&self) -> Money {
        Money { minor: self.total_minor, currency: self.currency }
    }

    /// The number as people say it: `A-0001` to `A-9999`, then `B-0001`
    pub fn short_number(&self) -> String {
        short_number(self.number)
    }
}

fn short_number(number: i32) -> String {
    let at = number.max(1) - 1;
    let (mut letters, mut rest) = (String::new(), at / PER_LETTER + 1);
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.insert(0, char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    format!("{letters}-{:04}", at % PER_LETTER + 1)
}

/// The number behind a short number, however it is written: `A-0042`, `a42`.
pub fn number_of(text: &str) -> Option<i32> {
    let text = text.trim();
    let split = text.find(|sign: char| !sign.is_ascii_alphabetic())?;
    let (letters, digits) = text.split_at_checked(split)?;
    let series = letters.bytes().try_fold(0_i32, |sum, letter| {
        let value = i32::from(letter.to_ascii_uppercase() - b'A') + 1;
        sum.checked_mul(26)?.checked_add(value)
    })?;
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    let within: i32 = digits.parse().ok().filter(|n| (1..=PER_LETTER).contains(n))?;
    if series == 0 || digits.starts_with('+') {
        return None;
    }
    (series - 1).checked_mul(PER_LETTER)?.checked_add(within)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_read_back() {
        for (number, text) in [
            (1, "A-0001"),
            (42, "A-0042"),
            (9999, "A-9999"),
            (10_000, "B-0001"),
            (26 * 9999, "Z-9999"),
            (26 * 9999 + 1, "AA-0001"),
        ] {
            assert_eq!(short_number(number), text);
            assert_eq!(number_of(text), Some(number));
        }
        assert_eq!(number_of(" a42 "), Some(42));
        for text in ["", "A", "42", "A-", "A-0", "A-10000", "A-+1", "ZZZZZZZZZZ-1", "Ñ-1"] {
            assert_eq!(number_of(text), None, "{text}");
        }
    }
}
