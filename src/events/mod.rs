//! Streams that lose nothing: the log is the truth, the bus is a doorbell.
//!
//! A change writes its events under the next numbers of its topics, in its own transaction
//! ([`Log::commit`]). After the commit a bell says "topic X is at 17". The [`Hub`] reads what is new
//! from the log, once for all streams of this server; a stream holds its topic and the last number
//! that it has seen. A bell that is lost costs time, never an event.
//!
//! - `topic`: what can be followed
//! - `log`: writing and reading events
//! - `hub`: all streams of this server
//! - `passing`: what is told and stored nowhere
//! - `presence`: who is here
//! - `stamp`: when rights were last taken away
//! - `bell`: between servers, by Redis
//! - `cursor`: a place in a topic, as clients hold it
//! - `failpoint`: where a test ends a server; not in a release build

mod bell;
mod cursor;
#[cfg(debug_assertions)]
mod failpoint;
mod hub;
mod log;
mod passing;
mod presence;
mod stamp;
mod topic;

pub use cursor::{After, Cursors, Unreadable, read_cursor};
pub use hub::{Follower, Hub, News as Heard};
pub use log::{Event, Log, News};
pub use passing::{Chunk, Passing, Told, beginning, units};
pub use presence::{Here, Presence, Presences, Watch};
pub use stamp::{Stamp, covers};
pub use topic::{Kind, Topic};
