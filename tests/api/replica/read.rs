//! Positions: what a client has written it sees, and what it has not need not be new.

use super::{HEADER, Pair, Sign, WRITE, name, plaza, post, until};
use crate::support::{Events, TestApp};
use plaza::db::WalPosition;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_own_write_is_seen_whatever_the_replica_knows() {
    let pair = Pair::start(&[]).await;
    let app = plaza(&pair, &[("PLAZA_REPLICA_MAX_LAG", "600")]).await;
    let sign = Sign::put_up(&app, "rotulo").await;
    let first = sign.write("uno").await;
    app.replica_is("up").await;
    until(async || is_read_there(&app, &sign, Some(&first)).await).await;
    pair.replica.pause().await;

    let second = sign.write("dos").await;
    let before = app.replica_statements().await;
    let far = app.app.positions.seal(WalPosition::of(1 << 62));
    for _ in 0..20 {
        assert_eq!(sign.read(&second).await, "dos");
        assert_eq!(sign.read(&far).await, "dos");
    }
    assert_eq!(app.replica_statements().await, before, "the replica has not come that far");
    for position in [None, Some(first.as_str())] {
        assert!(is_read_there(&app, &sign, position).await, "{position:?}");
    }
    assert_eq!(
        (sign.read_any().await, sign.read(&first).await),
        ("uno".to_owned(), "uno".to_owned())
    );
    by_get_and_event_stream(&sign, [&first, &second], "dos").await;
    let third = by_socket(&app, &sign).await;

    pair.replica.resume().await;
    until(async || is_read_there(&app, &sign, Some(&third)).await).await;
    assert_eq!(sign.read(&third).await, "cuatro");
    app.finish().await;
}

/// Whether a read is answered by the replica
async fn is_read_there(app: &TestApp, sign: &Sign, position: Option<&str>) -> bool {
    let before = app.replica_statements().await;
    match position {
        Some(position) => sign.read(position).await,
        None => sign.read_any().await,
    };
    app.replica_statements().await > before
}

/// The extension is read wherever there is one, and of two positions the further one counts.
async fn by_get_and_event_stream(sign: &Sign, [old, position]: [&str; 2], expected: &str) {
    let mut question = sign.question();
    question["extensions"] = json!({ "position": position });
    let both = post(&sign.guest, question.clone()).header(HEADER, old);
    assert_eq!(name(&both.send().await.expect("answers").json().await.expect("JSON")), expected);
    let mut events = Events::open(post(&sign.guest, question.clone())).await;
    assert_eq!(name(&events.result().await), expected);

    let parts = ["query", "variables", "extensions"].map(|part| {
        let value = &question[part];
        (part, value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    });
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parts).finish();
    let get = sign.guest.request(Method::GET, &format!("/graphql?{query}"));
    assert_eq!(name(&get.send().await.expect("answers").json().await.expect("JSON")), expected);
}

/// The same on a socket, where there is the extension alone. The last position
async fn by_socket(app: &TestApp, sign: &Sign) -> String {
    let mut socket = sign.owner.socket().await;
    let mut position = String::new();
    for name in ["tres", "cuatro"] {
        let variables = json!({ "i": { "id": sign.store, "name": name } });
        socket.subscribe("w", WRITE, variables).await;
        let told = socket.hear().await;
        position =
            told["payload"]["extensions"]["position"].as_str().expect("a position").to_owned();
        assert_eq!(socket.hear().await["type"], "complete");
    }
    let before = app.replica_statements().await;
    let mut ask = async |extensions: Value| {
        let mut payload = sign.question();
        payload["extensions"] = extensions;
        socket.say(json!({ "id": "r", "type": "subscribe", "payload": payload })).await;
        let told = socket.hear().await;
        assert_eq!(socket.hear().await["type"], "complete");
        assert_eq!(told["payload"]["extensions"].get("position"), None, "a query changes nothing");
        name(&told["payload"])
    };
    assert_eq!(ask(json!({ "position": position })).await, "cuatro");
    assert_eq!(app.replica_statements().await, before);
    assert_eq!(ask(json!({})).await, "uno", "the replica knows nothing newer");
    socket
        .say(json!({ "id": "x", "type": "subscribe", "payload": {
        "query": "{ __typename }", "extensions": { "position": 7 } } }))
        .await;
    let error = socket.error("x").await;
    assert_eq!(error["extensions"]["code"], "BAD_REQUEST", "{error:#}");
    position
}
