//! What passes in a topic: who is writing, and replies as they are written.
//!
//! A person told to be writing stays so for some seconds, unless told of again. A piece of a reply
//! is told with all that is not stored yet: a stream that has heard that takes the rest, and for one
//! that has just begun the stored part is read, so that it misses nothing.

use super::{Channel, Shared};
use crate::entities::{MessageId, UserId};
use crate::events::passing::{Passing, Told};
use crate::events::topic::Topic;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

/// How long somebody writes who is not heard of again
const LASTS: Duration = Duration::from_secs(6);
/// Passing things that a slow stream may be behind; it misses older ones
pub(super) const KEPT: usize = 64;
/// Replies of a topic that a stream may hear of at a time
const REPLIES: usize = 8;

impl Shared {
    /// Hears of something that passes. Whoever follows the topic here is told.
    pub(in crate::events) fn pass(self: &Arc<Self>, topic: Topic, told: Told) {
        let mut state = self.state.lock();
        let Some(channel) = state.channels.get_mut(&topic) else { return };
        match told {
            Told::Chunk(chunk) => tell(channel, Passing::Chunk { chunk, follows: false }),
            Told::Typing(person) => {
                let until = Instant::now() + LASTS;
                if channel.typing.insert(person, until).is_none() {
                    tell(channel, Passing::Typing { person, typing: true });
                    tokio::spawn(stop(Arc::clone(self), topic, person, until));
                }
            }
        }
    }
}

fn tell(channel: &Channel, passing: Passing) {
    if let Some(listeners) = &channel.passing {
        // Nobody listens where nobody follows any more.
        listeners.send(passing).ok();
    }
}

/// Notices that somebody has stopped.
async fn stop(shared: Arc<Shared>, topic: Topic, person: UserId, mut until: Instant) {
    loop {
        tokio::time::sleep_until(until).await;
        let mut state = shared.state.lock();
        let Some(channel) = state.channels.get_mut(&topic) else { return };
        match channel.typing.get(&person) {
            Some(later) if *later > until => until = *later,
            Some(_) => {
                channel.typing.remove(&person);
                tell(channel, Passing::Typing { person, typing: false });
                return;
            }
            None => return,
        }
    }
}

/// What a stream hears of what passes, and how far it has heard each reply
pub(super) struct Listening {
    passing: broadcast::Receiver<Passing>,
    /// Where the text that was heard ends
    replies: BTreeMap<MessageId, i32>,
}

impl Listening {
    pub(super) fn to(channel: &Channel) -> Option<Box<Self>> {
        let passing = channel.passing.as_ref()?.subscribe();
        Some(Box::new(Self { passing, replies: BTreeMap::new() }))
    }

    /// The next thing that passes and is new; None where nothing passes any more
    async fn next(&mut self) -> Option<Passing> {
        loop {
            let passing = match self.passing.recv().await {
                Ok(Passing::Chunk { chunk, .. }) => {
                    let heard = self.replies.get(&chunk.message).copied();
                    let follows = heard.is_some_and(|end| end >= chunk.offset);
                    let new = match heard {
                        Some(end) if follows => chunk.from(end),
                        _ => Some(chunk),
                    };
                    let Some(new) = new else { continue };
                    // Replies end; a stream may go on for days.
                    if heard.is_none() && self.replies.len() == REPLIES {
                        self.replies.pop_first();
                    }
                    self.replies.insert(new.message, new.end());
                    Passing::Chunk { chunk: new, follows }
                }
                Ok(typing @ Passing::Typing { .. }) => typing,
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return None,
            };
            return Some(passing);
        }
    }
}

/// The next thing that passes; never where nothing does.
pub(super) async fn heard(listening: &mut Option<Box<Listening>>) -> Passing {
    if let Some(listening) = listening
        && let Some(passing) = listening.next().await
    {
        return passing;
    }
    std::future::pending().await
}
