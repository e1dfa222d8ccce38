//! One open stream of many operations: runs what arrives, and writes what comes of it.

use super::reservation::{Arrivals, Reservation};
use super::{complete, next};
use crate::server::graphql::gate::Gate;
use crate::server::graphql::operations::{Outgoing, Step};
use futures_util::stream::{self, BoxStream, SelectAll, Stream, StreamExt};
use poem::web::sse::Event;
use serde_json::Value;
use std::sync::Arc;

/// An open stream. Its reservation ends with it.
pub struct OpenStream {
    gate: Arc<Gate>,
    token: String,
    reservation: Arc<Reservation>,
    arrivals: Arrivals,
    running: SelectAll<BoxStream<'static, Outgoing>>,
}

impl OpenStream {
    pub fn new(
        gate: Arc<Gate>,
        token: String,
        reservation: Arc<Reservation>,
        arrivals: Arrivals,
    ) -> Self {
        Self { gate, token, reservation, arrivals, running: SelectAll::new() }
    }

    /// Runs to the end of whoever reads.
    pub fn events(self) -> impl Stream<Item = Event> + Send + 'static {
        let steps = stream::unfold(self, |mut open| async { Some((open.next().await?, open)) });
        steps.flat_map(stream::iter)
    }

    async fn next(&mut self) -> Option<Vec<Event>> {
        loop {
            tokio::select! {
                arrived = self.arrivals.recv() => self.running.push(arrived?),
                Some(outgoing) = self.running.next(), if !self.running.is_empty() => {
                    let step = self.reservation.operations.lock().step(outgoing);
                    if let Some((id, step)) = step {
                        return Some(written(&id, &step));
                    }
                }
            }
        }
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.gate.reservations.end(&self.token);
    }
}

fn written(id: &str, step: &Step) -> Vec<Event> {
    let id = Value::from(id).to_string();
    let last = || complete(&format!("{{\"id\":{id}}}"));
    let result = |body: &[u8]| {
        next(format!("{{\"id\":{id},\"payload\":{}}}", String::from_utf8_lossy(body)))
    };
    match step {
        Step::Result(body) => vec![result(body)],
        Step::Failure(body) => vec![result(body), last()],
        Step::Complete => vec![last()],
    }
}
