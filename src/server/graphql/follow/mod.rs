//! Streams: what a client follows, from the first payload to the end.
//!
//! A stream holds its topic and the number that it has delivered last; all else is read when its
//! reader is ready for it. Each payload is an execution of its own, with loaders of its own, and is
//! shared by all streams for which it is the same (`run`). Whether the viewer may see it is asked
//! at every delivery, after the event was read: what follows a removal is never delivered.
//!
//! - `topic_stream`: one stream of a topic, from its state on
//! - `people_stream`: one stream of who is here
//! - `node_stream`: one stream of nodes that change
//! - `make`: a payload, by one execution
//! - `run`: events' payloads that several streams share
//! - `state`: the same for states

mod make;
mod node_stream;
mod people_stream;
mod run;
mod state;
mod topic_stream;

pub use run::Runs;
pub use state::States;

use super::gate::{Gate, request};
use super::ready::Ready;
use crate::error::Result;
use crate::loaders::{Driver, Loaders};
use crate::schema::{Followed, Turn, Who};
use crate::server::metrics::Counted;
use crate::services::{Caller, Viewer};
use async_graphql::Response;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use make::{Maker, failed};
use node_stream::NodeStream;
use people_stream::PeopleStream;
use run::Made;
use std::sync::{Arc, OnceLock};
use topic_stream::TopicStream;

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
    // Counted as long as somebody holds it; and so long they are here.
    let counted = Counted::in_gauge("plaza_stream_subscriptions");
    let person = viewer.person_here();
    let here = person.map(|person| gate.app.log.hub().presence().arrive(person));
    let counted = (counted, here);
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
    Topic(Box<TopicStream>),
    /// Who is here
    People(Box<PeopleStream>),
    /// Which nodes change
    Nodes(Box<NodeStream>),
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
        let next = match self {
            Self::Topic(stream) => stream.next().await,
            Self::People(stream) => stream.next().await,
            Self::Nodes(stream) => stream.next().await,
            Self::Plain(payloads) => return payloads.next().await,
            Self::New(..) | Self::Ended => return None,
        };
        Some(next.unwrap_or_else(|err| {
            *self = Self::Ended;
            Payload::Failed { body: failed(&err) }
        }))
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
    match followed.get().cloned() {
        Some(Followed::Topic(topic, after)) => {
            let stream = TopicStream::new(*maker, topic, last_seen.or(after));
            return Ok(Following::Topic(Box::new(stream)));
        }
        Some(Followed::People(people)) => {
            return Ok(Following::People(Box::new(PeopleStream::new(*maker, people))));
        }
        Some(Followed::Nodes(nodes)) => {
            return Ok(Following::Nodes(Box::new(NodeStream::new(*maker, nodes))));
        }
        None => {}
    }
    let Some(mut first) = first else { return Ok(Following::Ended) };
    if first.is_err() {
        return Err(maker.written(&mut first));
    }
    let rest = stream::unfold((results, driver), |(mut results, driver)| async move {
        let next: Response = driver.run(results.next()).await?;
        Some((next, (results, driver)))
    });
    let all = stream::iter([first]).chain(rest);
    let payload =
        move |mut result| Payload::Next { body: maker.written(&mut result), cursor: None };
    Ok(Following::Plain(all.map(payload).boxed()))
}

impl From<Made> for Payload {
    fn from(made: Made) -> Self {
        Self::Next { body: made.body, cursor: Some(made.cursor) }
    }
}
