//! An endpoint that fails again and again is left alone, and asked again later.

use super::{LONG, SHORT, assistant, failure, limits, person, text};
use crate::support::{Answer, Endpoint};
use plaza::gateways::assistant::{Failure, Limits, Why};
use std::time::Duration;

#[tokio::test]
async fn after_five_failures_nobody_asks_until_it_has_rested() {
    let endpoint = Endpoint::start([Answer::error(503)]).await;
    let assistant = assistant(&endpoint, Limits { rest: LONG, ..limits() });
    assert_eq!(failure(&assistant, person("1")).await, Failure::Unavailable(Why::Down));
    assert_eq!(failure(&assistant, person("2")).await, Failure::Unavailable(Why::Down));
    assert_eq!(endpoint.count(), 5, "the fifth of two times three opens it");
    for _ in 0..10 {
        assert_eq!(failure(&assistant, person("3")).await, Failure::Unavailable(Why::Resting));
    }
    assert_eq!(endpoint.count(), 5);
}

#[tokio::test]
async fn an_endpoint_that_is_back_is_asked_again() {
    let endpoint = Endpoint::start([Answer::error(503)]).await;
    let rest = Duration::from_millis(1);
    let limits = Limits { rest, longest_rest: 4 * rest, failures: 1, attempts: 1, ..limits() };
    let assistant = assistant(&endpoint, limits);
    for number in 1..=3 {
        failure(&assistant, person("Bread?")).await;
        assert_eq!(endpoint.count(), number, "one trial a rest");
        tokio::time::sleep(SHORT).await;
    }
    endpoint.now([Answer::text(&["Yes."])]);
    assert_eq!(text(&assistant, person("1")).await, "Yes.");
    assert_eq!(text(&assistant, person("2")).await, "Yes.");
}

#[tokio::test]
async fn a_refused_request_says_that_the_endpoint_lives() {
    let endpoint = Endpoint::start([Answer::error(400)]).await;
    let assistant = assistant(&endpoint, Limits { failures: 1, ..limits() });
    for count in 1..=7 {
        assert_eq!(failure(&assistant, person("Bread?")).await, Failure::Unavailable(Why::Refused));
        assert_eq!(endpoint.count(), count);
    }
}

#[tokio::test]
async fn what_is_remembered_is_told_while_it_rests() {
    let endpoint = Endpoint::start([Answer::text(&["Yes."]), Answer::error(401)]).await;
    let assistant = assistant(&endpoint, Limits { failures: 1, ..limits() });
    assert_eq!(text(&assistant, person("1")).await, "Yes.");
    assert_eq!(failure(&assistant, person("2")).await, Failure::Unavailable(Why::KeyRefused));
    assert_eq!(failure(&assistant, person("2")).await, Failure::Unavailable(Why::Resting));
    assert_eq!(text(&assistant, person("1")).await, "Yes.");
}
