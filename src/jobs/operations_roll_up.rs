//! Days of hours, of what operations took, each hour.

use super::Job;
use super::queue::Taken;
use crate::app::App;
use crate::error::Result;
use crate::services::operations_roll_up;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;

/// `operations.roll_up`
pub(super) struct OperationsRollUp;

impl Job for OperationsRollUp {
    fn kind(&self) -> &'static str {
        "operations.roll_up"
    }

    fn every(&self) -> Option<i64> {
        Some(3600)
    }

    fn run<'a>(&'a self, app: &'a App, taken: &'a mut Taken) -> BoxFuture<'a, Result<Value>> {
        operations_roll_up(app, taken).boxed()
    }
}
