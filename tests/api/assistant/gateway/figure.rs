//! Every outcome is counted under its name, and the breaker shows whether it is open.

use super::{assistant, hear, limits, person};
use crate::support::{Answer, Endpoint};
use plaza::gateways::assistant::Limits;
use plaza::telemetry;

#[tokio::test]
async fn every_outcome_has_its_figure() {
    let figures = telemetry::metrics();
    let script = [
        Answer::text(&["Yes."]),
        Answer::error(400),
        Answer::stream().says("Half").breaks(),
        Answer::error(501),
    ];
    let endpoint = Endpoint::start(script).await;
    let assistant = assistant(&endpoint, Limits { failures: 2, ..limits() });
    for question in ["1", "1", "2", "3", "4", "5"] {
        hear(&assistant, person(question)).await;
    }
    let told = figures.render();
    for outcome in ["ok", "cached", "refused", "broken_off", "unavailable"] {
        let counted = format!("plaza_assistant_requests_total{{outcome=\"{outcome}\"}}");
        assert!(told.contains(&counted), "{outcome}: {told}");
        let timed = format!("plaza_assistant_seconds_bucket{{outcome=\"{outcome}\",le=\"60\"}}");
        assert!(told.contains(&timed), "{outcome}: {told}");
    }
    assert!(told.contains("plaza_assistant_breaker_open"), "{told}");
}
