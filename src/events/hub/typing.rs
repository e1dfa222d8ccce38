//! Who is writing: a person told of it stays in a topic for some seconds, unless told of again.

use super::{Channel, Shared};
use crate::entities::UserId;
use crate::events::passing::Passing;
use crate::events::topic::Topic;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

/// How long somebody writes who is not heard of again
const LASTS: Duration = Duration::from_secs(6);
/// Passing things that a slow stream may be behind; it misses older ones
pub(super) const KEPT: usize = 16;

impl Shared {
    /// Hears of something that passes. Whoever follows the topic here is told.
    pub(in crate::events) fn pass(self: &Arc<Self>, topic: Topic, passing: Passing) {
        let Passing::Typing { person, .. } = passing;
        let mut state = self.state.lock();
        let Some(channel) = state.channels.get_mut(&topic) else { return };
        let until = Instant::now() + LASTS;
        if channel.typing.insert(person, until).is_none() {
            tell(channel, person, true);
            tokio::spawn(stop(Arc::clone(self), topic, person, until));
        }
    }
}

fn tell(channel: &Channel, person: UserId, typing: bool) {
    if let Some(passing) = &channel.passing {
        // Nobody listens where nobody follows any more.
        passing.send(Passing::Typing { person, typing }).ok();
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
                tell(channel, person, false);
                return;
            }
            None => return,
        }
    }
}

/// The next thing that passes; never where nothing does.
pub(super) async fn heard(passing: &mut Option<broadcast::Receiver<Passing>>) -> Passing {
    if let Some(passing) = passing {
        loop {
            match passing.recv().await {
                Ok(passing) => return passing,
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            }
        }
    }
    std::future::pending().await
}
