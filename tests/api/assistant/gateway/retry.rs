//! Which statuses are worth another attempt, how many there are, and how long the endpoint is left
//! alone between them.

use super::{LONG, assistant, failure, limits, person, text};
use crate::support::{Answer, Endpoint};
use plaza::gateways::assistant::{Failure, Limits, Why};
use std::time::{Duration, Instant};

#[tokio::test]
async fn what_passes_is_tried_three_times() {
    for (status, why) in
        [(429, Why::Busy), (500, Why::Down), (502, Why::Down), (503, Why::Down), (504, Why::Down)]
    {
        let endpoint = Endpoint::start([Answer::error(status)]).await;
        let failure = failure(&assistant(&endpoint, limits()), person("Bread?")).await;
        assert_eq!((failure, endpoint.count()), (Failure::Unavailable(why), 3), "{status}");
    }
}

#[tokio::test]
async fn what_does_not_pass_is_tried_once() {
    for (status, why) in [
        (400, Why::Refused),
        (401, Why::KeyRefused),
        (403, Why::KeyRefused),
        (404, Why::Refused),
        (422, Why::Refused),
        (501, Why::Down),
        (307, Why::Garbled),
    ] {
        let answer = Answer::error(status).header("location", "/elsewhere");
        let endpoint = Endpoint::start([answer]).await;
        let failure = failure(&assistant(&endpoint, limits()), person("Bread?")).await;
        assert_eq!((failure, endpoint.count()), (Failure::Unavailable(why), 1), "{status}");
    }
}

#[tokio::test]
async fn a_third_attempt_may_succeed() {
    let script = [Answer::error(429), Answer::stream().breaks(), Answer::text(&["Yes."])];
    let endpoint = Endpoint::start(script).await;
    assert_eq!(text(&assistant(&endpoint, limits()), person("Bread?")).await, "Yes.");
    let bodies: Vec<_> = endpoint.asked().into_iter().map(|asked| asked.body).collect();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[tokio::test]
async fn nothing_of_an_attempt_that_failed_is_in_the_answer() {
    let calls = serde_json::json!({
        "tool_calls": [{ "index": 0, "id": "a", "function": { "name": "x", "arguments": "{" } }]
    });
    let script = [Answer::stream().delta(&calls).breaks(), Answer::calls(&[("y", "{}")])];
    let endpoint = Endpoint::start(script).await;
    let heard = super::hear(&assistant(&endpoint, limits()), person("Bread?")).await;
    assert_eq!(heard.calls.len(), 1);
    assert_eq!((heard.calls[0].name.as_str(), heard.calls[0].arguments.as_str()), ("y", "{}"));
}

#[tokio::test]
async fn a_wish_to_be_left_alone_is_heeded() {
    let date = "Sun, 06 Nov 1994 08:49:38 GMT";
    for busy in [
        Answer::error(429).header("retry-after", "1"),
        Answer::error(503)
            .header("retry-after", date)
            .header("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ] {
        let endpoint = Endpoint::start([busy, Answer::text(&["Yes."])]).await;
        let begun = Instant::now();
        assert_eq!(text(&assistant(&endpoint, limits()), person("Bread?")).await, "Yes.");
        assert!(begun.elapsed() >= Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_wish_for_more_time_than_there_is_ends_the_attempts_at_once() {
    let endpoint = Endpoint::start([Answer::error(429).header("retry-after", "20")]).await;
    let assistant = assistant(&endpoint, Limits { speak: Duration::from_secs(20), ..limits() });
    let begun = Instant::now();
    let heard = failure(&assistant, person("Bread?")).await;
    assert_eq!((heard, endpoint.count()), (Failure::Unavailable(Why::Busy), 1));
    assert!(begun.elapsed() < LONG / 20);
}
