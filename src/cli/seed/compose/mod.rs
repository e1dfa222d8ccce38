//! People, stores and listings as rows: what the demo and the bulk data have in common.

mod category;
mod listing;
mod person;
mod store;

pub(super) use category::{CATEGORY, Tree};
pub(super) use listing::{LISTING, Stall, TOP_LISTING, offer, top_listing_row};
pub(super) use person::{CREDENTIAL, PROFILE, Person, Profile, USER, credential_row};
pub(super) use store::{STORE, STORE_HOURS, STORE_MEMBER, Store, member_row};

use super::dice::Dice;
use super::market::Town;
use super::row::Table;
use crate::rules::distance::Point;

/// Every table that is filled, those that are pointed at first
pub(super) const TABLES: &[&Table] = &[
    &USER,
    &CREDENTIAL,
    &CATEGORY,
    &PROFILE,
    &STORE,
    &STORE_HOURS,
    &STORE_MEMBER,
    &LISTING,
    &TOP_LISTING,
];

/// A place in or around a town, closer to its centre more often
pub(super) fn around(town: &Town, dice: &mut Dice) -> Option<Point> {
    const DEGREE: f64 = 111.2;
    let (north, east) = (dice.unit() + dice.unit() - 1.0, dice.unit() + dice.unit() - 1.0);
    let latitude = town.latitude + north * town.radius / DEGREE;
    let longitude =
        town.longitude + east * town.radius / (DEGREE * town.latitude.to_radians().cos());
    // Six decimals, a hand's breadth, are what a phone sends.
    Point::new((latitude * 1e6).round() / 1e6, (longitude * 1e6).round() / 1e6).ok()
}

/// A text in the letters of handles: `María José` is `maria.jose`.
pub(super) fn handle_of(text: &str, separator: char) -> String {
    let key = crate::rules::search_text::sort_key(text);
    let words = key.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(&separator.to_string())
}
