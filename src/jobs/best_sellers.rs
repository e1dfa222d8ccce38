//! Which listings of each store sold best, each hour.

use super::Job;
use super::queue::Taken;
use crate::app::App;
use crate::error::Result;
use crate::services::best_sellers;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;

/// `best_sellers`
pub(super) struct BestSellers;

/// What it is called
pub(super) const KIND: &str = "best_sellers";

impl Job for BestSellers {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run<'a>(&'a self, app: &'a App, taken: &'a mut Taken) -> BoxFuture<'a, Result<Value>> {
        best_sellers(app, taken).boxed()
    }
}
