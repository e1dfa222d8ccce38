//! Categories, stores and listings: what can be done with them, by whom, and what is refused.

mod category;
mod listing_create;
mod listing_step;
mod listing_update;
mod node;
mod store;
mod store_member;
