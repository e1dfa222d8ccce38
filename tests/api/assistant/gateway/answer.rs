//! What is asked, and answers that are whole: streamed, called, all in one, and in odd shapes.

use super::{LONG, SHORT, ask, assistant, hear, limits, person, text};
use crate::support::{Answer, Endpoint};
use futures_util::StreamExt;
use plaza::gateways::assistant::{Call, Limits, Model, Piece, Said, Usage};
use serde_json::{Value, json};

fn call(id: &str, name: &str, arguments: &str) -> Call {
    Call { id: id.to_owned(), name: name.to_owned(), arguments: arguments.to_owned() }
}

#[tokio::test]
async fn text_is_handed_out_while_the_rest_is_still_being_made() {
    let answer = Answer::stream().says("Queso, ").says("").says("pan").hangs();
    let endpoint = Endpoint::start([answer]).await;
    let mut reply = assistant(&endpoint, limits()).ask(person("What is there?"));
    for piece in ["Queso, ", "pan"] {
        assert_eq!(reply.next().await, Some(Ok(Piece::Text(piece.to_owned()))));
    }
}

#[tokio::test]
async fn an_answer_ends_with_what_it_took() {
    let endpoint = Endpoint::start([Answer::text(&["Sí, ", "ñandú 🦤"])]).await;
    let heard = hear(&assistant(&endpoint, limits()), person("Really?")).await;
    assert_eq!(heard.text, "Sí, ñandú 🦤");
    let usage = Usage {
        model: "fake-1".to_owned(),
        prompt_tokens: 11,
        completion_tokens: 7,
        from_cache: false,
    };
    assert_eq!(heard.used, Some(usage));
}

#[tokio::test]
async fn the_request_is_as_the_protocol_has_it() {
    let endpoint = Endpoint::start([Answer::text(&["Yes."])]).await;
    let calls = vec![call("c1", "listings", "{\"text\":\"pan\"}"), call("c2", "listings", "{rub")];
    let said = vec![
        Said::System("Be short.".to_owned()),
        Said::Person("Bread?".to_owned()),
        Said::Assistant { text: String::new(), calls },
        Said::Result { call: "c1".to_owned(), json: "[]".to_owned() },
        Said::Assistant { text: "None.".to_owned(), calls: Vec::new() },
    ];
    text(&assistant(&endpoint, limits()), ask(said)).await;
    let asked = endpoint.asked().pop().expect("it was asked");
    assert_eq!(asked.line, "POST /v1/chat/completions");
    let head = asked.head.to_ascii_lowercase();
    assert!(head.contains("authorization: bearer sk-a-key-for-tests-alone\r\n"), "{head}");
    assert!(head.contains("content-type: application/json\r\n"), "{head}");
    let parameters = json!({ "type": "object", "properties": { "text": { "type": "string" } } });
    let function =
        json!({ "name": "listings", "description": "Finds listings", "parameters": parameters });
    let called = |id: &str, arguments: &str| {
        let function = json!({ "name": "listings", "arguments": arguments });
        json!({ "id": id, "type": "function", "function": function })
    };
    let calls = [called("c1", "{\"text\":\"pan\"}"), called("c2", "{}")];
    let messages = json!([
        { "role": "system", "content": "Be short." },
        { "role": "user", "content": "Bread?" },
        { "role": "assistant", "content": null, "tool_calls": calls },
        { "role": "tool", "tool_call_id": "c1", "content": "[]" },
        { "role": "assistant", "content": "None." },
    ]);
    let body = json!({
        "model": "fake-1", "messages": messages, "user": "person-1", "stream": true,
        "stream_options": { "include_usage": true },
        "tools": [{ "type": "function", "function": function }],
    });
    assert_eq!(asked.body, body);
}

#[tokio::test]
async fn calls_are_put_together_out_of_their_pieces() {
    let calls = [("listings", "{\"text\":\"pan ñ\"}"), ("hours", "{\"store\":")];
    let endpoint = Endpoint::start([Answer::calls(&calls)]).await;
    let heard = hear(&assistant(&endpoint, limits()), person("Bread?")).await;
    let want = [
        call("call_listings_0", "listings", "{\"text\":\"pan ñ\"}"),
        call("call_hours_1", "hours", "{\"store\":"),
    ];
    assert_eq!((heard.text.as_str(), heard.calls.as_slice()), ("", &want[..]));
}

