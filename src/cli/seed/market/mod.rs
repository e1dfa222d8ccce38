//! The market of a Central American town in words: categories, goods, towns, names, stores.
//!
//! Nothing here is random or knows a database; the demo and the bulk data are composed from it.

mod category;
mod goods;
mod people;
mod place;
mod sentence;
mod trade;

pub(super) use category::CATEGORIES;
pub(super) use goods::{Good, Theme, goods};
pub(super) use people::{BIOS, Calling, MEN, SELLERS, SKILLS, SURNAMES, WOMEN};
pub(super) use place::{BLOCKS, LANDMARKS, TOWNS, Town};
pub(super) use sentence::{ENDINGS, sentences};
pub(super) use trade::{Hours, STORE_NAMES, TRADES, Trade};
