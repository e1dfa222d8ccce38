//! `/metrics`, in Prometheus' text format, and figures that follow the life of a thing.

use crate::app::App;
use crate::{services, telemetry};
use poem::handler;
use poem::web::Data;
use poem::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Samples of histograms are folded this often, whether or not anybody scrapes
const UPKEEP: Duration = Duration::from_secs(5);

/// One more in a gauge, as long as it is held
pub struct Counted(&'static str);

impl Counted {
    /// Counts from now on.
    pub fn in_gauge(name: &'static str) -> Self {
        metrics::gauge!(name).increment(1.0);
        Self(name)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!(self.0).decrement(1.0);
    }
}

/// Keeps the figures small until the server stops, and has those told that take a while to count.
pub async fn upkeep(stop: CancellationToken, tell: impl Fn()) {
    while stop.run_until_cancelled(tokio::time::sleep(UPKEEP)).await.is_some() {
        tell();
        telemetry::metrics().run_upkeep();
    }
}

/// All figures of this process
#[handler]
pub fn render(Data(app): Data<&Arc<App>>) -> Response {
    services::figures(app)
        .with_content_type("text/plain; version=0.0.4; charset=utf-8")
        .into_response()
}
