//! Decisions without I/O: what is right, allowed, open, near. Time is handed in.

pub mod account;
pub mod distance;
pub mod listing_flow;
pub mod message_search;
pub mod opening_hours;
pub mod order_flow;
pub mod question;
pub mod search_text;
pub mod slug;
pub mod text;
