//! Streams: what a client follows, from the first payload to the end.
//!
//! A stream holds its topic and the number that it has delivered last; all else is read when its
//! reader is ready for it. Each payload is an execution of its own, with loaders of its own, and is
//! shared by all streams for which it is the same (`run`). Whether the viewer may see it is asked
//! at every delivery, after the event was read: what follows a removal is never delivered.

mod run;

pub use run::Runs;

use super::gate::{Gate, Ready, TIME_LIMIT, name_errors, request, told};
use crate::db::Reader;
use crate::entities::SessionId;
use crate::error::{Code, Error, Fault, Refusal, Result};
use crate::events::{After, Event, Follower, Heard, Topic, Unreadable, read_cursor, write_cursor};
use crate::loaders::{Driver, Loaders};
use crate::schema::{Delivery, Followed, Turn, UpdateKind, Who};
use crate::server::metrics::Counted;
use crate::services::{Caller, Viewer};
use async_graphql::Response;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};
use run::{Run, RunKey};
use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A right that was checked this long ago is checked again, however slow the reader
const RIGHT_HOLDS: Duration = Duration::from_secs(1);

/// What goes out to a client
#[derive(Clone, Debug)]
pub enum Payload {
    /// A result, and where the stream stands after it
    Next { body: Arc<[u8]>, cursor: Option<Arc<str>> },
    /// An answer with errors alone, which ends the stream
    Failed { body: Arc<[u8]> },
}

/// Follows a subscription. `last_seen` is a cursor from outside the document, which is newer than
/// the document's own.
pub fn follow(
    gate: Arc<Gate>,
    ready: Ready,
    viewer: Viewer,
    caller: Caller,
    last_seen: Option<String>,
) -> BoxStream<'static, Payload> {
    let counted = Counted::in_gauge("plaza_stream_subscriptions");
    let opened = async move {
        match open(&gate, &ready, &viewer, &caller).await {
            Ok(Opened::Topic(followed)) => {
                let after = last_seen.or(followed.after);
                Stream::begin(gate, ready, viewer, caller, followed.topic, after).boxed()
            }
            Ok(Opened::Plain(payloads)) => payloads,
            Err(body) => stream::iter([Payload::Failed { body }]).boxed(),
        }
    };
    let payloads = stream::once(opened).flatten();
    // Counted as long as somebody holds it.
    payloads
        .map(move |payload| {
            let _ = &counted;
            payload
        })
        .boxed()
}

