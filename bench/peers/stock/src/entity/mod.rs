//! The tables, an entity each, and what clients see of them. Columns that only Plaza's search needs
//! are left out.

pub mod category;
pub mod listing;
pub mod order;
pub mod order_item;
pub mod store;
pub mod user;
