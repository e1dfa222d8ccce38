//! Looking now and then where listings are many, so that searches around a point cut finely there.

use crate::app::App;
use crate::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Towns don't move: a million listings take about half a second of a processor each time
const EVERY: Duration = Duration::from_secs(15 * 60);

/// Keeps the sample of the market's listings fresh, as long as somebody searches by distance: a
/// server that nobody asks reads nothing.
pub async fn upkeep(app: Arc<App>, stop: CancellationToken) {
    while stop.run_until_cancelled(app.db.crowd_is_wanted()).await.is_some() {
        match stop.run_until_cancelled(app.db.survey()).await {
            Some(Err(Error::Fault(fault))) => tracing::warn!(
                fault.cause = fault.for_operator(),
                "where listings are could not be looked up; searches go on with what was known"
            ),
            Some(_) => tracing::debug!("looked up where listings are"),
            None => {}
        }
        stop.run_until_cancelled(tokio::time::sleep(EVERY)).await;
    }
}
