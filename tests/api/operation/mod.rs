//! What administrators see and set, and what tells the caches of clients what to read again.

mod admin;
mod changes;
mod figure;
mod setting;
