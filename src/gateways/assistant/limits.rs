//! How long, how much and how often: handed in, so that a test need not wait.

use std::time::Duration;

/// Bounds of one ask, of the breaker and of the cache
#[derive(Clone, Debug)]
pub struct Limits {
    /// Until a connection stands. A handshake across the world takes under a second.
    pub connect: Duration,
    /// Until an attempt's first piece, from its beginning. A person who sees nothing for longer is gone.
    pub first: Duration,
    /// Until the first piece of the last attempt, over all attempts and pauses
    pub speak: Duration,
    /// Between pieces. A model that writes slower than that has stopped.
    pub silence: Duration,
    /// After the last piece, for what was used: nobody should wait for figures
    pub tail: Duration,
    /// Of the whole answer: 16,000 characters at the pace of a slow model
    pub whole: Duration,
    /// Attempts, the first among them; more would only add to an overload
    pub attempts: u32,
    /// Bound of the first pause between attempts; doubles each time
    pub pause: Duration,
    /// Characters of an answer. A longer one ends there: nobody reads eight pages in a chat.
    pub text: usize,
    /// Calls of a turn; further ones are left out. A question needs two or three.
    pub calls: usize,
    /// Bytes of all arguments of a turn. Longer ones are a model that goes in circles.
    pub arguments: usize,
    /// Bytes of a line, an event or an answer in one. A piece is some hundred, an answer some ten thousand.
    pub body: usize,
    /// Failed attempts in a row that open the breaker: more than one unlucky ask has
    pub failures: u32,
    /// How long the breaker is open at first; doubles with each trial that fails
    pub rest: Duration,
    /// How long it is open at most, so that it is noticed soon that the endpoint is back
    pub longest_rest: Duration,
    /// Bytes of remembered answers: some ten thousand of them
    pub remembered: u64,
    /// How long an answer is remembered. "Tomorrow" means another day after midnight.
    pub remembered_for: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            first: Duration::from_secs(15),
            speak: Duration::from_secs(20),
            silence: Duration::from_secs(15),
            tail: Duration::from_secs(2),
            whole: Duration::from_mins(1),
            attempts: 3,
            pause: Duration::from_millis(250),
            text: 16_000,
            calls: 8,
            arguments: 32_000,
            body: 1_000_000,
            failures: 5,
            rest: Duration::from_secs(15),
            longest_rest: Duration::from_mins(2),
            remembered: 32_000_000,
            remembered_for: Duration::from_mins(10),
        }
    }
}
