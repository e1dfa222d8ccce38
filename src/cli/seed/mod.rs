//! `plaza seed`, and the demo data of `plaza serve --demo`.
//!
//! - `market`: what there is, in words; `demo`: a town's market of hand-written people and stores
//! - `bulk`: as many people, stores and listings as asked for
//! - `compose`: either of them as rows; `load`: rows into the database
//! - `dice`, `calendar`, `prose`, `row`: chance, time, texts and cells

mod calendar;
mod compose;
mod demo;
mod dice;
mod load;
mod market;
mod prose;
mod row;

pub use demo::demo;
