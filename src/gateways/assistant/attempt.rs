//! One request, and the pieces of its answer as they come. Whether it is worth another is the line's.

use super::limits::Limits;
use super::openai::{Answer, DONE, Events, Kind, OpenAi, kind, network};
use super::reply::{Failure, Piece, Trouble, Why};
use reqwest::Response;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, timeout_at};
use tokio_util::bytes::Bytes;

/// Where pieces go. Nothing waits for its reader: an answer is small.
pub(super) type Tell = UnboundedSender<Result<Piece, Failure>>;

/// An attempt under way
pub(super) struct Attempt<'a> {
    pub model: &'a OpenAi,
    pub limits: &'a Limits,
    pub tell: &'a Tell,
    /// What has come so far
    pub answer: Answer<'a>,
    /// When the first piece must be here
    pub first_by: Instant,
    /// When all must be here
    pub whole_by: Instant,
}

impl Attempt<'_> {
    /// Reads the answer to its end, and hands out its text meanwhile.
    pub(super) async fn run(&mut self, body: Bytes) -> Result<(), Trouble> {
        let sent = timeout_at(self.first_by, self.model.send(body)).await;
        let response = sent.unwrap_or_else(|_| Err(slow("its first byte")))?;
        let status = response.status().as_u16();
        let read = match kind(&response) {
            Kind::Events => self.events(response).await,
            Kind::Whole => self.whole(response).await,
            Kind::Other => return Err(self.model.trouble(Why::Garbled, response).await),
        };
        read.map_err(|trouble| trouble.with_status(status))
    }

    async fn events(&mut self, mut response: Response) -> Result<(), Trouble> {
        let mut events = Events::new(self.limits.body);
        let mut by = self.first_by;
        loop {
            let (new, is_last) = match timeout_at(by, response.chunk()).await {
                Ok(Ok(Some(bytes))) => (events.take(&bytes)?, false),
                Ok(Ok(None)) => (events.end().into_iter().collect(), true),
                // All was said; how the connection ends is nobody's matter.
                _ if self.answer.is_finished() => return Ok(()),
                Ok(Err(err)) => return Err(network(err)),
                Err(_) => return Err(slow("the next piece")),
            };
            for data in &new {
                if data.trim() == DONE {
                    return Ok(());
                }
                self.hear(data)?;
                if self.answer.is_cut() {
                    return Ok(());
                }
            }
            if is_last {
                let cut = || Trouble::new(Why::Down, "hung up before the end of its answer");
                return if self.answer.is_finished() { Ok(()) } else { Err(cut()) };
            }
            // Comments keep a connection alive, and don't show that a model still writes.
            if !new.is_empty() {
                let limits = self.limits;
                let patience = if self.answer.is_finished() { limits.tail } else { limits.silence };
                by = self.whole_by.min(Instant::now() + patience);
            }
        }
    }

    async fn whole(&mut self, mut response: Response) -> Result<(), Trouble> {
        let mut body = Vec::new();
        loop {
            let read = timeout_at(self.first_by, response.chunk()).await;
            match read.map_err(|_| slow("the answer"))?.map_err(network)? {
                Some(bytes) if body.len() + bytes.len() > self.limits.body => {
                    return Err(Trouble::new(Why::Garbled, "an answer is too long"));
                }
                Some(bytes) => body.extend_from_slice(&bytes),
                None => break,
            }
        }
        match std::str::from_utf8(&body) {
            Ok(text) => self.hear(text),
            Err(_) => Err(Trouble::new(Why::Garbled, String::from_utf8_lossy(&body))),
        }
    }

    fn hear(&mut self, data: &str) -> Result<(), Trouble> {
        let text = self.answer.take(data)?;
        if !text.is_empty() {
            // Whoever no longer reads has dropped this attempt as well.
            self.tell.send(Ok(Piece::Text(text))).ok();
        }
        Ok(())
    }
}

fn slow(what: &str) -> Trouble {
    Trouble::new(Why::Slow, format!("took too long for {what}"))
}
