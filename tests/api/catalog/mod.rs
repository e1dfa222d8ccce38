//! Categories, stores and listings: what can be done with them, by whom, and what is refused.

mod category;
mod store;
