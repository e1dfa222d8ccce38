//! What the clock asks for. Every worker queues each turn; the turn's name is taken once, so that it is
//! done once, however many servers there are.

use super::all;
use super::queue::{self, NewJob};
use crate::app::{App, report};
use crate::entities::JobId;
use crate::error::Result;
use crate::services::queue_figures;
use std::collections::HashMap;
use std::time::Duration;

/// How often it is looked at the clock
const LOOK: Duration = Duration::from_secs(15);

/// Queues what is due, until it is aborted.
pub async fn keep_schedule(app: &App) {
    let jobs = all();
    let kinds: Vec<&'static str> = jobs.iter().map(|job| job.kind()).collect();
    let mut queued = HashMap::new();
    loop {
        for (kind, period) in jobs.iter().filter_map(|job| Some((job.kind(), job.every()?))) {
            let turn = app.clock.now().0.div_euclid(period * 1_000_000);
            if queued.get(kind) == Some(&turn) {
                continue;
            }
            let done = queue_turn(app, kind, turn).await;
            report(&done);
            if done.is_ok() {
                queued.insert(kind, turn);
            }
        }
        report(&tell_figures(app, &kinds).await);
        tokio::time::sleep(LOOK).await;
    }
}

/// How the queue stands, for `/metrics`
async fn tell_figures(app: &App, kinds: &[&'static str]) -> Result<()> {
    let figures = queue_figures(app).await?;
    let count = |number: i64| f64::from(i32::try_from(number).unwrap_or(i32::MAX));
    for kind in kinds.iter().copied() {
        let waiting = figures.waiting.iter().find(|(known, _)| known == kind);
        metrics::gauge!("plaza_jobs_waiting", "kind" => kind)
            .set(waiting.map_or(0.0, |(_, jobs)| count(*jobs)));
    }
    let unknown = figures.waiting.iter().filter(|(kind, _)| !kinds.contains(&kind.as_str()));
    metrics::gauge!("plaza_jobs_waiting", "kind" => "other")
        .set(count(unknown.map(|(_, jobs)| jobs).sum()));
    metrics::gauge!("plaza_jobs_dead").set(count(figures.dead));
    Ok(())
}

async fn queue_turn(app: &App, kind: &'static str, turn: i64) -> Result<()> {
    let now = app.clock.now();
    let job = NewJob {
        id: JobId(app.ids.next()),
        kind,
        owner: None,
        input: "{}".to_owned(),
        total: None,
        run_at: now,
        slot: Some(format!("{kind}@{turn}")),
    };
    let tx = app.db.write().await?;
    let is_ours = queue::enqueue(&tx, job, now).await?;
    tx.commit().await?;
    if is_ours {
        app.jobs.ring();
    }
    Ok(())
}
