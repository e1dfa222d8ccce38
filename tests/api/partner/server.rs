//! Several servers at once: what is changed on one holds on the other within a second.

use super::{code, key, post, publish, within_a_second};
use crate::support::{Backend, Process, Redis, TestApp, done};
use plaza::entities::ClientMode;
use serde_json::json;
use std::time::{Duration, Instant};

/// On PostgreSQL with a Redis between the servers, and without one
async fn on_two_servers(with_redis: bool) {
    let mut redis = None;
    let mut settings = Vec::new();
    let url;
    if with_redis {
        let started = Redis::start(&[]).await;
        url = format!("redis://{}", started.address());
        settings.push(("REDIS_URL", url.as_str()));
        redis = Some(started);
    }
    let app = TestApp::start_with(Backend::Postgres, &settings).await;
    app.come_to_the_present();
    let person = app.member("elena").await;
    let server = Process::start(&app, &settings).await;
    let there = server.client(&app.guest());
    for number in 0..5 {
        let id = format!("document-{number}");
        publish(&app.app, "erp", &id, &format!("query Own{number} {{ service {{ name }} }}")).await;
        within_a_second(
            || post(&there, "erp", json!({ "documentId": id })),
            |answer| code(answer).is_empty(),
        )
        .await;
    }
    super::mode(&app, "erp", ClientMode::RequireId).await;
    let free = || post(&there, "erp", json!({ "query": "{ service { name } }" }));
    within_a_second(free, |answer| code(answer) == "PERSISTED_QUERY_ID_REQUIRED").await;
    let (id, partner) = key(&person, "erp", &["CATALOG_READ"]).await;
    let partner = server.client(&partner);
    assert_eq!(code(&post(&partner, "", json!({ "documentId": "document-0" })).await), "");
    let mut socket = partner.socket().await;
    let revoked = Instant::now();
    done(person.mutate_id("apiKeyRevoke", &id, "").await);
    assert_eq!(
        code(&post(&partner, "", json!({ "documentId": "document-0" })).await),
        "UNAUTHENTICATED"
    );
    assert_eq!(socket.closes().await.0, 4403);
    assert!(revoked.elapsed() < Duration::from_secs(1), "{:?}", revoked.elapsed());
    app.finish().await;
    drop(redis);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_redis_a_change_holds_everywhere_within_a_second() {
    on_two_servers(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_too() {
    on_two_servers(false).await;
}
