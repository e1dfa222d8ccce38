//! Whoever has changed something sees it: a mutation's answer tells how far the database's log had
//! come, and a request that sends this back is served by whoever has come that far.
//!
//! As a header where there are headers, and in `extensions` everywhere: what runs on a socket has
//! no headers of its own.

use super::Refused;
use super::gate::Gate;
use super::params::Params;
use super::ready::Ready;
use crate::app::report;
use crate::db::{Mark, Reader, WalPosition};
use crate::error::{Error, Fault};
use crate::server::guard::Rejected;
use crate::services::Positions;
use async_graphql::parser::types::OperationType;
use poem::http::{HeaderName, HeaderValue, StatusCode};
use poem::{Request, Response};
use serde_json::Value;
use std::time::Duration;

/// The header, both ways
const HEADER: HeaderName = HeaderName::from_static("plaza-position");
/// Key in `extensions`, both ways
pub const KEY: &str = "position";

/// How long a mutation's answer waits for its position: it has taken its time already
const PATIENCE: Duration = Duration::from_secs(1);

impl Params {
    /// Takes what the request has to see from its headers, and looks at its extensions. An empty text
    /// is how a client says that it has none yet.
    ///
    /// # Errors
    /// What should be a position is none.
    pub fn seeing(mut self, request: &Request, positions: &Positions) -> Result<Self, Refused> {
        let refuse = |message| Refused::new(StatusCode::BAD_REQUEST, message);
        for value in request.headers().get_all(HEADER) {
            let text = value.to_str().unwrap_or("?").trim();
            if !text.is_empty() {
                let position = positions.open(text);
                let position = position.ok_or_else(|| refuse(mend("The header Plaza-Position")))?;
                self.position = self.position.max(Some(position));
            }
        }
        self.sees(positions).map_err(|rejected| refuse(rejected.message))?;
        Ok(self)
    }

    /// What the request has to see, by its headers and its extensions.
    ///
    /// # Errors
    /// `extensions.position` is none.
    pub fn sees(&self, positions: &Positions) -> Result<Option<WalPosition>, Rejected> {
        let said = self.extensions.as_ref().and_then(|extensions| extensions.get(KEY));
        let said = match said {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if text.is_empty() => None,
            Some(said) => {
                let position = said.as_str().and_then(|text| positions.open(text));
                Some(position.ok_or_else(|| {
                    let message = mend("extensions.position");
                    Rejected { message, code: "BAD_REQUEST", at: None }
                })?)
            }
        };
        Ok(said.max(self.position))
    }
}

fn mend(place: &str) -> String {
    format!(
        "{place} is what a mutation's answer told as its position; leave it out where there was none"
    )
}

/// Where an operation reads, and what it has to see
pub struct Source {
    /// The primary, or a replica that knows enough
    pub reader: Reader,
    /// All changes up to it are seen there
    pub mark: Mark,
    /// What is kept must not be older
    pub fresh: Mark,
}

impl Gate {
    /// How new what is kept has to be for an operation.
    pub(super) fn fresh_of(&self, ready: &Ready) -> Mark {
        let changes = self.app.db.changes();
        ready.position.map_or(Mark::ALWAYS, |position| changes.heard(position))
    }

    /// Where an operation reads: queries may read a replica, everything else reads the primary.
    pub(super) fn source_of(&self, ready: &Ready, fresh: Mark) -> Source {
        let (db, changes) = (&self.app.db, self.app.db.changes());
        let now = changes.now();
        let reader = match ready.kind() {
            OperationType::Query => db.nearby(ready.position),
            OperationType::Mutation | OperationType::Subscription => db.reader().clone(),
        };
        let mark = reader.position().map_or(now, |replayed| changes.before(replayed));
        Source { reader, mark, fresh }
    }

    /// What whoever sent an operation has to see from now on, sealed; None where it changed nothing.
    /// Asked for whatever came of it: one of several mutations may have been committed.
    pub(super) async fn position_after(&self, kind: OperationType) -> Option<String> {
        if kind != OperationType::Mutation {
            return None;
        }
        let asked = tokio::time::timeout(PATIENCE, self.app.db.position()).await;
        let late = |_| Err(Fault::new("asking for the position", "it takes too long").into());
        let position = asked.unwrap_or_else(late).unwrap_or_else(|err| {
            report(&Err::<(), Error>(err));
            // Something may have been written all the same: the primary alone knows.
            Some(WalPosition::UNKNOWN)
        });
        position.map(|position| self.app.positions.seal(position))
    }
}

/// Adds the header, where there is something to tell.
pub fn tell(mut response: Response, position: Option<String>) -> Response {
    let value = position.map(HeaderValue::try_from);
    if let Some(Ok(value)) = value {
        response.headers_mut().insert(HEADER, value);
    }
    response
}
