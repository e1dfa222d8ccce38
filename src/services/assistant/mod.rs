//! The assistant: answers what the shop's data can answer, as a message that grows.
//!
//! A question and the beginning of its reply are written in one transaction, so a position is taken
//! and whoever follows sees that something comes. Then a task of this server writes the reply: its
//! pieces go over the bell, its text so far is stored each second, and with its end the log tells.
//! A reply whose server has died gives no sign of life, and another server ends it as FAILED.
//!
//! - `question`: takes a question in
//! - `writing`: a reply on its way, piece by piece
//! - `answer`: the model's answer, with what it looks up, and what is said without a model
//! - `offline`: answers from listings and opening hours
//! - `tool`: what can be looked up, with the rights of whoever asks
//! - `ending`: a reply's end, also where its server has died

mod answer;
mod ending;
mod offline;
mod question;
mod tool;
mod writing;

pub(super) use question::take;

use crate::app::{App, report};
use crate::entities::{Message, UserId};
use ending::{Outcome, end, end_lost};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use writing::{Stopped, Writing};

/// Replies that one server writes at a time; the others wait their turn
const AT_ONCE: usize = 64;
/// How often it is looked for replies whose server has died
const LOOK: Duration = Duration::from_secs(5);
/// How long replies may take to finish once the server stops
const FINISH: Duration = Duration::from_secs(5);

/// A question that waits for its reply
pub(super) struct Pending {
    pub person: UserId,
    /// The reply, still empty; sent when the question was
    pub reply: Message,
}

/// Questions on their way to whoever writes replies
pub struct Replies {
    ask: UnboundedSender<Pending>,
    asked: Mutex<Option<UnboundedReceiver<Pending>>>,
}

impl Default for Replies {
    fn default() -> Self {
        let (ask, asked) = unbounded_channel();
        Self { ask, asked: Mutex::new(Some(asked)) }
    }
}

impl Replies {
    /// Asks for a reply. It is written once [`replies_write`] runs.
    pub(super) fn ask(&self, pending: Pending) {
        // Nobody listens once the server has stopped: then others end it.
        self.ask.send(pending).ok();
    }
}

/// Writes replies, and ends those whose server has died, until the server stops; then those that are
/// being written come to an end.
pub async fn replies_write(app: Arc<App>, stop: CancellationToken) {
    let asked = app.replies.asked.lock().take();
    let Some(mut asked) = asked else { return };
    let (writing, hurry) = (TaskTracker::new(), CancellationToken::new());
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut look = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(pending) = asked.recv() => {
                let (app, turns, hurry) = (Arc::clone(&app), Arc::clone(&turns), hurry.clone());
                writing.spawn(async move { write(&app, pending, &turns, hurry).await });
            }
            _ = look.tick() => report(&end_lost(&app).await),
        }
    }
    writing.close();
    if tokio::time::timeout(FINISH, writing.wait()).await.is_err() {
        hurry.cancel();
        writing.wait().await;
    }
}

async fn write(app: &App, pending: Pending, turns: &Semaphore, hurry: CancellationToken) {
    let mut writing = Writing::begin(app, &pending, hurry);
    let answered = async {
        // Closed never.
        let _turn = writing.meanwhile(turns.acquire()).await?;
        answer::answer(app, &pending, &mut writing).await
    };
    let outcome = match answered.await {
        Ok(outcome) => outcome,
        Err(Stopped::BrokenOff) => Outcome::broken_off(),
        // Somebody else has ended it.
        Err(Stopped::Gone) => return,
        Err(Stopped::Failed(err)) => {
            report(&Err(err));
            Outcome::broken_off()
        }
    };
    let text = writing.close();
    report(&end(app, &pending, Some(text), &outcome).await);
}
