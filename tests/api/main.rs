//! Plaza's tests through the door: HTTP against a real database, SQLite and PostgreSQL alike.
//! One binary; a file a noun, and `support` for what they share.

#![cfg(test)]

mod architecture;
mod support;

mod account;
mod assistant;
mod backup;
mod cache;
mod catalog;
mod chat;
mod demo;
mod door;
mod hostile;
mod import;
mod job;
mod limit;
mod list;
mod operation;
mod order;
mod partner;
mod replica;
mod service;
mod stream;
mod torture;
mod trace;
