//! What a resolver finds in its context: the app, the viewer, the caller, the loaders.

use super::follow::Turn;
use crate::app::App;
use crate::entities::Timestamp;
use crate::loaders::Loaders;
use crate::services::{Caller, SentFile, Viewer};
use async_graphql::Context;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Everything about one request, put into its context by the server
pub struct Request {
    /// Plaza, running
    pub app: Arc<App>,
    /// Who asks
    pub who: Who,
    /// From where
    pub caller: Caller,
    /// Batched reads of this request
    pub loaders: Loaders,
    /// Hash of the schema that answers
    pub schema_hash: Arc<str>,
    /// When it came in: one instant for the whole answer
    pub instant: Timestamp,
    /// Files that came with it
    pub files: Arc<[SentFile]>,
    /// What the root field of a stream is executed for
    pub turn: Option<Turn>,
}

/// Who asks, and whether anything depended on it
pub struct Who {
    viewer: Viewer,
    seen: Arc<Seen>,
}

/// What resolvers looked at besides the database
#[derive(Debug, Default)]
pub struct Seen {
    viewer: AtomicBool,
    clock: AtomicBool,
    server: AtomicBool,
}

impl Seen {
    /// A resolver looked at the viewer. Where none did, the answer is the same for everybody.
    pub fn viewer(&self) -> bool {
        self.viewer.load(Ordering::Relaxed)
    }

    /// One looked at the time.
    pub fn clock(&self) -> bool {
        self.clock.load(Ordering::Relaxed)
    }

    /// One looked at something that this server knows, such as who is here.
    pub fn server(&self) -> bool {
        self.server.load(Ordering::Relaxed)
    }
}

impl Who {
    /// Nothing depends on this viewer yet.
    pub fn new(viewer: Viewer) -> Self {
        Self { viewer, seen: Arc::default() }
    }

    /// Tells, after the execution, what was looked at.
    pub fn seen(&self) -> Arc<Seen> {
        Arc::clone(&self.seen)
    }
}

/// Reaches the request from a resolver's context
pub trait ContextExt {
    /// The request
    fn request(&self) -> &Request;

    /// Plaza, running
    fn app(&self) -> &App {
        let request = self.request();
        request.who.seen.server.store(true, Ordering::Relaxed);
        &request.app
    }

    /// When the request came in
    fn now(&self) -> Timestamp {
        let request = self.request();
        request.who.seen.clock.store(true, Ordering::Relaxed);
        request.instant
    }

    /// Who asks
    fn viewer(&self) -> &Viewer {
        let who = &self.request().who;
        who.seen.viewer.store(true, Ordering::Relaxed);
        &who.viewer
    }

    /// Batched reads of this request
    fn loaders(&self) -> &Loaders {
        &self.request().loaders
    }
}

impl ContextExt for Context<'_> {
    fn request(&self) -> &Request {
        self.data_unchecked::<Request>()
    }
}
