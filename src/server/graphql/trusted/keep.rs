//! Keeps this server's documents as they are in the database: told by the bell, and besides by one
//! short statement every half second, so that a change holds everywhere within a second even where no bell
//! rings, as after `plaza documents publish` beside an embedded server.

use super::Trusted;
use crate::app::{App, report};
use crate::error::Result;
use crate::server::graphql::document::Documents;
use crate::server::graphql::gate::Gate;
use crate::services::{guard_number, kept, keys_revoked};
use std::sync::Arc;
use std::time::Duration;

/// With a key that was revoked this long ago, nothing can be on its way any more
const JUST_NOW_SECONDS: i64 = 60;
/// How often the number is compared
const PAUSE: Duration = Duration::from_millis(500);

/// Follows what changes, until it is aborted.
pub async fn keep(gate: &Gate) {
    let mut rung = gate.app.log.hub().guard_rung();
    loop {
        // Rung, or not: what matters is in the database.
        tokio::time::timeout(PAUSE, rung.changed()).await.ok();
        report(&gate.refresh().await);
    }
}

impl Trusted {
    /// Takes over what has changed since the last time, and closes what is open with revoked keys.
    ///
    /// # Errors
    /// The database gave no answer; what was known stays.
    pub async fn refresh(&self, app: &App, documents: &Documents) -> Result<()> {
        let reader = app.db.reader();
        let number = guard_number(reader).await?;
        let before = self.shelf();
        if before.number == Some(number) {
            return Ok(());
        }
        // What is committed after the number was read is in it too, and read again next time.
        let kept = kept(reader, before.known()).await?;
        app.settings.refresh(reader).await?;
        let next = Arc::new(before.next(number, kept, documents));
        *self.shelf.write() = next;
        let since = app.clock.now().plus_seconds(-JUST_NOW_SECONDS);
        let revoked = keys_revoked(reader, self.open_keys.open(), since).await?;
        self.open_keys.close(revoked);
        Ok(())
    }
}
