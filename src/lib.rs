//! Plaza: a GraphQL backend for local commerce. This is the map of the house.
//!
//! Imports run downwards only, and a test enforces it:
//! `main → cli → server → schema → services, loaders → cache, events, limits, db, gateways, rules → entities`.
//! Services and loaders don't know each other; `error` and `config` import none of them.

pub mod app;
pub mod cache;
pub mod cli;
pub mod config;
pub mod db;
pub mod entities;
pub mod error;
pub mod events;
pub mod gateways;
pub mod jobs;
pub mod limits;
pub mod loaders;
pub mod rules;
pub mod schema;
pub mod server;
pub mod services;
pub mod telemetry;
