//! Questions that many ask at once, answered by one statement for all.
//!
//! Ten thousand clients that come back after a restart ask the same few things within seconds. Who
//! can wait a moment is *patient*: the more of them come, the longer the next statement waits for
//! company, up to [`LONGEST`]. Who can't, asks *now*, and takes all who wait along. Whoever comes
//! alone is answered at once either way.

use crate::error::{Error, Fault, Result};
use futures_util::FutureExt;
use std::collections::HashMap;
use std::hash::Hash;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

/// Most questions of one statement
const MANY: usize = 5_000;
/// Time in which a patient question always waits for others
const SHORTEST: Duration = Duration::from_millis(2);
/// Longest wait
const LONGEST: Duration = Duration::from_millis(750);
/// What each question that came together with others in the last second adds to it
const STEP: f64 = 0.02;

/// How long to wait for company: grows with those who came together in the last second or so
#[derive(Debug)]
pub struct Pace {
    /// When the statement before began
    begun: Instant,
    /// Questions that had company, fading with a half-life of 0.7 s
    together: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { begun: Instant::now(), together: 0.0 }
    }
}

impl Pace {
    /// When the next statement is due, if the first question for it came just now
    pub fn due(&self, now: Instant) -> Instant {
        let gap = Duration::from_secs_f64((self.left(now) * STEP).min(LONGEST.as_secs_f64()));
        (self.begun + gap).max(now + SHORTEST)
    }

    /// A statement begins, for so many.
    pub fn begins(&mut self, now: Instant, questions: usize) {
        let company = u32::try_from(questions.saturating_sub(1)).unwrap_or(u32::MAX);
        self.together = self.left(now) + f64::from(company);
        self.begun = now;
    }

    /// What is left of those who came together before
    fn left(&self, now: Instant) -> f64 {
        self.together * (-(now - self.begun).as_secs_f64()).exp()
    }
}

/// Where questions of one kind are asked
pub struct Gather<Q, A> {
    ask: mpsc::UnboundedSender<Asked<Q, A>>,
    task: JoinHandle<()>,
}

struct Asked<Q, A> {
    question: Q,
    now: bool,
    answer: oneshot::Sender<Result<A>>,
}

impl<Q, A> Gather<Q, A>
where
    Q: Clone + Eq + Hash + Send + Sync + 'static,
    A: Clone + Send + Sync + 'static,
{
    /// Answers by `read`, which is given different questions and yields an answer for each, in their
    /// order.
    pub fn start<F, R>(read: F) -> Self
    where
        F: Fn(Vec<Q>) -> R + Send + 'static,
        R: Future<Output = Result<Vec<A>>> + Send + 'static,
    {
        let (ask, asked) = mpsc::unbounded_channel();
        Self { ask, task: tokio::spawn(answer_for_ever(read, asked)) }
    }

    /// Asks, and may wait for others who ask.
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn ask(&self, question: Q) -> Result<A> {
        self.put(question, false).await
    }

    /// Asks without waiting for others.
    ///
    /// # Errors
    /// As [`Gather::ask`].
    pub async fn ask_now(&self, question: Q) -> Result<A> {
        self.put(question, true).await
    }

    async fn put(&self, question: Q, now: bool) -> Result<A> {
        let (answer, answered) = oneshot::channel();
        let gone = |_| Error::from(Fault::new("asking for many", "nobody answers"));
        self.ask
            .send(Asked { question, now, answer })
            .map_err(|_| Fault::new("asking for many", "nobody listens"))?;
        answered.await.map_err(gone)?
    }
}