enum Opened {
    /// By the log
    Topic(Followed),
    /// A root field that streams by itself
    Plain(BoxStream<'static, Payload>),
}

/// Asks the root field what it follows.
async fn open(
    gate: &Arc<Gate>,
    ready: &Ready,
    viewer: &Viewer,
    caller: &Caller,
) -> Result<Opened, Arc<[u8]>> {
    let driver = Driver::default();
    let loaders = Loaders::new(gate.app.db.reader().clone(), &driver);
    let mut context = gate.context(Who::new(viewer.clone()), caller.clone(), loaders);
    let followed = Arc::new(OnceLock::new());
    context.turn = Some(Turn::Open(Arc::clone(&followed)));
    let mut results = gate.schemas.fast.execute_stream(request(ready.clone(), context)).boxed();
    let first = driver.run(results.next()).await;
    if let Some(followed) = followed.get() {
        return Ok(Opened::Topic(followed.clone()));
    }
    let Some(mut first) = first else { return Ok(Opened::Plain(stream::empty().boxed())) };
    if first.is_err() {
        return Err(written(&mut first));
    }
    let rest = stream::unfold((results, driver), |(mut results, driver)| async move {
        let next: Response = driver.run(results.next()).await?;
        Some((next, (results, driver)))
    });
    let all = stream::iter([first]).chain(rest);
    let payload = |mut result| Payload::Next { body: written(&mut result), cursor: None };
    Ok(Opened::Plain(all.map(payload).boxed()))
}

fn written(response: &mut Response) -> Arc<[u8]> {
    name_errors(response, "INVALID");
    match serde_json::to_vec(response) {
        Ok(body) => body.into(),
        Err(err) => failed(&Error::from(Fault::new("writing a payload", err))),
    }
}

/// An answer that holds this error alone
fn failed(err: &Error) -> Arc<[u8]> {
    super::gate::Answer::failed(err.clone()).body.into()
}

/// One stream of a topic
struct Stream {
    gate: Arc<Gate>,
    ready: Ready,
    fingerprint: [u8; 32],
    viewer: Viewer,
    caller: Caller,
    topic: Topic,
    follower: Follower,
    epoch: Uuid,
    /// Events that are read, but not delivered
    queue: VecDeque<Event>,
    /// When the viewer's right was checked, if that was after the events of the queue were read
    checked: Option<Instant>,
    start: Option<Start>,
}

enum Start {
    /// With the state
    Anew,
    /// After this cursor
    After(String),
}

impl Stream {
    fn begin(
        gate: Arc<Gate>,
        ready: Ready,
        viewer: Viewer,
        caller: Caller,
        topic: Topic,
        after: Option<String>,
    ) -> impl futures_util::Stream<Item = Payload> + Send {
        let follower = gate.app.log.hub().follow(topic);
        let stream = Self {
            fingerprint: ready.fingerprint(),
            gate,
            ready,
            viewer,
            caller,
            topic,
            follower,
            epoch: Uuid::nil(),
            queue: VecDeque::new(),
            checked: None,
            start: Some(after.map_or(Start::Anew, Start::After)),
        };
        stream::unfold(Some(Box::new(stream)), |stream| async move {
            let mut stream = stream?;
            match stream.next().await {
                Ok(payload) => Some((payload, Some(stream))),
                Err(err) => Some((Payload::Failed { body: failed(&err) }, None)),
            }
        })
    }

    async fn next(&mut self) -> Result<Payload> {
        if let Some(start) = self.start.take() {
            self.demand_right().await?;
            self.epoch = self.gate.app.log.epoch().await?;
            let number = match start {
                Start::Anew => return self.state(UpdateKind::Snapshot).await,
                Start::After(cursor) => match read_cursor(&cursor, self.epoch, self.topic) {
                    Ok(After::Number(number)) => number,
                    Ok(After::OtherEpoch) => return self.state(UpdateKind::Gap).await,
                    Err(unreadable) => return Err(refuse(unreadable).into()),
                },
            };
            match self.follower.resume(number).await? {
                Heard::Events(missed) => self.take(missed),
                Heard::Gap => return self.state(UpdateKind::Gap).await,
            }
        }
        loop {
            if let Some(event) = self.queue.front().copied() {
                self.demand_right().await?;
                let payload = self.event(event).await;
                self.queue.pop_front();
                return Ok(payload);
            }
            match self.follower.next().await? {
                Heard::Events(events) => self.take(events),
                Heard::Gap => {
                    self.checked = None;
                    self.demand_right().await?;
                    return self.state(UpdateKind::Gap).await;
                }
            }
        }
    }

    fn take(&mut self, events: Vec<Event>) {
        self.queue.extend(events);
        self.checked = None;
    }

    async fn demand_right(&mut self) -> Result<()> {
        if self.checked.is_some_and(|at| at.elapsed() < RIGHT_HOLDS) {
            return Ok(());
        }
        self.gate.app.rights.check(&self.viewer, self.topic).await?;
        self.checked = Some(Instant::now());
        Ok(())
    }

    /// The state and its number, read from one snapshot of the database, so that they agree
    async fn state(&mut self, kind: UpdateKind) -> Result<Payload> {
        if kind == UpdateKind::Gap {
            metrics::counter!("plaza_stream_gaps_total").increment(1);
        }
        let gate = Arc::clone(&self.gate);
        let _turn = gate.states.acquire().await;
        let reader = self.gate.app.db.reader().snapshot().await?;
        let number = self.gate.app.log.number(&reader, self.topic).await?;
        let cursor = write_cursor(self.epoch, self.topic, number);
        let delivery = Delivery { kind, cursor: cursor.clone(), event: None };
        let (body, _) = self.execute(delivery, reader).await;
        self.follower.begin(number);
        self.queue.clear();
        Ok(Payload::Next { body, cursor: Some(cursor.into()) })
    }

