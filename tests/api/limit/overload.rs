//! More than can be done: guests' reads are turned away first, then other reads, and writes of who is
//! signed in last; at once, and with nothing done.

use super::{Heard, LISTINGS, ask, figure, post};
use crate::account::SIGN_IN;
use crate::support::{Client, TestApp, on_one};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// One at a time; eight, sixteen or 32 may be here
const NARROW: [(&str, &str); 1] = [("PLAZA_OPERATIONS", "1")];
const WRITE: &str =
    "mutation { viewerUpdate(input: { displayName: \"Ana\" }) { userErrors { code } } }";
const PATIENCE: Duration = Duration::from_secs(4);

/// Sends writes until so many are here: the database is locked.
async fn crowd(client: &Client, waiting: &mut Vec<JoinHandle<Heard>>, many: usize) {
    while waiting.len() < many {
        waiting.push(tokio::spawn(Heard::of(post(client, WRITE))));
    }
    let (begun, many) = (Instant::now(), u32::try_from(many).expect("few"));
    while figure(client, "plaza_operations_present").await < f64::from(many) {
        assert!(begun.elapsed() < PATIENCE, "they don't come");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[track_caller]
fn is_shed(heard: &Heard) {
    assert_eq!((heard.status, heard.code()), (503, "OVERLOADED"), "{}", heard.body);
    assert_eq!(heard.header("retry-after"), "1");
    assert_eq!(heard.body.get("data"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guests_reads_go_first_and_writes_of_members_last() {
    on_one(&NARROW, async |app: &TestApp| {
        let (ana, guest) = (app.member("ana").await, app.guest());
        // Figures are kept from the first look on.
        figure(&guest, "plaza_operations_present").await;
        let mut socket = guest.socket().await;
        let lock = app.app.db.write().await.expect("begins");
        let mut waiting = Vec::new();
        crowd(&ana, &mut waiting, 8).await;
        is_shed(&ask(&guest, LISTINGS).await);
        socket.subscribe("1", LISTINGS, json!({})).await;
        assert_eq!(socket.error("1").await["extensions"]["code"], "OVERLOADED");
        crowd(&ana, &mut waiting, 16).await;
        is_shed(&ask(&ana, LISTINGS).await);
        is_shed(&Heard::of(post(&ana, LISTINGS).header("accept", "text/event-stream")).await);
        let input = json!({ "i": { "login": "x@y.ni", "password": "una clave" } });
        let knocking = json!({ "query": SIGN_IN, "variables": input });
        is_shed(&Heard::of(guest.request(reqwest::Method::POST, "/graphql").json(&knocking)).await);
        crowd(&ana, &mut waiting, 32).await;
        is_shed(&ask(&ana, WRITE).await);
        let protocol = [("sec-websocket-protocol", "graphql-transport-ws")];
        assert_eq!(guest.refused_handshake(&protocol).await, 503, "opening is turned away");
        let opening = guest.request(reqwest::Method::PUT, "/graphql");
        is_shed(&Heard::of(opening).await);
        drop(lock);
        for waits in waiting {
            let heard = waits.await.expect("is answered");
            assert_eq!(
                (heard.status, &heard.body["errors"]),
                (200, &json!(null)),
                "{}",
                heard.body
            );
        }
        assert_eq!(ask(&guest, LISTINGS).await.status, 200);
        socket.subscribe("2", LISTINGS, json!({})).await;
        socket.data("2").await;
        assert!((figure(&guest, "plaza_shed_total").await - 8.0).abs() < f64::EPSILON);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_looks_like_a_write_and_is_none_goes_with_the_reads() {
    on_one(&NARROW, async |app: &TestApp| {
        let ana = app.member("ana").await;
        figure(&ana, "plaza_operations_present").await;
        let lock = app.app.db.write().await.expect("begins");
        let mut waiting = Vec::new();
        crowd(&ana, &mut waiting, 1).await;
        let disguised =
            format!("mutation M {{ signOut {{ userErrors {{ code }} }} }} query Q {LISTINGS}");
        let body = json!({ "query": disguised, "operationName": "Q" });
        let request = ana.request(reqwest::Method::POST, "/graphql").json(&body);
        waiting.push(tokio::spawn(Heard::of(request)));
        crowd(&ana, &mut waiting, 2).await;
        crowd(&ana, &mut waiting, 18).await;
        drop(lock);
        // At its turn sixteen writes wait behind it: one too many for a read.
        for (at, waits) in waiting.into_iter().enumerate() {
            let heard = waits.await.expect("is answered");
            match at {
                1 => is_shed(&heard),
                _ => assert_eq!(heard.status, 200, "{}", heard.body),
            }
        }
    })
    .await;
}
