//! One stream's place in a topic: a number, and what comes after it when its reader is ready.

use super::passing::{Listening, heard};
use super::{Shared, TAIL};
use crate::error::{Fault, Result};
use crate::events::log::{Event, STRETCH, Since};
use crate::events::passing::Passing;
use crate::events::topic::Topic;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::watch;

/// What a stream hears
#[derive(Debug)]
pub enum News {
    /// What happened next, none left out, and when it was read
    Events(Vec<Event>, Instant),
    /// Something that passes
    Passing(Passing),
    /// The log does not reach back to what the stream saw last
    Gap,
}

/// One stream's place in a topic
pub struct Follower {
    pub(super) shared: Arc<Shared>,
    pub(super) topic: Topic,
    pub(super) last: i64,
    pub(super) moved: watch::Receiver<i64>,
    pub(super) passing: Option<Box<Listening>>,
}

impl Follower {
    /// What is followed
    pub fn topic(&self) -> Topic {
        self.topic
    }

    /// Number of the last event that was heard
    pub fn last(&self) -> i64 {
        self.last
    }

    /// Goes on after a number: what follows it is heard by [`Follower::next`].
    pub fn begin(&mut self, number: i64) {
        self.begin_with(number, None);
    }

    /// The same after events that were read; the first stream of a topic leaves them to others.
    fn begin_with(&mut self, number: i64, since: Option<&Since>) {
        self.last = number;
        let mut state = self.shared.state.lock();
        let Some(channel) = state.channels.get_mut(&self.topic) else { return };
        if channel.read.is_none() {
            channel.read = Some(number);
            channel.moved.send_replace(number);
            if let Some(since) = since {
                channel.tail.extend(&since.events);
                channel.read_at = since.read;
            }
            if channel.told > number {
                state.rung.insert(self.topic);
                drop(state);
                self.shared.wake.notify_one();
            }
        }
    }

    /// Goes on where a cursor of an earlier stream stood: what was missed since, and when it was read;
    /// None where the log does not reach back so far.
    ///
    /// # Errors
    /// The log can't be read.
    pub async fn resume(&mut self, number: i64) -> Result<Option<(Vec<Event>, Instant)>> {
        if let Some((missed, read)) = self.tail(number) {
            self.last = missed.last().map_or(number, |event| event.number);
            return Ok(Some((missed, read)));
        }
        let since = self.shared.missed.ask((self.topic, number)).await?;
        let first = since.events.first().map(|event| event.number);
        let reaches = number == since.latest || first == Some(number + 1);
        if number > since.latest || !reaches {
            return Ok(None);
        }
        let last = since.events.last().map_or(number, |event| event.number);
        self.begin_with(last, Some(&since));
        if last < since.latest {
            self.shared.ring(self.topic, since.latest);
        }
        Ok(Some((since.events.clone(), since.read)))
    }

    /// Waits for what happens next. Dropped before it is ready, it has taken nothing.
    ///
    /// # Errors
    /// The log can't be read.
    pub async fn next(&mut self) -> Result<News> {
        loop {
            let read = *self.moved.borrow_and_update();
            if read > self.last {
                let (events, read) = match self.tail(self.last) {
                    Some(found) => found,
                    None => {
                        let since = self.shared.missed.ask_now((self.topic, self.last)).await?;
                        (since.events.clone(), since.read)
                    }
                };
                return Ok(self.take(events, read));
            }
            tokio::select! {
                biased;
                // The sender lives in the channel, which lives as long as this follower.
                moved = self.moved.changed() => {
                    moved.map_err(|err| Fault::new("following a topic", err))?;
                }
                passing = heard(&mut self.passing) => return Ok(News::Passing(passing)),
            }
        }
    }

    fn take(&mut self, events: Vec<Event>, read: Instant) -> News {
        match (events.first(), events.last()) {
            (Some(first), Some(last)) if first.number == self.last + 1 => {
                self.last = last.number;
                News::Events(events, read)
            }
            _ => News::Gap,
        }
    }

    /// What the tail holds after a number that was seen; None where it does not reach back so far,
    /// or the topic has not come to that number here
    fn tail(&self, seen: i64) -> Option<(Vec<Event>, Instant)> {
        let state = self.shared.state.lock();
        let channel = state.channels.get(&self.topic)?;
        let read = channel.read?;
        if seen == read {
            return Some((Vec::new(), channel.read_at));
        }
        let missed = usize::try_from(seen + 1 - channel.tail.front()?.number).ok()?;
        let stretch = usize::try_from(STRETCH).unwrap_or(TAIL);
        let missed = || channel.tail.iter().skip(missed).take(stretch).copied().collect();
        (seen < read).then(|| (missed(), channel.read_at))
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock();
        let Some(channel) = state.channels.get_mut(&self.topic) else { return };
        channel.followers -= 1;
        if channel.followers == 0 {
            state.channels.remove(&self.topic);
            state.shards.remove(self.topic);
        }
    }
}
