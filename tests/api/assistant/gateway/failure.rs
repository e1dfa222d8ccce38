//! What is no answer: silence, cuts, rubbish. Before the first piece it is `Unavailable`, after it
//! `BrokenOff`.

use super::{LONG, SHORT, assistant, failure, hear, limits, person};
use crate::support::{Answer, Endpoint};
use plaza::config::Config;
use plaza::gateways::assistant::{Assistant, Failure, Limits, Why};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How an ask fails that is answered like this, and how often the endpoint was asked
async fn fails(answer: Answer, limits: Limits) -> (Failure, usize) {
    let endpoint = Endpoint::start([answer]).await;
    let failure = failure(&assistant(&endpoint, limits), person("Bread?")).await;
    (failure, endpoint.count())
}

#[tokio::test]
async fn without_an_endpoint_there_is_no_answer() {
    let assistant = Assistant::new(None, || 1).expect("nothing can fail");
    assert!(!assistant.is_configured());
    assert_eq!(failure(&assistant, person("Bread?")).await, Failure::Unavailable(Why::Absent));
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_down() {
    let endpoint = Endpoint::start([]).await;
    let assistant = assistant(&endpoint, limits());
    drop(endpoint);
    tokio::task::yield_now().await;
    assert_eq!(failure(&assistant, person("Bread?")).await, Failure::Unavailable(Why::Down));
}

/// Pauses between attempts that were drawn: on a busy machine a request may not be there yet when
/// its attempt ends, so the endpoint can't be asked for their number
static PAUSES: AtomicUsize = AtomicUsize::new(0);

#[tokio::test]
async fn silence_before_and_after_the_head_is_slow_and_tried_again() {
    let headed = Answer::body(200, "text/event-stream", ": hello\n\n");
    let whole = Answer::body(200, "application/json", "{\"choices\"");
    let draw = || u64::from(PAUSES.fetch_add(1, Ordering::SeqCst) == 0);
    for answer in [Answer::silence(), headed.hangs(), whole.hangs()] {
        let endpoint = Endpoint::start([answer]).await;
        let config = Config::from_pairs(endpoint.settings()).expect("the settings hold");
        let limits = Limits { first: SHORT, ..limits() };
        let assistant = Assistant::with_limits(config.assistant.as_ref(), draw, limits);
        let heard = failure(&assistant.expect("is made"), person("Bread?")).await;
        assert_eq!(heard, Failure::Unavailable(Why::Slow));
        assert_eq!(PAUSES.swap(0, Ordering::SeqCst), 2, "between three attempts");
    }
}

#[tokio::test]
async fn all_attempts_together_have_a_limit() {
    let limits = Limits { first: LONG, speak: SHORT, ..limits() };
    let (heard, count) = fails(Answer::silence(), limits).await;
    assert_eq!(heard, Failure::Unavailable(Why::Slow));
    assert!(count <= 1, "nothing is left for another");
}

#[tokio::test]
async fn silence_between_pieces_breaks_an_answer_off() {
    let limits = || Limits { silence: SHORT, ..limits() };
    let spoken = Answer::stream().says("Half").hangs();
    assert_eq!(fails(spoken, limits()).await, (Failure::BrokenOff(Why::Slow), 1));
    let unspoken = Answer::stream().hangs();
    assert_eq!(fails(unspoken, limits()).await, (Failure::Unavailable(Why::Slow), 3));
}

#[tokio::test]
async fn comments_do_not_show_that_a_model_writes() {
    let spoken = Answer::stream().says("Half");
    let pings = (0..10_000).fold(spoken, |answer, _| answer.bytes(b": ping\n\n").waits(SHORT / 6));
    let limits = Limits { silence: SHORT, ..limits() };
    assert_eq!(fails(pings, limits).await, (Failure::BrokenOff(Why::Slow), 1));
}

#[tokio::test]
async fn an_answer_that_never_ends_is_broken_off() {
    let endless = (0..10_000).fold(Answer::stream(), |answer, _| answer.says("a").waits(SHORT / 6));
    let limits = Limits { whole: Duration::from_secs(3), ..limits() };
    assert_eq!(fails(endless, limits).await, (Failure::BrokenOff(Why::Slow), 1));
}

#[tokio::test]
async fn a_cut_before_the_first_piece_is_tried_again() {
    let calling = json!({ "tool_calls": [{ "index": 0, "id": "a", "function": {"name": "x"} }] });
    for answer in [
        Answer::hung_up(),
        Answer::stream().breaks(),
        Answer::stream().delta(&calling).breaks(),
        Answer::stream().until_closed(),
        Answer::body(200, "application/json", "{\"choices\":[").breaks(),
    ] {
        assert_eq!(fails(answer, limits()).await, (Failure::Unavailable(Why::Down), 3));
    }
}

#[tokio::test]
async fn a_cut_after_it_is_not() {
    let half = || Answer::stream().says("Half");
    for answer in
        [half().breaks(), half().bytes(b"data: {\"choic").until_closed(), half().until_closed()]
    {
        assert_eq!(fails(answer, limits()).await, (Failure::BrokenOff(Why::Down), 1));
    }
}

#[tokio::test]
async fn an_error_in_the_stream_is_one() {
    let error = || json!({ "error": { "message": "overloaded" } });
    let spoken = Answer::stream().says("Half").event(&error());
    assert_eq!(fails(spoken, limits()).await, (Failure::BrokenOff(Why::Down), 1));
    let unspoken = Answer::stream().event(&error());
    assert_eq!(fails(unspoken, limits()).await, (Failure::Unavailable(Why::Down), 3));
}

#[tokio::test]
async fn what_is_no_answer_is_not_asked_for_again() {
    let html = "<!doctype html><title>Welcome</title>";
    let long = format!("data: \"{}", "x".repeat(2000));
    let nameless = json!({ "tool_calls": [{ "index": 0, "function": { "arguments": "{}" } }] });
    let endless = json!({
        "tool_calls": [{ "index": 0, "function": { "name": "x", "arguments": "x".repeat(501) } }]
    });
    for answer in [
        Answer::body(200, "text/html", html),
        Answer::body(200, "application/json", html),
        Answer::body(200, "text/event-stream", "data: <html>\n\n"),
        Answer::body(200, "application/json", "{\"choices\": [{"),
        Answer::body(200, "application/json", "{}"),
        Answer::body(200, "application/json", "[\"choices\"]"),
        Answer::body(200, "application/json", "{\"choices\": 7}"),
        Answer::body(200, "application/json", &long),
        Answer::body(200, "text/event-stream", &long),
        Answer::body(200, "text/event-stream", "").bytes(b"data: \"\xf0\x9f\"\n\n"),
        Answer::stream().stops(),
        Answer::stream().delta(&nameless).stops(),
        Answer::stream().delta(&endless).stops(),
        Answer::body(302, "text/html", "").header("location", "/v1/elsewhere"),
    ] {
        let limits = Limits { body: 1000, arguments: 500, ..limits() };
        let told = format!("{answer:?}");
        let heard = fails(answer, limits).await;
        assert_eq!(heard, (Failure::Unavailable(Why::Garbled), 1), "{told}");
    }
}

#[tokio::test]
async fn rubbish_after_the_first_piece_breaks_an_answer_off() {
    let answer = Answer::stream().says("Half").bytes(b"data: <html>\n\n");
    let endpoint = Endpoint::start([answer]).await;
    let heard = hear(&assistant(&endpoint, limits()), person("Bread?")).await;
    let broken = Some(Failure::BrokenOff(Why::Garbled));
    assert_eq!((heard.text.as_str(), heard.failure), ("Half", broken));
}
