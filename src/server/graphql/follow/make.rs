//! One payload, made by an execution of its own.

use crate::db::Reader;
use crate::error::{Error, Fault};
use crate::loaders::{Driver, Loaders};
use crate::schema::{Turn, Who};
use crate::server::graphql::answer::{Answer, name_errors, told};
use crate::server::graphql::gate::{Gate, TIME_LIMIT, request};
use crate::server::graphql::ready::Ready;
use crate::services::{Caller, Viewer};
use async_graphql::Response;
use futures_util::{FutureExt, StreamExt};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// Makes the payloads of one stream
pub struct Maker {
    pub gate: Arc<Gate>,
    pub ready: Ready,
    pub viewer: Viewer,
    pub caller: Caller,
}

impl Maker {
    /// The payload as JSON, and whether it depends on the viewer
    pub async fn make(&self, turn: Turn, reader: Reader) -> (Arc<[u8]>, bool) {
        let driver = Driver::default();
        let who = Who::new(self.viewer.clone());
        let seen = who.seen();
        let loaders = Loaders::new(reader, &driver);
        let mut context = self.gate.context(who, self.caller.clone(), loaders);
        context.turn = Some(turn);
        let request = request(self.ready.clone(), context);
        let mut results = self.gate.schemas.fast.execute_stream(request).boxed();
        let execution = AssertUnwindSafe(driver.run(results.next())).catch_unwind();
        let body = match tokio::time::timeout(TIME_LIMIT, execution).await {
            Ok(Ok(Some(mut response))) => {
                // An error tells of a moment: others try for themselves.
                let personal = !response.errors.is_empty() || seen.viewer();
                return (self.written(&mut response), personal);
            }
            Ok(Ok(None)) => failed(&Fault::new("making a payload", "the field made none").into()),
            Ok(Err(_)) => failed(&Fault::new("making a payload", "a resolver panicked").into()),
            Err(_) => told("This payload took longer than 5 s; ask for less", "TIMEOUT").into(),
        };
        (body, true)
    }

    /// A result as it goes out
    pub fn written(&self, response: &mut Response) -> Arc<[u8]> {
        self.gate.veil(response, &self.ready);
        name_errors(response, "INVALID");
        match serde_json::to_vec(response) {
            Ok(body) => body.into(),
            Err(err) => failed(&Error::from(Fault::new("writing a payload", err))),
        }
    }
}

/// An answer that holds this error alone
pub fn failed(err: &Error) -> Arc<[u8]> {
    Answer::failed(err.clone()).body.into()
}
