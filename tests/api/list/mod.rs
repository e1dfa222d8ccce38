//! Lists: pages, searches, statements, projections and arguments of every connection.

mod argument;
pub mod at;
pub mod market;
mod reference;

mod beside;
mod crowd;
mod filter;
mod given_up;
mod page;
mod projection;
mod search;
mod selection;
mod statements;
