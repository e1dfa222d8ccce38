//! The servers that are compared, each with twelve connections to the database.

use super::question::{Asker, Keys, Question, Schema};
use crate::engine::Place;
use crate::offer::Ask;
use crate::section::Bench;
use crate::server::{Server, free_address};
use crate::tell;
use anyhow::{Context, Result};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Connections to the database, as Plaza has by default
const CONNECTIONS: &str = "12";
/// Where the peers of Node are
const NODE: &str = "bench/peers/node";

/// Who is compared
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Peer {
    Plaza,
    /// async-graphql with its loader and sea-orm, as their documentation shows them
    Stock,
    /// Mercurius with JIT and loaders
    Mercurius,
    /// PostGraphile 5
    PostGraphile,
}

/// One of them, running
pub(super) struct Running {
    pub peer: Peer,
    pub server: Server,
}

impl Peer {
    /// Its name
    pub fn name(self) -> &'static str {
        match self {
            Self::Plaza => "Plaza",
            Self::Stock => "stock async-graphql",
            Self::Mercurius => "Mercurius, JIT",
            Self::PostGraphile => "PostGraphile 5",
        }
    }

    pub(super) fn schema(self) -> Schema {
        match self {
            Self::PostGraphile => Schema::PostGraphile,
            _ => Schema::Plaza,
        }
    }

    /// Requests for it to answer in turns
    pub(super) fn asks(self, question: Question, keys: &Keys) -> Vec<Ask> {
        let token = |asker: &Asker| match self {
            Self::Plaza => asker.token.clone(),
            _ => asker.id.clone(),
        };
        question.asks(self.schema(), keys, token)
    }

    /// How it is started; none where it was not built
    fn command(self, plaza: &Path) -> Result<Option<Command>> {
        let stock = plaza.with_file_name("plaza-bench-stock");
        let script = match self {
            Self::Plaza => return Ok(None),
            Self::Stock => return Ok(stock.exists().then(|| Command::new(stock))),
            Self::Mercurius => "mercurius.mjs",
            Self::PostGraphile => "postgraphile.mjs",
        };
        let folder: PathBuf = std::path::absolute(NODE)?;
        if !folder.join("node_modules").exists() {
            return Ok(None);
        }
        // The Node that comes with them: PostGraphile needs a newer one than Debian has.
        let mut command = Command::new(folder.join("node_modules/.bin/node"));
        command.arg(folder.join(script)).env("NODE_ENV", "production");
        Ok(Some(command))
    }
}

/// Starts all that are there, Plaza first.
///
/// # Errors
/// One can't be started.
pub(super) async fn start(bench: &Bench<'_>, place: &Place) -> Result<Vec<Running>> {
    let server = bench.serve(place).await?.server;
    let mut servers = vec![Running { peer: Peer::Plaza, server }];
    for peer in [Peer::Stock, Peer::Mercurius, Peer::PostGraphile] {
        let Some(mut command) = peer.command(&bench.options.plaza)? else {
            tell(&format!("  {} is not built, and left out: see `make bench`", peer.name()));
            continue;
        };
        let address = free_address()?;
        command
            .env("PORT", address.port().to_string())
            .env("DATABASE_URL", place.url().context("peers run on PostgreSQL")?)
            .env("CONNECTIONS", CONNECTIONS)
            .env("VERSION", env!("CARGO_PKG_VERSION"));
        let log = format!("{peer:?}.log").to_lowercase();
        let mut server = Server::launch(command, address, place, &log).await?;
        server.client().await.with_context(|| format!("waiting for {}", peer.name()))?;
        servers.push(Running { peer, server });
    }
    Ok(servers)
}