#[tokio::test]
async fn calls_without_index_or_id_and_with_odd_arguments_are_understood() {
    let piece = |call: Value| json!({ "tool_calls": [call] });
    let answer = Answer::stream()
        .says("One moment.")
        .delta(&piece(json!({ "id": "a", "function": { "name": "listings" } })))
        .delta(&piece(json!({ "id": "a", "function": { "name": "listings", "arguments": "{" } })))
        .delta(&piece(json!({ "function": { "arguments": "}" } })))
        .delta(&piece(json!({ "id": "b", "function": { "name": "hours", "arguments": {"x": 1} } })))
        .delta(&piece(json!({ "index": 7, "function": { "name": "last" } })))
        .finishes("stop");
    let endpoint = Endpoint::start([answer]).await;
    let heard = hear(&assistant(&endpoint, limits()), person("Bread?")).await;
    let want =
        [call("a", "listings", "{}"), call("b", "hours", "{\"x\":1}"), call("call_2", "last", "")];
    assert_eq!((heard.text.as_str(), heard.calls.as_slice()), ("One moment.", &want[..]));
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let function = json!({ "name": "listings", "arguments": "{}" });
    let calls = json!([{ "id": "c", "type": "function", "function": function }]);
    let message = json!({ "role": "assistant", "content": "Look:", "tool_calls": calls });
    let endpoint = Endpoint::start([Answer::whole(&message)]).await;
    let heard = hear(&assistant(&endpoint, limits()), person("Bread?")).await;
    assert_eq!((heard.text.as_str(), heard.calls), ("Look:", vec![call("c", "listings", "{}")]));
    let used = heard.used.expect("it ends");
    assert_eq!(
        (used.model.as_str(), used.prompt_tokens, used.completion_tokens),
        ("whole-1", 11, 7)
    );
}

#[tokio::test]
async fn it_makes_no_difference_how_the_network_cuts_a_stream() {
    let data = json!({ "choices": [{ "delta": { "content": "ñandú 🦤" } }], "odd": [1, {}] });
    let stream = format!(
        ": x\r\n\r\nevent: y\r\ndata: {data}\r\n\r\ndata: {{\"choices\":\ndata: []}}\n\n\
         data: {{\"ping\": 1}}\n\ndata: [DONE]\n\n"
    );
    let head = Answer::body(200, "text/event-stream", "");
    let by_byte = stream.as_bytes().chunks(1).fold(head, Answer::bytes);
    let endpoint = Endpoint::start([by_byte]).await;
    assert_eq!(text(&assistant(&endpoint, limits()), person("Bird?")).await, "ñandú 🦤");
}

#[tokio::test]
async fn an_answer_that_was_said_is_whole_whatever_comes_of_the_connection() {
    let said = || Answer::stream().says("Yes.").reason("stop");
    let script = [said().breaks(), said().hangs(), said().until_closed(), said()];
    let endpoint = Endpoint::start(script).await;
    let assistant = assistant(&endpoint, Limits { tail: SHORT, ..limits() });
    for number in 1..=4 {
        let heard = hear(&assistant, person(&number.to_string())).await;
        assert_eq!((heard.text.as_str(), heard.failure), ("Yes.", None), "{number}");
        assert_eq!(heard.used.map(|used| used.prompt_tokens), Some(0));
    }
    assert_eq!(endpoint.count(), 4);
}

#[tokio::test]
async fn a_text_without_end_is_ended_and_not_remembered() {
    let answer = (0..50).fold(Answer::stream(), |answer, _| answer.says("ñ23456789 ")).hangs();
    let endpoint = Endpoint::start([answer]).await;
    let assistant = assistant(&endpoint, Limits { text: 105, ..limits() });
    for count in 1..=2 {
        let heard = hear(&assistant, person("Talk.")).await;
        assert_eq!((heard.text.chars().count(), heard.failure), (105, None));
        assert_eq!(endpoint.count(), count);
    }
}

#[tokio::test]
async fn a_text_of_just_the_allowed_length_is_whole() {
    let endpoint = Endpoint::start([Answer::text(&["12345", "ñ789"])]).await;
    let assistant = assistant(&endpoint, Limits { text: 9, ..limits() });
    for _ in 1..=2 {
        assert_eq!(text(&assistant, person("Talk.")).await, "12345ñ789");
    }
    assert_eq!(endpoint.count(), 1, "and is remembered");
}

#[tokio::test]
async fn calls_beyond_the_eighth_are_left_out() {
    let calls = [("listings", "{}"); 10];
    let endpoint = Endpoint::start([Answer::calls(&calls)]).await;
    let heard = hear(&assistant(&endpoint, limits()), person("Bread?")).await;
    assert_eq!(heard.calls.len(), 8);
    assert!(heard.calls.iter().all(|call| call.arguments == "{}"));
}

#[tokio::test]
async fn pauses_shorter_than_the_limit_make_no_difference() {
    let answer = Answer::stream().waits(SHORT).says("Yes").waits(SHORT).says(".").stops();
    let endpoint = Endpoint::start([answer]).await;
    let assistant = assistant(&endpoint, Limits { silence: LONG, ..limits() });
    assert_eq!(text(&assistant, person("Well?")).await, "Yes.");
}

#[tokio::test]
async fn whoever_stops_reading_ends_the_request() {
    let endpoint = Endpoint::start([Answer::stream().says("a").hangs()]).await;
    let assistant = assistant(&endpoint, limits());
    let mut reply = assistant.ask(person("Well?"));
    assert!(reply.next().await.is_some());
    drop(reply);
    endpoint.now([Answer::text(&["b"])]);
    assert_eq!(text(&assistant, person("Well?")).await, "b", "nothing is kept of it");
}
