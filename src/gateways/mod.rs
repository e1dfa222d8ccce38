//! Outside things, a folder each: what Plaza asks of others over the network, and
//! programs that it runs.
//!
//! A gateway has its own limits and never trusts an answer. It knows no database and no viewer: what
//! it needs is handed in.

pub mod assistant;
pub mod postgres_tools;
pub mod redis;
