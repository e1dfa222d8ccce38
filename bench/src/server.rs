//! A running `plaza serve`.

use crate::client::Client;
use crate::engine::Place;
use crate::postgres::Watch;
use crate::usage::{self, Memory};
use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest start, and longest end
const PATIENCE: Duration = Duration::from_secs(60);

/// A server, stopped when dropped
pub struct Server {
    child: Child,
    pid: i32,
    pub address: SocketAddr,
    /// What its database uses, where that is another process
    database: Option<Watch>,
}

/// CPU time used so far
#[derive(Clone, Copy, Debug)]
pub struct Cpu {
    pub server: Duration,
    pub database: Duration,
}

impl Cpu {
    /// What was used since an earlier look
    pub fn since(self, before: Self) -> Self {
        Self {
            server: self.server.saturating_sub(before.server),
            database: self.database.saturating_sub(before.database),
        }
    }
}

impl Server {
    /// Starts a server on a database, and does not wait until it answers.
    ///
    /// # Errors
    /// It can't be started.
    pub async fn spawn(plaza: &Path, place: &Place) -> Result<Self> {
        let address = free_address()?;
        let mut command = place.plaza(plaza);
        command.arg("serve").env("PLAZA_LISTEN", address.to_string());
        Self::launch(command, address, place, "server.log").await
    }

    /// Starts another server that listens there, and does not wait until it answers.
    ///
    /// # Errors
    /// It can't be started.
    pub async fn launch(
        mut command: Command,
        address: SocketAddr,
        place: &Place,
        log: &str,
    ) -> Result<Self> {
        let database = Watch::of(place).await?;
        let log = File::create(place.folder.join(log))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().with_context(|| format!("starting {command:?}"))?;
        let pid = i32::try_from(child.id())?;
        Ok(Self { child, pid, address, database })
    }

    /// Starts a server and waits until it takes connections.
    ///
    /// # Errors
    /// It can't be started, or ends.
    pub async fn start(plaza: &Path, place: &Place) -> Result<(Self, Client)> {
        let mut server = Self::spawn(plaza, place).await?;
        let client = server.client().await?;
        Ok((server, client))
    }

    /// A connection, as soon as there can be one.
    ///
    /// # Errors
    /// The server has ended, or does not listen in a minute.
    pub async fn client(&mut self) -> Result<Client> {
        let started = Instant::now();
        loop {
            if let Ok(client) = Client::connect(self.address).await {
                return Ok(client);
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status}; its log is beside its data");
            }
            if started.elapsed() > PATIENCE {
                bail!("the server does not listen");
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Kills it, as a crash would, and starts another one on the same database.
    ///
    /// # Errors
    /// It can't be started.
    pub async fn crash_and_start(self, plaza: &Path, place: &Place) -> Result<(Self, Client)> {
        kill(Pid::from_raw(self.pid), Signal::SIGKILL)?;
        drop(self);
        Self::start(plaza, place).await
    }

    /// CPU time that the server and its database used so far.
    ///
    /// # Errors
    /// Either is gone.
    pub fn cpu(&self) -> Result<Cpu> {
        let database = self.database.as_ref().map(Watch::cpu).transpose()?.unwrap_or_default();
        Ok(Cpu { server: usage::cpu(self.pid)?, database })
    }

    /// Memory of the server now.
    ///
    /// # Errors
    /// It is gone.
    pub fn memory(&self) -> Result<Memory> {
        usage::memory(self.pid)
    }
}

/// An address on which nobody listens yet.
///
/// # Errors
/// The system has none.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

impl Drop for Server {
    fn drop(&mut self) {
        if kill(Pid::from_raw(self.pid), Signal::SIGTERM).is_err() || self.child.wait().is_err() {
            self.child.kill().ok();
        }
    }
}
