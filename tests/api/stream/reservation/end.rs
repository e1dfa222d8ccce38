//! What ends a stream, and what ends with it.

use super::super::STORE;
use super::{SERVICE, data, opening, reserve, start, started, stream, with};
use crate::door::Answer;
use crate::support::{Backend, Shop, TestApp, on_one};
use reqwest::Method;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// What has not happened by then does not happen
const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_reservation_that_is_not_used_ends_after_ten_seconds() {
    on_one(&[], async |app| {
        let guest = app.guest();
        let (used, mut events) = stream(&guest).await;
        let unused = reserve(&guest).await;
        started(&guest, &unused, "1", SERVICE, json!({})).await;
        app.pass_seconds(10);
        assert_eq!(start(&guest, &unused, "2", SERVICE, json!({})).await.status, 404);
        let late = opening(&guest, &unused).header("accept", "text/event-stream");
        assert_eq!(Answer::of(late).await.status, 404);
        started(&guest, &used, "1", SERVICE, json!({})).await;
        data(&mut events, "1").await;
    })
    .await;
}

/// Waits until the server keeps this many streams of topics.
async fn kept(app: &TestApp, streams: usize) {
    let begun = Instant::now();
    while app.app.log.hub().size().1 != streams {
        assert!(begun.elapsed() < SOON, "{:?}", app.app.log.hub().size());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_cut_frees_everything() {
    on_one(&[], async |app| {
        let shop = Shop::open(app).await;
        let token = reserve(&shop.clerk).await;
        // By hand: a client of a library notices only at the next event that nobody reads it.
        let address = app.url.strip_prefix("http://").expect("an address");
        let mut connection = TcpStream::connect(address).await.expect("connects");
        let head = format!(
            "GET /graphql?token={token} HTTP/1.1\r\nhost: {address}\r\naccept: text/event-stream\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).await.expect("the server takes it");
        for id in ["1", "2"] {
            started(&shop.clerk, &token, id, STORE, json!({ "id": shop.store })).await;
        }
        kept(app, 2).await;
        drop(connection);
        kept(app, 0).await;
        assert_eq!(start(&shop.clerk, &token, "3", SERVICE, json!({})).await.status, 404);
        let again = opening(&shop.clerk, &token).header("accept", "text/event-stream");
        assert_eq!(Answer::of(again).await.status, 404);
        // npm graphql-sse sends the old token along.
        let anew = Answer::of(with(&shop.clerk, Method::PUT, "/graphql", &token)).await;
        assert_eq!((anew.status, anew.text == token), (201, false));
    })
    .await;
}

#[tokio::test]
async fn a_stream_ends_with_the_access_token_that_reserved_it() {
    on_one(&[], async |app| {
        let rosa = app.member("rosa").await;
        app.pass_seconds(15 * 60 - 1);
        let (token, mut events) = stream(&rosa).await;
        started(&rosa, &token, "1", SERVICE, json!({})).await;
        data(&mut events, "1").await;
        // Without `complete`: its client comes back with a new one, and goes on.
        events.ends().await;
    })
    .await;
}

#[tokio::test]
async fn a_stream_ends_when_the_server_stops() {
    let app = TestApp::start(Backend::Sqlite).await;
    let guest = app.guest();
    let (token, mut events) = stream(&guest).await;
    started(&guest, &token, "1", SERVICE, json!({})).await;
    data(&mut events, "1").await;
    reserve(&guest).await;
    let ended = tokio::spawn(events.ends());
    tokio::time::timeout(SOON, app.finish()).await.expect("stops");
    ended.await.expect("hears the end");
}
