//! One stream of a topic: its state or what was missed, then each event as its reader is ready for
//! it, with the viewer's right asked before each delivery.

use super::Payload;
use super::make::Maker;
use super::run::{Made, Run, RunKey};
use super::state::StateKey;
use crate::entities::MessageId;
use crate::error::{Code, Refusal, Result};
use crate::events::{
    After, Cursors, Event, Follower, Heard, Kind, Passing, Topic, Unreadable, covers, read_cursor,
};
use crate::schema::{Delivery, Turn, UpdateKind};
use crate::services::Viewer;
use std::collections::VecDeque;
use std::time::Instant;
use uuid::Uuid;

/// One stream of a topic
pub struct TopicStream {
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
    /// Message that the payload before told of: it has come to the viewer once the next is asked for
    told: Option<MessageId>,
}

/// A right that was granted
struct Held {
    /// How often people of the viewer's part had lost one before
    count: i64,
    /// When it was asked for
    asked: Instant,
}

/// What a payload tells of
#[derive(Clone)]
struct Happening {
    /// The event's, or of the one before what passes
    number: i64,
    event: Option<Event>,
    passing: Option<Passing>,
}

impl From<Event> for Happening {
    fn from(event: Event) -> Self {
        Self { number: event.number, event: Some(event), passing: None }
    }
}

enum Start {
    /// With the state
    Anew,
    /// After this cursor
    After(String),
}

impl TopicStream {
    pub fn new(maker: Maker, topic: Topic, after: Option<String>) -> Self {
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
            told: None,
        }
    }

    pub async fn next(&mut self) -> Result<Payload> {
        if let (Some(message), Viewer::Member(member)) = (self.told.take(), &self.maker.viewer) {
            self.maker.gate.app.deliveries.note(member.user.id, message);
        }
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
                let made = self.made(event.into()).await;
                self.queue.pop_front();
                self.told = (event.kind == Kind::MessageSent).then_some(MessageId(event.subject));
                return Ok(made.into());
            }
            match self.follower.next().await? {
                Heard::Events(events, read) => self.take(events, read),
                Heard::Passing(passing) => {
                    self.read = Instant::now();
                    Box::pin(self.demand_right()).await?;
                    let number = self.follower.last();
                    let passing = Happening { number, event: None, passing: Some(passing) };
                    return Ok(self.made(passing).await.into());
                }
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
            Some((missed, read)) => {
                self.take(missed, read);
                Ok(None)
            }
            None => self.state(UpdateKind::Gap).await.map(Some),
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
        if covers(held.asked, self.read) {
            return true;
        }
        let stamp = self.maker.gate.app.log.hub().known_stamp(self.read);
        stamp.is_some_and(|stamp| stamp.count(member.user.id) == held.count)
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
        let delivery = Delivery { kind, cursor: cursor.clone(), event: None, passing: None };
        let (body, personal) = self.maker.make(Turn::deliver(delivery), reader).await;
        Ok((Made { body, cursor: cursor.into(), number }, personal))
    }

    /// The payload of what happened: mostly somebody else has made it already.
    async fn made(&self, of: Happening) -> Made {
        match self.maker.gate.runs.known(&self.everybody(&of)) {
            Some(Run::Shared(made)) => made,
            _ => Box::pin(self.payload(of)).await,
        }
    }

    /// The key of a payload, if it is the same for all
    fn everybody(&self, of: &Happening) -> RunKey {
        RunKey {
            topic: self.topic,
            number: of.number,
            passing: of.passing.clone(),
            fingerprint: self.fingerprint,
            session: None,
        }
    }

    async fn payload(&self, of: Happening) -> Made {
        match self.run(self.everybody(&of), &of).await {
            Run::Shared(made) => made,
            // Made for somebody: perhaps for this viewer, on another socket or just now
            Run::Personal => {
                let session = self.maker.viewer.session();
                let own = RunKey { session, ..self.everybody(&of) };
                match self.run(own, &of).await {
                    Run::Shared(made) => made,
                    Run::Personal => self.make(of).await.0,
                }
            }
        }
    }

    /// The payload under a key, made if nobody has made it. What turns out to be this viewer's alone
    /// is put under their own key.
    async fn run(&self, key: RunKey, of: &Happening) -> Run {
        let run = self.maker.gate.runs.of(key.clone());
        let make = async {
            let (made, personal) = self.make(of.clone()).await;
            if !personal || key.session.is_some() {
                return Run::Shared(made);
            }
            if let Some(session) = self.maker.viewer.session() {
                let own = RunKey { session: Some(session), ..key.clone() };
                self.maker.gate.runs.of(own).set(Run::Shared(made)).ok();
            }
            Run::Personal
        };
        run.get_or_init(|| make).await.clone()
    }

    async fn make(&self, of: Happening) -> (Made, bool) {
        let Happening { number, event, passing } = of;
        let cursor = self.cursors.after(number);
        let delivery = Delivery { kind: UpdateKind::Event, cursor: cursor.clone(), event, passing };
        let reader = self.maker.gate.app.db.reader().clone();
        let (body, personal) = self.maker.make(Turn::deliver(delivery), reader).await;
        (Made { body, cursor: cursor.into(), number }, personal)
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