impl<Q, A> Drop for Gather<Q, A> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer_for_ever<Q, A, F, R>(read: F, mut asked: mpsc::UnboundedReceiver<Asked<Q, A>>)
where
    Q: Clone + Eq + Hash,
    A: Clone,
    F: Fn(Vec<Q>) -> R,
    R: Future<Output = Result<Vec<A>>>,
{
    let mut pace = Pace::default();
    let mut waiting = Vec::new();
    while asked.recv_many(&mut waiting, MANY).await > 0 {
        let due = pace.due(Instant::now());
        while waiting.len() < MANY && !waiting.iter().any(|asked| asked.now) {
            let room = MANY - waiting.len();
            // Dropped at its time, it has taken nothing.
            match timeout_at(due, asked.recv_many(&mut waiting, room)).await {
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            }
        }
        pace.begins(Instant::now(), waiting.len());
        let mut places: HashMap<&Q, usize> = HashMap::new();
        let mut questions = Vec::new();
        for asked in &waiting {
            places.entry(&asked.question).or_insert_with(|| {
                questions.push(asked.question.clone());
                questions.len() - 1
            });
        }
        // A panic is one batch's, not the end of all that will be asked.
        let answers = AssertUnwindSafe(read(questions))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Err(Fault::new("asking for many", "the reader panicked").into()));
        let answer = |question: &Q| {
            let answers = answers.as_ref().map_err(Clone::clone)?;
            let answer = places.get(question).and_then(|place| answers.get(*place));
            answer.cloned().ok_or_else(|| Fault::new("asking for many", "no answer").into())
        };
        let answered: Vec<Result<A>> =
            waiting.iter().map(|asked| answer(&asked.question)).collect();
        for (asked, answer) in waiting.drain(..).zip(answered) {
            // Whoever has gone meanwhile does not want it.
            asked.answer.send(answer).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn doubling() -> (Arc<AtomicUsize>, Gather<u32, u32>) {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let gather = Gather::start(move |questions: Vec<u32>| {
            counted.fetch_add(1, Ordering::Relaxed);
            async move { Ok(questions.into_iter().map(|question| question * 2).collect()) }
        });
        (count, gather)
    }

    #[tokio::test(start_paused = true)]
    async fn everybody_gets_their_own_answer_from_one_statement() {
        let (count, gather) = doubling();
        let answers = join_all((0..1000).map(|at| gather.ask(at % 100))).await;
        for (at, answer) in (0..1000).zip(answers) {
            assert_eq!(answer.expect("an answer"), (at % 100) * 2);
        }
        assert_eq!(count.load(Ordering::Relaxed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn ten_thousand_in_ten_seconds_are_few_statements() {
        let (count, gather) = doubling();
        let gather = Arc::new(gather);
        let asked = (0..10_000).map(|at| {
            let gather = Arc::clone(&gather);
            async move {
                tokio::time::sleep(Duration::from_millis(u64::from(at))).await;
                let started = Instant::now();
                gather.ask(at).await.expect("an answer");
                started.elapsed()
            }
        });
        let longest = join_all(asked).await.into_iter().max().expect("some");
        assert!(longest <= LONGEST + SHORTEST, "{longest:?}");
        assert!(count.load(Ordering::Relaxed) <= 20, "{count:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_is_one_batchs() {
        let gather = Gather::start(|questions: Vec<u32>| async move {
            assert!(!questions.contains(&13), "unlucky");
            Ok(questions)
        });
        assert!(gather.ask(13).await.is_err());
        assert_eq!(gather.ask(14).await.expect("an answer"), 14);
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_alone_or_asks_now_does_not_wait() {
        let (count, gather) = doubling();
        for at in 0..100 {
            let started = Instant::now();
            gather.ask(at).await.expect("an answer");
            assert!(started.elapsed() <= SHORTEST + Duration::from_millis(1));
        }
        assert_eq!(count.load(Ordering::Relaxed), 100);
        join_all((0..5000).map(|at| gather.ask(at))).await;
        let started = Instant::now();
        let (patient, _) = tokio::join!(gather.ask(1), gather.ask_now(2));
        assert_eq!(patient.expect("an answer"), 2);
        assert_eq!(started.elapsed(), Duration::ZERO);
    }
}
