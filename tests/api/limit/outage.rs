//! Redis dies and comes back: whoever reads notices nothing, nobody signs in meanwhile, and both are
//! as before once it is back.

use super::{LISTINGS, ask};
use crate::account::{PASSWORD, SIGN_IN, SIGN_UP, newcomer};
use crate::support::{Backend, Client, Process, Redis, TestApp, message, refusals};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// What has not happened by then does not happen
const PATIENCE: Duration = Duration::from_secs(20);
const UNAVAILABLE: [&str; 1] = ["UNAVAILABLE"];

async fn sign_in(client: &Client) -> Value {
    let input = json!({ "login": "rosa@correo.ni", "password": PASSWORD });
    client.ask(SIGN_IN, json!({ "i": input })).await["signIn"].take()
}

/// Reads until the end: how often
async fn read_on(client: Client, end: watch::Receiver<()>) -> usize {
    let mut asked = 0;
    while !end.has_changed().unwrap_or(true) {
        let heard = ask(&client, LISTINGS).await;
        assert_eq!((heard.status, &heard.body["errors"]), (200, &Value::Null), "{}", heard.body);
        asked += 1;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    asked
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_go_on_without_redis_and_signing_in_waits_for_it() {
    let mut redis = Redis::start(&[]).await;
    let app = TestApp::start(Backend::Postgres).await;
    app.come_to_the_present();
    let url = format!("redis://{}", redis.address());
    let settings = [
        ("REDIS_URL", url.as_str()),
        ("PLAZA_LIMIT_ADDRESS", "100000:100000"),
        ("PLAZA_LIMIT_SIGN_UP", "10"),
    ];
    let server = Process::start(&app, &settings).await;
    let guest = server.client(&app.guest());
    let made = guest.ask(SIGN_UP, json!({ "i": newcomer("rosa") })).await;
    assert_eq!(refusals(&made["signUp"]), [""; 0]);
    assert_eq!(refusals(&sign_in(&guest).await), [""; 0]);
    let (end, ended) = watch::channel(());
    let reading = tokio::spawn(read_on(guest.clone(), ended));

    redis.kill();
    away(&guest).await;
    redis.restart().await;
    back(&guest).await;
    redis.kill();
    away(&guest).await;
    redis.restart().await;
    back(&guest).await;

    end.send_replace(());
    assert!(reading.await.expect("every read is answered") > 20);
    drop(server);
    app.finish().await;
}

/// Nobody is let in, everybody reads, and nobody waits for Redis each time.
async fn away(guest: &Client) {
    for _ in 0..6 {
        let refused = sign_in(guest).await;
        assert_eq!(refusals(&refused), UNAVAILABLE);
        let told = "Signing in is not possible at the moment; try again in a minute";
        assert_eq!(message(&refused, ""), told);
    }
    let refused = guest.ask(SIGN_UP, json!({ "i": newcomer("carla") })).await;
    assert_eq!(refusals(&refused["signUp"]), UNAVAILABLE);
    let begun = Instant::now();
    for _ in 0..100 {
        let heard = ask(guest, LISTINGS).await;
        assert_eq!((heard.status, heard.header("ratelimit")), (200, ""), "{}", heard.body);
    }
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
}

/// Both work again, before long.
async fn back(guest: &Client) {
    let begun = Instant::now();
    while refusals(&sign_in(guest).await) == UNAVAILABLE {
        assert!(begun.elapsed() < PATIENCE, "it does not come back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(refusals(&sign_in(guest).await), [""; 0]);
    while ask(guest, LISTINGS).await.header("ratelimit").is_empty() {
        assert!(begun.elapsed() < PATIENCE, "costs are not counted again");
    }
}
