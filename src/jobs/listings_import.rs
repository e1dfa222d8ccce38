//! A file of listings into a store, as `plaza import listings` does it.

use super::Job;
use super::queue::Taken;
use crate::app::App;
use crate::error::Result;
use crate::services::{LISTINGS_IMPORT, listings_import_job};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;

/// `listings.import`
pub(super) struct ListingsImport;

impl Job for ListingsImport {
    fn kind(&self) -> &'static str {
        LISTINGS_IMPORT
    }

    fn run<'a>(&'a self, app: &'a App, taken: &'a mut Taken) -> BoxFuture<'a, Result<Value>> {
        listings_import_job(app, taken).boxed()
    }
}
