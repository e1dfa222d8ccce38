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

impl Job for BestSellers {
    fn kind(&self) -> &'static str {
        "best_sellers"
    }

    fn every(&self) -> Option<i64> {
        Some(3600)
    }

    fn run<'a>(&'a self, app: &'a App, taken: &'a mut Taken) -> BoxFuture<'a, Result<Value>> {
        best_sellers(app, taken).boxed()
    }
}
