//! Throws away what has served its time, each ten minutes.

use super::Job;
use super::queue::Taken;
use crate::app::App;
use crate::error::Result;
use crate::services::trim;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

/// `log.trim`
pub(super) struct LogTrim;

impl Job for LogTrim {
    fn kind(&self) -> &'static str {
        "log.trim"
    }

    fn every(&self) -> Option<i64> {
        Some(600)
    }

    fn run<'a>(&'a self, app: &'a App, _: &'a mut Taken) -> BoxFuture<'a, Result<Value>> {
        async {
            // Deleting twice deletes once: it needs no steps.
            trim(app).await?;
            Ok(json!({}))
        }
        .boxed()
    }
}
