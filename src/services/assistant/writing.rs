//! A reply on its way: pieces over the bell as they come, the text so far into the database each
//! second, which is a sign of life as well.

use super::Pending;
use crate::app::App;
use crate::db::Reads;
use crate::entities::MessageStatus;
use crate::error::{Error, Result};
use crate::events::{Chunk, Told, Topic, units};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// Pieces that come within this time go out as one
const TOGETHER: Duration = Duration::from_millis(50);
/// How often the text so far is stored
const STORE: Duration = Duration::from_secs(1);

/// Why a reply is not written to its end
pub(super) enum Stopped {
    /// The model broke off, or the server stops
    BrokenOff,
    /// Somebody else has ended it: this server seemed dead
    Gone,
    /// The database failed
    Failed(Error),
}

impl From<Error> for Stopped {
    fn from(err: Error) -> Self {
        Self::Failed(err)
    }
}

/// A place in a text
#[derive(Clone, Copy, Default)]
struct Place {
    bytes: usize,
    /// UTF-16 code units
    units: i32,
}

/// A reply on its way
pub(super) struct Writing<'a> {
    app: &'a App,
    pending: &'a Pending,
    hurry: CancellationToken,
    text: String,
    /// Up to here it was told, and when last
    told: usize,
    told_at: Instant,
    pieces: i32,
    /// Up to here it was stored, and when last
    stored: Place,
    stored_at: Instant,
}

impl<'a> Writing<'a> {
    pub(super) fn begin(app: &'a App, pending: &'a Pending, hurry: CancellationToken) -> Self {
        let now = Instant::now();
        Self {
            app,
            pending,
            hurry,
            text: String::new(),
            told: 0,
            told_at: now,
            pieces: 0,
            stored: Place::default(),
            stored_at: now,
        }
    }

    /// Nothing was written yet
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The reply goes on.
    pub(super) fn say(&mut self, text: &str) {
        self.text.push_str(text);
        if self.told_at.elapsed() >= TOGETHER {
            self.tell();
        }
    }

    /// Waits for something. Meanwhile the text is told and stored.
    pub(super) async fn meanwhile<T>(
        &mut self,
        work: impl Future<Output = T>,
    ) -> Result<T, Stopped> {
        tokio::pin!(work);
        let hurry = self.hurry.clone();
        loop {
            let untold = self.told < self.text.len();
            let tell_at = self.told_at + if untold { TOGETHER } else { STORE };
            let due = tell_at.min(self.stored_at + STORE);
            tokio::select! {
                biased;
                () = hurry.cancelled() => return Err(Stopped::BrokenOff),
                done = &mut work => return Ok(done),
                () = sleep_until(due) => {}
            }
            if untold && self.told_at.elapsed() >= TOGETHER {
                self.tell();
            }
            if self.stored_at.elapsed() >= STORE {
                self.store().await?;
            }
        }
    }

    /// Tells what is left. The text.
    pub(super) fn close(mut self) -> String {
        self.tell();
        self.text
    }

    /// Tells what is new, with all that is not stored yet: whoever has just come reads the rest.
    fn tell(&mut self) {
        if self.told == self.text.len() {
            return;
        }
        let chunk = Chunk {
            message: self.pending.reply.id,
            index: self.pieces,
            offset: self.stored.units,
            text: self.text.get(self.stored.bytes..).unwrap_or_default().into(),
        };
        self.app
            .log
            .hub()
            .pass(Topic::Conversation(self.pending.reply.conversation_id), Told::Chunk(chunk));
        self.pieces += 1;
        (self.told, self.told_at) = (self.text.len(), Instant::now());
    }

    async fn store(&mut self) -> Result<(), Stopped> {
        self.stored_at = Instant::now();
        let (id, now) = (self.pending.reply.id, self.app.clock.now());
        let tx = self.app.db.write().await?;
        if self.stored.bytes < self.text.len() {
            let mut sql = tx.sql("UPDATE message SET version = version + 1, body = ");
            sql.bind(self.text.clone()).push(" WHERE id = ").bind(id);
            sql.push(" AND status = ").bind(MessageStatus::Streaming);
            if tx.run(sql).await.map_err(Error::from)? == 0 {
                return Err(Stopped::Gone);
            }
        }
        let mut sql = tx.sql("UPDATE reply SET beat_at = ");
        sql.bind(now).push(" WHERE finished_at IS NULL AND message_id = ").bind(id);
        if tx.run(sql).await.map_err(Error::from)? == 0 {
            return Err(Stopped::Gone);
        }
        tx.commit().await?;
        if self.stored.bytes < self.text.len() {
            let new = self.text.get(self.stored.bytes..).unwrap_or_default();
            let units = self.stored.units.saturating_add(units(new));
            self.stored = Place { bytes: self.text.len(), units };
        }
        Ok(())
    }
}
