//! What contenders that take turns did, round by round.

use crate::offer::{Ask, Outcome, in_turns};
use crate::server::Server;
use anyhow::{Result, ensure};
use serde::Serialize;
use std::time::Duration;

/// A figure a round
#[derive(Clone, Debug, Default, Serialize)]
pub struct Turns {
    /// Answers a second
    pub rates: Vec<f64>,
    /// CPU time of the server and of PostgreSQL an answer, in ms
    pub server_cpu_ms: Vec<f64>,
    pub database_cpu_ms: Vec<f64>,
}

impl Turns {
    /// One more: so many clients ask, each one after the other.
    ///
    /// # Errors
    /// An answer is an error, or nobody listens.
    pub async fn take(
        &mut self,
        server: &Server,
        clients: usize,
        time: Duration,
        asks: &[Ask],
    ) -> Result<()> {
        let before = server.cpu()?;
        let came = in_turns(server.address, clients, time, asks).await?;
        let cpu = server.cpu()?.since(before);
        let failed = came.iter().filter(|came| came.outcome != Outcome::Done).count();
        ensure!(failed == 0 && !came.is_empty(), "{failed} of {} answers are errors", came.len());
        let count = f64::from(u32::try_from(came.len())?);
        self.rates.push(count / time.as_secs_f64());
        self.server_cpu_ms.push(1e3 * cpu.server.as_secs_f64() / count);
        self.database_cpu_ms.push(1e3 * cpu.database.as_secs_f64() / count);
        Ok(())
    }
}
