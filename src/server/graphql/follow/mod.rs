//! Streams: what a client follows, from the first payload to the end.
//!
//! A stream holds its topic and the number that it has delivered last; all else is read when its
//! reader is ready for it. Each payload is an execution of its own, with loaders of its own, and is
//! shared by all streams for which it is the same (`run`). Whether the viewer may see it is asked
//! at every delivery, after the event was read: what follows a removal is never delivered.
//!
//! - `make`: a payload, by one execution
//! - `run`: events' payloads that several streams share
//! - `state`: the same for states

mod make;
mod run;
mod state;

pub use run::Runs;
pub use state::States;

use super::gate::{Gate, Ready, request};
use crate::error::{Code, Refusal, Result};
use crate::events::{After, Cursors, Event, Follower, Heard, Topic, Unreadable, read_cursor};
use crate::loaders::{Driver, Loaders};
use crate::schema::{Delivery, Followed, Turn, UpdateKind, Who};
use crate::server::metrics::Counted;
use crate::services::{Caller, Viewer};
use async_graphql::Response;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use make::{Maker, failed, written};
use run::{Made, Run, RunKey};
use state::StateKey;
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long a right that was granted holds for what was read before
const HOLDS: Duration = Duration::from_secs(1);

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
    // Counted as long as somebody holds it.
    let counted = Counted::in_gauge("plaza_stream_subscriptions");
    let following = Following::New(Box::new(Maker { gate, ready, viewer, caller }), last_seen);
    stream::unfold((following, counted), |(mut following, counted)| async move {
        let payload = following.next().await?;
        Some((payload, (following, counted)))
    })
    .boxed()
}

/// A subscription on its way. Ten thousand hear of an event at once, so what waits is small, and lies
/// in few places; what is done once is boxed.
enum Following {
    /// Not asked yet what it follows
    New(Box<Maker>, Option<String>),
    /// By the log
    Topic(Box<Stream>),
    /// A root field that streams by itself
    Plain(BoxStream<'static, Payload>),
    Ended,
}

impl Following {
    async fn next(&mut self) -> Option<Payload> {
        if let Self::New(..) = self {
            *self = match std::mem::replace(self, Self::Ended) {
                Self::New(maker, last_seen) => match Box::pin(open(maker, last_seen)).await {
                    Ok(following) => following,
                    Err(body) => return Some(Payload::Failed { body }),
                },
                opened => opened,
            };
        }
        match self {
            Self::Topic(stream) => match stream.next().await {
                Ok(payload) => Some(payload),
                Err(err) => {
                    *self = Self::Ended;
                    Some(Payload::Failed { body: failed(&err) })
                }
            },
            Self::Plain(payloads) => payloads.next().await,
            Self::New(..) | Self::Ended => None,
        }
    }
}

/// Asks the root field what it follows.
async fn open(maker: Box<Maker>, last_seen: Option<String>) -> Result<Following, Arc<[u8]>> {
    let Maker { gate, ready, viewer, caller } = &*maker;
    let driver = Driver::default();
    let loaders = Loaders::new(gate.app.db.reader().clone(), &driver);
    let mut context = gate.context(Who::new(viewer.clone()), caller.clone(), loaders);
    let followed = Arc::new(OnceLock::new());
    context.turn = Some(Turn::Open(Arc::clone(&followed)));
    let mut results = gate.schemas.fast.execute_stream(request(ready.clone(), context)).boxed();
    let first = driver.run(results.next()).await;
    if let Some(Followed { topic, after }) = followed.get().cloned() {
        return Ok(Following::Topic(Box::new(Stream::new(*maker, topic, last_seen.or(after)))));
    }
    let Some(mut first) = first else { return Ok(Following::Ended) };
    if first.is_err() {
        return Err(written(&mut first));
    }
    let rest = stream::unfold((results, driver), |(mut results, driver)| async move {
        let next: Response = driver.run(results.next()).await?;
        Some((next, (results, driver)))
    });
    let all = stream::iter([first]).chain(rest);
    let payload = |mut result| Payload::Next { body: written(&mut result), cursor: None };
    Ok(Following::Plain(all.map(payload).boxed()))
}

/// One stream of a topic
struct Stream {
    maker: Maker,
    fingerprint: [u8; 32],
    topic: Topic,
    follower: Follower,
    cursors: Cursors,
    /// Events that are read, but not delivered
    queue: VecDeque<Event>,
    /// When those were read
    read: Instant,
    /// The right as it was granted last
    held: Option<Held>,
    start: Option<Start>,
}

/// A right that was granted
struct Held {
    /// How often people of the viewer's part had lost one before
    count: i64,
    /// When it was asked for
    asked: Instant,
}

impl Held {
    /// What was read before it, and is delivered at once, needs no other.
    fn covers(&self, read: Instant) -> bool {
        self.asked >= read && self.asked.elapsed() < HOLDS
    }
}

enum Start {
    /// With the state
    Anew,
    /// After this cursor
    After(String),
}

impl Stream {
    fn new(maker: Maker, topic: Topic, after: Option<String>) -> Self {
        let follower = maker.gate.app.log.hub().follow(topic);
        Self {
            fingerprint: maker.ready.fingerprint(),
            maker,
            topic,
            follower,
            cursors: Cursors::of(Uuid::nil(), topic),
            queue: VecDeque::new(),
            read: Instant::now(),
            held: None,
            start: Some(after.map_or(Start::Anew, Start::After)),
        }
    }

