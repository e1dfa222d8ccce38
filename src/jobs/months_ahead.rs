//! Makes the next months of orders, each day, where orders are parted by month (`plaza partition`).

use super::Job;
use super::queue::Taken;
use crate::app::App;
use crate::db::{MONTHS_AHEAD, Month, Patience};
use crate::error::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::time::Duration;

/// How long it waits for tables in use before it is tried again
const WAIT: Duration = Duration::from_secs(30);

/// `orders.months`
pub(super) struct MonthsAhead;

impl Job for MonthsAhead {
    fn kind(&self) -> &'static str {
        "orders.months"
    }

    fn every(&self) -> Option<i64> {
        Some(86_400)
    }

    fn run<'a>(&'a self, app: &'a App, _: &'a mut Taken) -> BoxFuture<'a, Result<Value>> {
        async {
            if app.db.by_month().await?.is_none() {
                return Ok(json!({}));
            }
            let last = Month::of(app.clock.now().to_utc()).plus(MONTHS_AHEAD);
            let tell = |message: &str| tracing::info!("{message}");
            let made = app.db.months_until(last, &Patience { wait: WAIT, tell: &tell }).await?;
            let made: Vec<String> = made.iter().map(ToString::to_string).collect();
            Ok(json!({ "made": made }))
        }
        .boxed()
    }
}
