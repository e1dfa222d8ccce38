//! The operations of one connection: what they result in, how many there may be, when all of them
//! end. Sockets and event streams of many operations share it; neither's words are known here.

use super::follow::{Payload, follow};
use super::gate::Gate;
use super::load::Class;
use super::ready::Ready;
use crate::services::{Caller, Viewer};
use futures_util::StreamExt;
use futures_util::future::{AbortHandle, Abortable};
use futures_util::stream::{self, BoxStream};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Operations of a connection at a time
pub const MAX_OPERATIONS: usize = 100;
/// Longest id of an operation, in bytes
pub const MAX_ID: usize = 128;

/// Results of any operation. Queries and mutations have one.
pub fn payloads(
    gate: Arc<Gate>,
    ready: Ready,
    viewer: Viewer,
    caller: Caller,
    last_seen: Option<String>,
) -> BoxStream<'static, Payload> {
    if ready.is_subscription() {
        return follow(gate, ready, viewer, caller, last_seen);
    }
    let once = async move {
        let _place = match gate.load.enter(Class::of(&viewer, ready.is_mutation())).await {
            Ok(place) => place,
            Err(answer) => return Payload::Failed { body: answer.body.into() },
        };
        let (answer, _) = gate.execute(ready, viewer, caller).await;
        Payload::Next { body: answer.body.into(), cursor: None }
    };
    stream::once(once).boxed()
}

/// Comes when the viewer's token ends, their key is revoked, or the server stops.
pub fn end(gate: &Gate, viewer: &Viewer) -> impl Future<Output = ()> + Send + use<> {
    let left = token_time(gate, viewer);
    let revoked = gate.trusted.open_keys.revoked(viewer);
    let stop = gate.stop.clone();
    async move {
        let token = async {
            match left {
                Some(left) => tokio::time::sleep(left).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = token => {}
            () = revoked => {}
        }
    }
}

/// How long the viewer's token is still good; None for a guest, who has none, and for an API key.
pub fn token_time(gate: &Gate, viewer: &Viewer) -> Option<Duration> {
    let Viewer::Member(member) = viewer else { return None };
    if member.key.is_some() {
        return None;
    }
    let left = member.until.0.saturating_sub(gate.app.clock.now().0);
    Some(Duration::from_micros(u64::try_from(left).unwrap_or_default()))
}

/// What runs on a connection, by the ids that its client gave
#[derive(Default)]
pub struct Operations {
    running: HashMap<Arc<str>, (u64, AbortHandle)>,
    started: u64,
}

/// Why an operation can't be started
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoom {
    /// Another one has this id
    Taken,
    /// There are [`MAX_OPERATIONS`]
    Full,
}

/// What came of an operation. By its number it is told from an earlier one with the same id.
pub struct Outgoing {
    id: Arc<str>,
    number: u64,
    /// None: nothing more comes
    payload: Option<Payload>,
}

/// What a client is to hear of an operation
#[derive(Debug)]
pub enum Step {
    /// A result; more may come
    Result(Arc<[u8]>),
    /// An answer with errors alone, which is the end
    Failure(Arc<[u8]>),
    /// The end
    Complete,
}

impl Operations {
    /// Whether one more may be started.
    ///
    /// # Errors
    /// Its id is taken, or there are too many.
    pub fn check(&self, id: &str) -> Result<(), NoRoom> {
        if self.running.contains_key(id) {
            return Err(NoRoom::Taken);
        }
        if self.running.len() >= MAX_OPERATIONS {
            return Err(NoRoom::Full);
        }
        Ok(())
    }

    /// Starts an operation that was checked. It runs as its stream is polled.
    pub fn start(
        &mut self,
        id: String,
        payloads: BoxStream<'static, Payload>,
    ) -> BoxStream<'static, Outgoing> {
        let id: Arc<str> = id.into();
        let (handle, registration) = AbortHandle::new_pair();
        self.started += 1;
        let number = self.started;
        self.running.insert(Arc::clone(&id), (number, handle));
        let running = Some(payloads);
        let outgoing = stream::unfold(running, move |running| {
            let id = Arc::clone(&id);
            async move {
                let mut payloads = running?;
                let payload = payloads.next().await;
                let more = payload.is_some().then_some(payloads);
                Some((Outgoing { id, number, payload }, more))
            }
        });
        Abortable::new(outgoing, registration).boxed()
    }

    /// Ends an operation, if it is there; its client hears nothing more of it.
    pub fn stop(&mut self, id: &str) {
        if let Some((_, handle)) = self.running.remove(id) {
            handle.abort();
        }
    }

    /// What the client is to hear, if the operation is still wanted
    pub fn step(&mut self, outgoing: Outgoing) -> Option<(Arc<str>, Step)> {
        let Outgoing { id, number, payload } = outgoing;
        if self.running.get(&id).is_none_or(|(own, _)| *own != number) {
            return None;
        }
        let step = match payload {
            Some(Payload::Next { body, .. }) => return Some((id, Step::Result(body))),
            Some(Payload::Failed { body }) => Step::Failure(body),
            None => Step::Complete,
        };
        self.running.remove(&id);
        Some((id, step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(text: &str) -> Payload {
        Payload::Next { body: text.as_bytes().into(), cursor: None }
    }

    #[tokio::test]
    async fn what_is_left_of_a_stopped_operation_is_not_heard_under_its_id() {
        let mut operations = Operations::default();
        let mut first = operations.start("1".to_owned(), stream::iter([next("old")]).boxed());
        let old = first.next().await.expect("a payload");
        operations.stop("1");
        assert!(first.next().await.is_none(), "it ends unsaid");
        let second = operations.start("1".to_owned(), stream::iter([next("new")]).boxed());
        assert!(operations.step(old).is_none());
        let heard: Vec<_> = second
            .filter_map(|outgoing| std::future::ready(operations.step(outgoing)))
            .collect()
            .await;
        assert!(
            matches!(&heard[..], [(_, Step::Result(body)), (_, Step::Complete)] if **body == *b"new"),
            "{heard:?}"
        );
        assert_eq!(operations.check("1"), Ok(()));
    }

    #[tokio::test]
    async fn a_failure_is_the_end() {
        let mut operations = Operations::default();
        let failed = Payload::Failed { body: b"{}".as_slice().into() };
        let results = operations.start("1".to_owned(), stream::iter([failed]).boxed());
        assert_eq!(operations.check("1"), Err(NoRoom::Taken));
        let heard: Vec<_> = results
            .filter_map(|outgoing| std::future::ready(operations.step(outgoing)))
            .collect()
            .await;
        assert!(matches!(&heard[..], [(_, Step::Failure(_))]), "{heard:?}");
    }
}