    async fn next(&mut self) -> Result<Payload> {
        if let Some(start) = self.start.take()
            && let Some(state) = Box::pin(self.begin(start)).await?
        {
            return Ok(state);
        }
        loop {
            if let Some(event) = self.queue.front().copied() {
                if !self.right_is_held() {
                    Box::pin(self.demand_right()).await?;
                }
                let made = match self.maker.gate.runs.known(&self.everybody(event)) {
                    Some(Run::Shared(made)) => made,
                    _ => Box::pin(self.event(event)).await,
                };
                self.queue.pop_front();
                return Ok(made.into());
            }
            match self.follower.next().await? {
                Heard::Events(events, read) => self.take(events, read),
                Heard::Gap => {
                    self.read = Instant::now();
                    Box::pin(self.demand_right()).await?;
                    return Box::pin(self.state(UpdateKind::Gap)).await;
                }
            }
        }
    }

    /// What a stream begins with: the state, or what was missed, which is left in the queue.
    async fn begin(&mut self, start: Start) -> Result<Option<Payload>> {
        let epoch = self.maker.gate.app.log.epoch().await?;
        self.cursors = Cursors::of(epoch, self.topic);
        let number = match start {
            Start::Anew => {
                self.begin_right().await?;
                return self.state(UpdateKind::Snapshot).await.map(Some);
            }
            Start::After(cursor) => match read_cursor(&cursor, epoch, self.topic) {
                Ok(After::Number(number)) => number,
                Ok(After::OtherEpoch) => {
                    self.begin_right().await?;
                    return self.state(UpdateKind::Gap).await.map(Some);
                }
                Err(unreadable) => return Err(refuse(unreadable).into()),
            },
        };
        let missed = self.follower.resume(number).await?;
        // After it was read: what was missed is delivered by this right.
        self.begin_right().await?;
        match missed {
            Heard::Events(missed, read) => {
                self.take(missed, read);
                Ok(None)
            }
            Heard::Gap => self.state(UpdateKind::Gap).await.map(Some),
        }
    }

    fn take(&mut self, events: Vec<Event>, read: Instant) {
        self.queue.extend(events);
        self.read = read;
    }

    /// Asks whether the viewer may follow at all; many begin at once.
    async fn begin_right(&mut self) -> Result<()> {
        let (app, viewer) = (&self.maker.gate.app, &self.maker.viewer);
        let (before, asked) = (app.log.hub().earlier_stamp().await?, Instant::now());
        app.rights.check_of_many(viewer, self.topic).await?;
        self.held = Some(Held { count: before.count(viewer.member()?.user.id), asked });
        Ok(())
    }

