//! What a resolver finds in its context: the app, the viewer, the caller, the loaders.

use crate::app::App;
use crate::entities::Timestamp;
use crate::loaders::Loaders;
use crate::services::{Caller, Viewer};
use async_graphql::Context;
use std::sync::Arc;

/// Everything about one request, put into its context by the server
pub struct Request {
    /// Plaza, running
    pub app: Arc<App>,
    /// Who asks
    pub viewer: Viewer,
    /// From where
    pub caller: Caller,
    /// Batched reads of this request
    pub loaders: Loaders,
    /// Hash of the schema that answers
    pub schema_hash: Arc<str>,
    /// When it came in: one instant for the whole answer
    pub now: Timestamp,
}

/// Reaches the request from a resolver's context
pub trait ContextExt {
    /// The request
    fn request(&self) -> &Request;

    /// Plaza, running
    fn app(&self) -> &App {
        &self.request().app
    }

    /// Who asks
    fn viewer(&self) -> &Viewer {
        &self.request().viewer
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
