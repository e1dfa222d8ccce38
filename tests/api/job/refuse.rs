//! Jobs that are given up, that fail, and that are tried again.

use super::steps::{Broken, Crawling, queue, work};
use super::{ended, job, lines, market, order};
use crate::support::{id, on_both, refused};
use plaza::jobs::Job;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

on_both! {
    async fn what_waits_is_cancelled_at_once_and_can_be_tried_again(app: &TestApp) {
        let (owner, store) = market(app).await;
        let ordered = order(&owner, &store, "menu.csv", lines(10).as_bytes()).await;
        let job_id = id(&ordered);
        let stranger = app.member("otra").await;
        let (refusal, _) = refused(&stranger.mutate_id("jobCancel", &job_id, "job { id }").await);
        assert!(refusal.starts_with("NOT_FOUND"), "{refusal}");
        let cancelled = owner.mutate_id("jobCancel", &job_id, "job { status }").await;
        assert_eq!(cancelled["job"]["status"], "CANCELLED");
        let (refusal, _) = refused(&owner.mutate_id("jobCancel", &job_id, "job { id }").await);
        assert!(refusal.starts_with("CONFLICT"), "{refusal}");

        let (working, stop) = work(app, plaza::jobs::all(), 1);
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(job(&owner, &ordered["id"]).await["status"], "CANCELLED", "nobody takes it");
        let again = owner.mutate_id("jobRetry", &job_id, "job { status }").await;
        assert_eq!(again["job"]["status"], "QUEUED");
        assert_eq!(ended(&owner, &ordered["id"]).await["result"]["created"], 10);
        let (refusal, _) = refused(&owner.mutate_id("jobRetry", &job_id, "job { id }").await);
        assert!(refusal.starts_with("CONFLICT"), "{refusal}");
        stop.cancel();
        working.await.expect("stops");
    }
}

on_both! {
    async fn what_runs_is_dropped_where_it_stands(app: &TestApp) {
        let owner = app.member("noel").await;
        let crawling = Arc::new(Crawling::default());
        let jobs: Vec<Arc<dyn Job>> = vec![Arc::clone(&crawling) as _];
        let job_id = queue(app, &owner, "crawling").await;
        let (working, stop) = work(app, jobs, 1);
        crawling.steps(3).await;
        let asked = owner.mutate_id("jobCancel", &job_id, "job { status message }").await;
        assert_eq!(asked["job"]["status"], "RUNNING");
        let cancelled = ended(&owner, &json!(job_id)).await;
        assert_eq!(cancelled["status"], "CANCELLED");
        let steps = crawling.done();
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(crawling.done(), steps, "it goes on no more");
        stop.cancel();
        working.await.expect("stops");
    }
}

on_both! {
    async fn what_breaks_is_tried_again_later_each_time_and_then_is_dead(app: &TestApp) {
        let owner = app.member("noel").await;
        // A token is good for less than all the pauses together.
        app.go_to(app.app.clock.now().0 - 500_000_000);
        let job_id = json!(queue(app, &owner, "broken").await);
        let jobs: Vec<Arc<dyn Job>> = vec![Arc::new(Broken)];
        let (working, stop) = work(app, jobs, 1);
        for (attempt, pause) in [(1, 10), (2, 40), (3, 160), (4, 640)] {
            let waiting = reaches(&owner, &job_id, attempt).await;
            assert_eq!(waiting["status"], "QUEUED");
            let said = waiting["message"].as_str().unwrap_or_default();
            assert!(said.starts_with("Something went wrong (") && !said.contains("secret"), "{said}");
            app.pass_seconds(pause - 1);
            tokio::time::sleep(Duration::from_millis(100)).await;
            assert_eq!(job(&owner, &job_id).await["attempts"], attempt, "it is not due yet");
            // Up to a fifth more, so that not all come back at once
            app.pass_seconds(pause / 5 + 1);
        }
        let dead = ended(&owner, &job_id).await;
        assert_eq!((&dead["status"], &dead["attempts"]), (&json!("FAILED"), &json!(5)));
        let again = owner.mutate_id("jobRetry", job_id.as_str().expect("an id"), "job { status attempts }").await;
        assert_eq!(again["job"], json!({ "status": "QUEUED", "attempts": 0 }));
        reaches(&owner, &job_id, 1).await;
        stop.cancel();
        working.await.expect("stops");
    }
}

on_both! {
    async fn a_kind_that_nobody_knows_waits_for_a_worker_that_does(app: &TestApp) {
        let owner = app.member("noel").await;
        let job_id = json!(queue(app, &owner, "tomorrow's").await);
        let (working, stop) = work(app, plaza::jobs::all(), 1);
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let waiting = job(&owner, &job_id).await;
        assert_eq!((&waiting["status"], &waiting["attempts"]), (&json!("QUEUED"), &json!(0)));
        stop.cancel();
        working.await.expect("stops");
    }
}

/// Waits until an attempt has ended.
async fn reaches(
    owner: &crate::support::Client,
    id: &serde_json::Value,
    attempt: i32,
) -> serde_json::Value {
    for _ in 0..1000 {
        let found = job(owner, id).await;
        if found["attempts"] == attempt && found["status"] != "RUNNING" {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("attempt {attempt} does not come: {:#}", job(owner, id).await);
}
