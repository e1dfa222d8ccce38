//! Each place of an id, each mode, over each transport.

use super::{code, known, mode, named, publish};
use crate::support::{Client, Events, on_both};
use plaza::entities::ClientMode;
use reqwest::Method;
use serde_json::{Map, Value, json};

const SERVICE: &str = "query Version { service { name } }";
const FOLLOWED: &str = "subscription Follow { service { name } }";

/// Where an id may stand; the last is no id, but the text
const PLACES: [&str; 7] = [
    "documentId",
    "sha256:documentId",
    "persistedQuery",
    "?documentId",
    "?persistedQuery",
    "path",
    "text",
];
const TRANSPORTS: [&str; 6] = ["POST", "GET", "SSE", "SSE by GET", "multipart", "WebSocket"];

/// What becomes of a text that was published, and of one that was not, in a mode
fn texts(mode: ClientMode) -> [&'static str; 2] {
    match mode {
        ClientMode::Log => ["", ""],
        ClientMode::Safelist => ["", "QUERY_NOT_IN_SAFELIST"],
        ClientMode::RequireId => ["PERSISTED_QUERY_ID_REQUIRED", "PERSISTED_QUERY_ID_REQUIRED"],
    }
}

on_both! {
    async fn an_id_is_found_wherever_it_stands(app: &TestApp) {
        let guest = app.guest();
        let ids = ["Version", "Follow"].map(|name| format!("id-of-{name}"));
        publish(&app.app, "shop", &ids[0], SERVICE).await;
        publish(&app.app, "shop", &ids[1], FOLLOWED).await;
        known(&guest, "shop", &ids[1]).await;
        let mut tried = 0;
        for client_mode in [ClientMode::Log, ClientMode::Safelist, ClientMode::RequireId] {
            mode(app, "shop", client_mode).await;
            settled(&guest, client_mode).await;
            for transport in TRANSPORTS {
                let follows = transport == "multipart";
                let (id, text) = if follows { (&ids[1], FOLLOWED) } else { (&ids[0], SERVICE) };
                for place in PLACES {
                    let Some(answer) = send(&guest, transport, place, id, text).await else { continue };
                    tried += 1;
                    let expected = if place == "text" { texts(client_mode)[0] } else { "" };
                    let what = format!("{transport}, {place}, {client_mode:?}: {answer:#}");
                    assert_eq!(code(&answer), expected, "{what}");
                    let name = &answer["data"]["service"]["name"];
                    assert_eq!(name.is_string(), expected.is_empty(), "{what}");
                }
                let other = text.replace("name", "version");
                let answer = send(&guest, transport, "text", "", &other).await.expect("a place");
                assert_eq!(code(&answer), texts(client_mode)[1], "{transport}, {client_mode:?}");
            }
        }
        assert_eq!(tried, 3 * 33, "every place that a transport has");
    }
}

/// Waits until the server goes by the mode.
async fn settled(guest: &Client, client_mode: ClientMode) {
    let expected = texts(client_mode)[1];
    let ask =
        || super::post(guest, "shop", json!({ "query": "query Other { service { version } }" }));
    super::within_a_second(ask, |answer| code(answer) == expected).await;
}

/// The answer, where the transport has the place
async fn send(guest: &Client, transport: &str, place: &str, id: &str, text: &str) -> Option<Value> {
    let (method, accept) = match transport {
        "POST" => (Method::POST, "application/json"),
        "GET" => (Method::GET, "application/json"),
        "SSE" => (Method::POST, "text/event-stream"),
        "SSE by GET" => (Method::GET, "text/event-stream"),
        "multipart" => (Method::POST, "multipart/mixed;subscriptionSpec=1.0, application/json"),
        _ => return over_socket(guest, place, id, text).await,
    };
    let persisted = json!({ "persistedQuery": { "version": 1, "sha256Hash": id } });
    let (mut body, mut query, mut path) = (Map::new(), Vec::new(), "/graphql".to_owned());
    match place {
        "documentId" => drop(body.insert("documentId".to_owned(), json!(id))),
        "sha256:documentId" => {
            drop(body.insert("documentId".to_owned(), json!(format!("sha256:{id}"))));
        }
        "persistedQuery" => drop(body.insert("extensions".to_owned(), persisted)),
        "text" => drop(body.insert("query".to_owned(), json!(text))),
        "?documentId" => query.push(("documentId", id.to_owned())),
        "?persistedQuery" => query.push(("extensions", persisted.to_string())),
        _ => path = format!("/graphql/{id}"),
    }
    if method == Method::GET {
        // What is in a body elsewhere is in the query string here.
        for (name, value) in std::mem::take(&mut body) {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            match name.as_str() {
                "documentId" => query.push(("documentId", value)),
                "query" => query.push(("query", value)),
                _ => query.push(("extensions", value)),
            }
        }
    } else if !query.is_empty() {
        return None;
    }
    if !query.is_empty() {
        let query =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        path = format!("{path}?{query}");
    }
    let mut request = named(guest, "shop", method.clone(), &path).header("accept", accept);
    if method == Method::POST {
        let body = Value::Object(body).to_string();
        request = request.header("content-type", "application/json").body(body);
    }
    if accept == "text/event-stream" {
        return Some(Events::open(request).await.result().await);
    }
    let mut response = request.send().await.expect("answers");
    let mut text = String::new();
    // Parts go on for ever: the first one is the answer.
    while let Some(chunk) = response.chunk().await.expect("more") {
        text += std::str::from_utf8(&chunk).expect("UTF-8");
        if let Some(part) = text.lines().find(|line| line.starts_with("{\"payload\"")) {
            let part: Value = serde_json::from_str(part).expect(part);
            return Some(part["payload"].clone());
        }
    }
    Some(serde_json::from_str(&text).expect(&text))
}

async fn over_socket(guest: &Client, place: &str, id: &str, text: &str) -> Option<Value> {
    let payload = match place {
        "documentId" => json!({ "documentId": id }),
        "sha256:documentId" => json!({ "documentId": format!("sha256:{id}") }),
        "persistedQuery" => {
            json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": id } } })
        }
        "text" => json!({ "query": text }),
        _ => return None,
    };
    let mut socket = guest.raw_socket(&[("sec-websocket-protocol", "graphql-transport-ws")]).await;
    let init = json!({ "type": "connection_init", "payload": { "GraphQL-Client-Name": "shop" } });
    socket.say(init).await;
    assert_eq!(socket.hear().await["type"], "connection_ack");
    socket.say(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    let heard = socket.hear().await;
    Some(if heard["type"] == "error" {
        json!({ "errors": heard["payload"] })
    } else {
        heard["payload"].clone()
    })
}