    /// Whether the viewer is known to have the right at this moment to what was read before it
    fn right_is_held(&self) -> bool {
        let (Some(held), Viewer::Member(member)) = (&self.held, &self.maker.viewer) else {
            return false;
        };
        let stamp = self.maker.gate.app.log.hub().known_stamp(self.read);
        held.covers(self.read)
            || stamp.is_some_and(|stamp| stamp.count(member.user.id) == held.count)
    }

    /// Asks whether the viewer may hear at this moment what was read before it.
    async fn demand_right(&mut self) -> Result<()> {
        let (app, viewer) = (&self.maker.gate.app, &self.maker.viewer);
        let count = app.log.hub().stamp(self.read).await?.count(viewer.member()?.user.id);
        if self.held.as_ref().is_some_and(|held| held.count == count) {
            return Ok(());
        }
        // Whoever loses it after the count was read is found by the next one.
        let asked = Instant::now();
        app.rights.check(viewer, self.topic).await?;
        self.held = Some(Held { count, asked });
        Ok(())
    }

    /// The state and its number, which agree
    async fn state(&mut self, kind: UpdateKind) -> Result<Payload> {
        if kind == UpdateKind::Gap {
            metrics::counter!("plaza_stream_gaps_total").increment(1);
        }
        let key = StateKey { topic: self.topic, fingerprint: self.fingerprint, kind };
        let states = &self.maker.gate.states;
        let made = states.of(key, || self.read_state(kind)).await?;
        self.follower.begin(made.number);
        self.queue.clear();
        Ok(made.into())
    }

    /// Reads both from one snapshot of the database.
    async fn read_state(&self, kind: UpdateKind) -> Result<(Made, bool)> {
        let app = &self.maker.gate.app;
        let reader = app.db.reader().snapshot().await?;
        let number = app.log.number(&reader, self.topic).await?;
        let cursor = self.cursors.after(number);
        let delivery = Delivery { kind, cursor: cursor.clone(), event: None };
        let (body, personal) = self.maker.make(delivery, reader).await;
        Ok((Made { body, cursor: cursor.into(), number }, personal))
    }

    /// The key of an event's payload, if it is the same for all
    fn everybody(&self, event: Event) -> RunKey {
        RunKey {
            topic: self.topic,
            number: event.number,
            fingerprint: self.fingerprint,
            session: None,
        }
    }

    async fn event(&self, event: Event) -> Made {
        match self.run(self.everybody(event), event).await {
            Run::Shared(made) => made,
            // Made for somebody: perhaps for this viewer, on another socket or just now
            Run::Personal => {
                let session = self.maker.viewer.session();
                let own = RunKey { session, ..self.everybody(event) };
                match self.run(own, event).await {
                    Run::Shared(made) => made,
                    Run::Personal => self.make_event(event).await.0,
                }
            }
        }
    }

    /// The payload under a key, made if nobody has made it. What turns out to be this viewer's alone
    /// is put under their own key.
    async fn run(&self, key: RunKey, event: Event) -> Run {
        let run = self.maker.gate.runs.of(key);
        let make = async {
            let (made, personal) = self.make_event(event).await;
            if !personal || key.session.is_some() {
                return Run::Shared(made);
            }
            if let Some(session) = self.maker.viewer.session() {
                let own = RunKey { session: Some(session), ..key };
                self.maker.gate.runs.of(own).set(Run::Shared(made)).ok();
            }
            Run::Personal
        };
        run.get_or_init(|| make).await.clone()
    }

    async fn make_event(&self, event: Event) -> (Made, bool) {
        let cursor = self.cursors.after(event.number);
        let delivery =
            Delivery { kind: UpdateKind::Event, cursor: cursor.clone(), event: Some(event) };
        let reader = self.maker.gate.app.db.reader().clone();
        let (body, personal) = self.maker.make(delivery, reader).await;
        (Made { body, cursor: cursor.into(), number: event.number }, personal)
    }
}

impl From<Made> for Payload {
    fn from(made: Made) -> Self {
        Self::Next { body: made.body, cursor: Some(made.cursor) }
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