    async fn event(&self, event: Event) -> Payload {
        let cursor = write_cursor(self.epoch, self.topic, event.number);
        let everybody = RunKey {
            topic: self.topic,
            number: event.number,
            fingerprint: self.fingerprint,
            session: None,
        };
        let body = match self.run(everybody, event, &cursor).await {
            Run::Shared(body) => body,
            // Made for somebody: perhaps for this viewer, on another socket or just now
            Run::Personal => {
                let own = RunKey { session: self.session(), ..everybody };
                match self.run(own, event, &cursor).await {
                    Run::Shared(body) => body,
                    Run::Personal => self.execute_event(event, cursor.clone()).await.0,
                }
            }
        };
        Payload::Next { body, cursor: Some(cursor.into()) }
    }

    /// The payload under a key, made if nobody has made it. What turns out to be this viewer's alone
    /// is put under their own key.
    async fn run(&self, key: RunKey, event: Event, cursor: &str) -> Run {
        let run = self.gate.runs.of(key);
        let make = async {
            let (body, personal) = self.execute_event(event, cursor.to_owned()).await;
            if !personal || key.session.is_some() {
                return Run::Shared(body);
            }
            if self.session().is_some() {
                let own = RunKey { session: self.session(), ..key };
                self.gate.runs.of(own).set(Run::Shared(body)).ok();
            }
            Run::Personal
        };
        run.get_or_init(|| make).await.clone()
    }

    fn session(&self) -> Option<SessionId> {
        match &self.viewer {
            Viewer::Member(member) => Some(member.session),
            Viewer::Guest => None,
        }
    }

    async fn execute_event(&self, event: Event, cursor: String) -> (Arc<[u8]>, bool) {
        let delivery = Delivery { kind: UpdateKind::Event, cursor, event: Some(event) };
        self.execute(delivery, self.gate.app.db.reader().clone()).await
    }

    /// The payload, and whether it depends on the viewer
    async fn execute(&self, delivery: Delivery, reader: Reader) -> (Arc<[u8]>, bool) {
        let driver = Driver::default();
        let who = Who::new(self.viewer.clone());
        let mattered = who.mattered();
        let loaders = Loaders::new(reader, &driver);
        let mut context = self.gate.context(who, self.caller.clone(), loaders);
        context.turn = Some(Turn::Deliver(Arc::new(delivery)));
        let request = request(self.ready.clone(), context);
        let mut results = self.gate.schemas.fast.execute_stream(request).boxed();
        let execution = AssertUnwindSafe(driver.run(results.next())).catch_unwind();
        let body = match tokio::time::timeout(TIME_LIMIT, execution).await {
            Ok(Ok(Some(mut response))) => {
                // An error tells of a moment: others try for themselves.
                let personal = !response.errors.is_empty() || mattered.load(Ordering::Relaxed);
                return (written(&mut response), personal);
            }
            Ok(Ok(None)) => failed(&Fault::new("making a payload", "the field made none").into()),
            Ok(Err(_)) => failed(&Fault::new("making a payload", "a resolver panicked").into()),
            Err(_) => told("This payload took longer than 5 s; ask for less", "TIMEOUT").into(),
        };
        (body, true)
    }
}

fn refuse(unreadable: Unreadable) -> Refusal {
    let message = match unreadable {
        Unreadable::NoCursor => {
            "This is no cursor of a stream; send the cursor of a payload as it came, or leave it out"
        }
        Unreadable::OtherTopic => {
            "This cursor belongs to another stream; leave it out to start with the state"
        }
    };
    Refusal::new(Code::Invalid, message).at("after")
}
