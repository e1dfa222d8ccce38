//! Endpoints that fail: a fallback that says so, or a reply that is seen to be broken off.

use super::{PATIENCE, alone, ask, ended, last, put};
use crate::support::{Answer, Backend, Client, Endpoint, Process, Shop, TestApp, done};
use plaza::db::Reads;
use plaza::entities::MessageStatus;
use sea_orm::TryGetable;
use serde_json::json;
use std::time::{Duration, Instant};

/// What came of a question to such an endpoint: status, body, model
async fn asked(answer: Answer) -> (String, String, String) {
    let endpoint = Endpoint::start([answer]).await;
    let app = TestApp::start_with(Backend::Sqlite, &endpoint.settings()).await;
    let shop = Shop::open(&app).await;
    let talk = alone(&shop.buyer).await;
    let reply = ask(&shop.buyer, &talk, "¿Tienen queso?").await;
    app.finish().await;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    (text(&reply["status"]), text(&reply["body"]), text(&reply["usage"]["model"]))
}

/// Waits until this text of a reply is stored, which takes a second or so.
async fn until_stored(client: &Client, talk: &str, text: &str) {
    let begun = Instant::now();
    while last(client, talk).await["lastMessage"]["body"] != text {
        assert!(begun.elapsed() < PATIENCE, "{text} is not stored");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn falls_back(answer: Answer) {
    let (status, body, model) = asked(answer).await;
    assert_eq!((status.as_str(), model.as_str()), ("SENT", "offline"), "{body}");
    assert!(body.starts_with("El asistente no está disponible en este momento."), "{body}");
    assert!(body.contains("Queso seco"), "{body}");
}

async fn breaks_off(answer: Answer, said: &str) {
    let (status, body, model) = asked(answer).await;
    assert_eq!((status.as_str(), body.as_str(), model.as_str()), ("FAILED", said, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_hangs_is_given_up() {
    falls_back(Answer::silence()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_says_429_for_ever_is_given_up() {
    falls_back(Answer::error(429)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_sends_rubbish_is_given_up() {
    falls_back(Answer::body(200, "text/html", "<h1>Welcome</h1>")).await;
    falls_back(Answer::body(200, "text/event-stream", "data: {\"choices\": [\n\n")).await;
    falls_back(Answer::error(500)).await;
    falls_back(Answer::error(401)).await;
    falls_back(Answer::text(&[])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_cuts_the_stream_leaves_what_it_said() {
    breaks_off(Answer::stream().says("Hay ").says("que").breaks(), "Hay que").await;
    breaks_off(Answer::stream().says("Hay").event(&json!("rubbish")).stops(), "Hay").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_hangs_in_the_middle_leaves_what_it_said() {
    breaks_off(Answer::stream().says("Hay quesos").hangs(), "Hay quesos").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_whose_server_died_is_ended_by_another() {
    let endpoint = Endpoint::start([Answer::stream().says("Hay queso").hangs()]).await;
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let app = TestApp::start(backend).await;
        app.come_to_the_present();
        let ana = app.member("ana").await;
        let mut server = Process::start(&app, &endpoint.settings()).await;
        let client = server.client(&ana);
        let talk = alone(&client).await;
        done(put(&client, &talk, "¿Tienen queso?").await);
        until_stored(&client, &talk, "Hay queso").await;
        server.kill();
        server.restart().await;
        let reply = ended(&client, &talk).await;
        assert_eq!((&reply["status"], &reply["body"]), (&json!("FAILED"), &json!("Hay queso")));
        // And the conversation goes on.
        endpoint.now([Answer::text(&["Hola."])]);
        assert_eq!(ask(&client, &talk, "¿Hola?").await["body"], "Hola.");
        endpoint.now([Answer::stream().says("Hay queso").hangs()]);
        drop(server);
        app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_leaves_no_reply_hanging() {
    let endpoint = Endpoint::start([Answer::stream().says("Hay queso").hangs()]).await;
    let app = TestApp::start_with(Backend::Sqlite, &endpoint.settings()).await;
    let ana = app.member("ana").await;
    let talk = alone(&ana).await;
    done(put(&ana, &talk, "¿Tienen queso?").await);
    until_stored(&ana, &talk, "Hay queso").await;
    app.stop_and_look(async |app| {
        let reader = app.db.reader();
        let sql = reader.sql("SELECT status FROM message WHERE position = 2");
        let row = reader.one(sql).await.expect("reads").expect("a reply");
        let status = MessageStatus::try_get_by_index(&row, 0).expect("a status");
        assert_eq!(status, MessageStatus::Failed);
    })
    .await;
}
