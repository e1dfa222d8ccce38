//! Takes jobs and runs them, some at a time, until it is told to stop.
//!
//! While a job runs its worker gives signs of life. Where the answer is that the job is somebody else's
//! by now, or that somebody has given it up, the job is dropped where it stands: what it had not
//! committed is undone.

use super::Job;
use super::queue::{Ending, Pulse, Taken, give_back_lost, take};
use super::schedule::keep_schedule;
use crate::app::{App, random_bytes, random_hex, report};
use crate::entities::JobStatus;
use crate::error::{Error, Fault, Result};
use futures_util::FutureExt;
use serde_json::Value;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// How often it is looked for jobs that other servers have queued, or whose time has come
const LOOK: Duration = Duration::from_secs(1);
/// How often it is looked for jobs of workers that have died
const LOOK_FOR_LOST: Duration = Duration::from_secs(5);
/// How often a worker gives a sign of life
const BEAT: Duration = Duration::from_secs(2);
/// How long jobs may take to finish once the worker stops; the rest goes back to the queue
const FINISH: Duration = Duration::from_secs(10);

/// Who works, on what
#[derive(Clone)]
pub struct Crew {
    jobs: HashMap<&'static str, Arc<dyn Job>>,
    at_once: usize,
}

impl Crew {
    /// A worker that knows these kinds, and does so many at a time.
    pub fn of(jobs: impl IntoIterator<Item = Arc<dyn Job>>, at_once: usize) -> Self {
        let jobs = jobs.into_iter().map(|job| (job.kind(), job)).collect();
        Self { jobs, at_once }
    }
}

/// The same as [`work`], and queues what the clock asks for.
pub async fn work_with_clock(app: Arc<App>, crew: Crew, stop: CancellationToken) {
    let clock = tokio::spawn({
        let app = Arc::clone(&app);
        async move { keep_schedule(&app).await }
    });
    work(app, crew, stop).await;
    clock.abort();
}

/// Works until it is told to stop.
pub async fn work(app: Arc<App>, crew: Crew, stop: CancellationToken) {
    let kinds: Vec<&'static str> = crew.jobs.keys().copied().collect();
    let (running, turns) = (TaskTracker::new(), Arc::new(Semaphore::new(crew.at_once)));
    let (ended, hurry) = (Arc::new(Notify::new()), CancellationToken::new());
    let mut looked_for_lost: Option<Instant> = None;
    loop {
        if looked_for_lost.is_none_or(|at| at.elapsed() >= LOOK_FOR_LOST) {
            report(&find_lost(&app).await);
            looked_for_lost = Some(Instant::now());
        }
        let room = turns.available_permits();
        let taken = match room {
            0 => Ok(Vec::new()),
            room => {
                let token = Uuid::from_bytes(random_bytes());
                take(&app.db, &app.log, token, &kinds, room, app.clock.now()).await
            }
        };
        let count = taken.as_ref().map_or(0, Vec::len);
        match taken {
            Ok(taken) => {
                for taken in taken {
                    let Ok(turn) = Arc::clone(&turns).try_acquire_owned() else { break };
                    let (app, crew, ended) = (Arc::clone(&app), crew.clone(), Arc::clone(&ended));
                    let hurry = hurry.clone();
                    running.spawn(async move {
                        report(&run(&app, &crew, taken, &hurry).await);
                        drop(turn);
                        ended.notify_one();
                    });
                }
            }
            Err(err) => report(&Err(err)),
        }
        if stop.is_cancelled() {
            break;
        }
        // Where all that was asked for was there, there may be more.
        if count > 0 && count == room {
            tokio::select! {
                () = stop.cancelled() => break,
                () = ended.notified() => continue,
            }
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = app.jobs.rung() => {}
            () = ended.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    running.close();
    if tokio::time::timeout(FINISH, running.wait()).await.is_err() {
        hurry.cancel();
        running.wait().await;
    }
}

async fn find_lost(app: &App) -> Result<()> {
    for job in give_back_lost(&app.db, &app.log, app.clock.now()).await? {
        tracing::warn!(job.kind, job.id = %job.id.0, job.attempts, job.status = ?job.status, "the worker of a job has died");
        count_lost(&job.kind, job.status);
    }
    Ok(())
}

fn count_lost(kind: &str, status: JobStatus) {
    let outcome = match status {
        JobStatus::Failed => "dead",
        JobStatus::Cancelled => "cancelled",
        JobStatus::Queued | JobStatus::Running | JobStatus::Succeeded => "lost",
    };
    metrics::counter!("plaza_jobs_total", "kind" => kind.to_owned(), "outcome" => outcome)
        .increment(1);
}

/// One attempt
async fn run(app: &App, crew: &Crew, mut taken: Taken, hurry: &CancellationToken) -> Result<()> {
    let Some(job) = crew.jobs.get(taken.job.kind.as_str()) else {
        return Err(Fault::new("running a job", "its kind is unknown here").into());
    };
    let (id, pulse, started) = (taken.job.id, taken.lease.pulse(), Instant::now());
    let ending = {
        let work = AssertUnwindSafe(job.run(app, &mut taken)).catch_unwind();
        tokio::select! {
            biased;
            done = work => ending(done.unwrap_or_else(|_| {
                Err(Fault::new("running a job", "it panicked").into())
            })),
            given_up = watch(app, pulse) => match given_up {
                true => Ending::Cancelled,
                // Somebody else is at it, who ends it as well.
                false => return Ok(()),
            },
            () = hurry.cancelled() => Ending::GivenBack,
        }
    };
    let ended = taken.lease.end(&app.db, &app.log, ending, app.clock.now()).await?;
    let Some(ended) = ended else { return Ok(()) };
    let outcome = match ended.status {
        JobStatus::Succeeded => "succeeded",
        JobStatus::Failed => "dead",
        JobStatus::Cancelled => "cancelled",
        JobStatus::Queued | JobStatus::Running => "failed",
    };
    tracing::info!(
        job.kind = job.kind(),
        job.id = %id.0,
        job.attempts = ended.attempts,
        job.outcome = outcome,
        job.seconds = started.elapsed().as_secs_f64(),
        "a job has ended"
    );
    metrics::counter!("plaza_jobs_total", "kind" => job.kind(), "outcome" => outcome).increment(1);
    metrics::histogram!("plaza_job_seconds", "kind" => job.kind())
        .record(started.elapsed().as_secs_f64());
    Ok(())
}

fn ending(done: Result<Value>) -> Ending {
    match done {
        Ok(result) => Ending::Done(result),
        Err(Error::Refused(refusals)) => {
            let sentences: Vec<_> =
                refusals.iter().map(|refusal| refusal.message.as_ref()).collect();
            Ending::Refused(sentences.join("; "))
        }
        Err(Error::Denied(message)) => Ending::Refused(message.to_owned()),
        Err(Error::Fault(fault)) => {
            let id = fault.report(random_hex::<8>);
            let message = format!("Something went wrong ({id})");
            let random = f64::from(u16::from_le_bytes(random_bytes())) / f64::from(u16::MAX);
            Ending::Broken { message, random }
        }
    }
}

/// Gives signs of life until the job is given up (true), or somebody else's (false).
async fn watch(app: &App, pulse: Pulse) -> bool {
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is now; the job was taken just before.
    beat.tick().await;
    loop {
        beat.tick().await;
        match pulse.beat(&app.db, app.clock.now()).await {
            Ok(Some(false)) => {}
            Ok(Some(true)) => return true,
            Ok(None) => return false,
            // A database that is away is asked again; without an answer for long the job is lost.
            Err(err) => report(&Err(err)),
        }
    }
}
