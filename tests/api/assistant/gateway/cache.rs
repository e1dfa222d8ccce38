//! Equal asks reach the endpoint once; other data, other words or another model are other asks.

use super::{Heard, ask, assistant, failure, hear, limits, person};
use crate::support::{Answer, Endpoint};
use plaza::gateways::assistant::{Ask, Call, Limits, Said};
use std::time::Duration;

/// The same turn, with the ids that an endpoint drew and what the tool gave
fn after_call(id: &str, json: &str) -> Ask {
    let call = Call { id: id.to_owned(), name: "listings".to_owned(), arguments: "{}".to_owned() };
    ask(vec![
        Said::Person("Bread?".to_owned()),
        Said::Assistant { text: String::new(), calls: vec![call] },
        Said::Result { call: id.to_owned(), json: json.to_owned() },
    ])
}

/// From memory, and else the same
fn same(first: &Heard, again: Heard) {
    let used = again.used.expect("it ends");
    assert!(used.from_cache && (used.prompt_tokens, used.completion_tokens) == (0, 0));
    assert_eq!((&first.text, &first.calls), (&again.text, &again.calls));
    assert_eq!(first.used.as_ref().map(|used| &used.model), Some(&used.model));
}

#[tokio::test]
async fn an_equal_ask_of_somebody_else_reaches_no_endpoint() {
    let long = "ñandú ".repeat(300);
    let endpoint = Endpoint::start([Answer::text(&[&long])]).await;
    let assistant = assistant(&endpoint, limits());
    let first = hear(&assistant, person("Bread?")).await;
    let other = Ask { person: "person-2".to_owned(), ..person("Bread?") };
    same(&first, hear(&assistant, other).await);
    assert_eq!(endpoint.count(), 1);
}

#[tokio::test]
async fn calls_are_remembered_as_well() {
    let endpoint = Endpoint::start([Answer::calls(&[("listings", "{\"text\":\"pan\"}")])]).await;
    let assistant = assistant(&endpoint, limits());
    let first = hear(&assistant, person("Bread?")).await;
    same(&first, hear(&assistant, person("Bread?")).await);
    assert_eq!((first.calls.len(), endpoint.count()), (1, 1));
}

#[tokio::test]
async fn other_data_is_another_ask_and_another_id_is_none() {
    let endpoint = Endpoint::start([Answer::text(&["Yes."])]).await;
    let assistant = assistant(&endpoint, limits());
    let first = hear(&assistant, after_call("a", "[1]")).await;
    same(&first, hear(&assistant, after_call("b", "[1]")).await);
    assert_eq!(endpoint.count(), 1);
    let other = hear(&assistant, after_call("a", "[2]")).await;
    assert!(other.used.is_some_and(|used| !used.from_cache));
    assert_eq!(endpoint.count(), 2);
}

#[tokio::test]
async fn an_answer_that_broke_off_is_not_remembered() {
    let half = Answer::stream().says("Half").breaks();
    let endpoint = Endpoint::start([half, Answer::text(&["Yes."])]).await;
    let assistant = assistant(&endpoint, limits());
    failure(&assistant, person("Bread?")).await;
    assert_eq!(hear(&assistant, person("Bread?")).await.text, "Yes.");
}

#[tokio::test]
async fn an_answer_is_forgotten_after_a_while() {
    let endpoint = Endpoint::start([Answer::text(&["Yes."])]).await;
    let brief = Limits { remembered_for: Duration::from_millis(1), ..limits() };
    let assistant = assistant(&endpoint, brief);
    for count in 1..=2 {
        hear(&assistant, person("Bread?")).await;
        assert_eq!(endpoint.count(), count);
        tokio::time::sleep(super::SHORT).await;
    }
}
