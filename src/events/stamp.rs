//! When rights were last taken away.
//!
//! Ten thousand streams that deliver the same event would each ask whether they still may. So
//! whoever takes a right away (signs a device out, suspends, takes a role) counts it in the log, in
//! a topic that a sixteenth of all people share. One short statement reads the counts for all
//! streams, and only where one has moved is a right asked for again.

use super::topic::Topic;
use crate::db::{Reader, Reads};
use crate::entities::UserId;
use crate::error::Result;
use sea_orm::TryGetable;
use std::time::{Duration, Instant};

/// Parts into which people are divided
const PARTS: usize = 16;
/// An older answer says nothing of this moment
const HOLDS: Duration = Duration::from_secs(1);

/// How often rights were taken away, as it was at an instant
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    counts: [i64; PARTS],
    /// When it was asked for: what was committed before is in it
    asked: Instant,
}

impl Stamp {
    /// How often it happened to somebody of this person's part
    pub fn count(&self, person: UserId) -> i64 {
        self.counts.get(part(person)).copied().unwrap_or_default()
    }

    /// Whether it holds for a delivery at this moment of what was read then
    pub(super) fn holds_for(&self, read: Instant) -> bool {
        covers(self.asked, read)
    }

    pub(super) async fn read(reader: &Reader) -> Result<Self> {
        let mut stamp = Self { counts: [0; PARTS], asked: Instant::now() };
        let sql =
            reader.sql("SELECT name, seq FROM topic WHERE name >= 'rights:' AND name < 'rights;'");
        for row in reader.all(sql).await? {
            let (name, count) =
                (String::try_get_by_index(&row, 0)?, i64::try_get_by_index(&row, 1)?);
            let part = name.rsplit(':').next().and_then(|part| part.parse::<usize>().ok());
            if let Some(known) = part.and_then(|part| stamp.counts.get_mut(part)) {
                *known = count;
            }
        }
        Ok(stamp)
    }
}

/// Whether an answer about rights that was asked for then holds for a delivery at this moment of what
/// was read then: it is newer than that, and not old.
pub fn covers(asked: Instant, read: Instant) -> bool {
    asked >= read && asked.elapsed() < HOLDS
}

/// Where it is counted that a person's rights were taken away
pub fn rights_of(person: UserId) -> Topic {
    Topic::Rights(u8::try_from(part(person)).unwrap_or_default())
}

fn part(person: UserId) -> usize {
    // The end of an id is random.
    person.0.as_bytes().last().map_or(0, |byte| usize::from(*byte) % PARTS)
}
