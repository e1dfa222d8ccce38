//! Conversations with a million messages: deep pages, search, a phone's home screen, sending.

mod depth;
mod home;
mod search;
mod sending;

pub use home::Home;
pub use search::Search;

use super::Bench;
use super::depth::Depth;
use super::orders::Placed;
use crate::talks::{self, Loaded};
use anyhow::Result;
use plaza::entities::ConversationId;
use plaza::schema::node::Global;
use serde::Serialize;
use uuid::Uuid;

/// What was found
#[derive(Debug, Serialize)]
pub struct Chat {
    pub loaded: Loaded,
    /// Pages back from the newest of the longest conversation
    pub depth: Depth,
    /// By one word, and by two
    pub search: [Search; 2],
    pub home: Vec<Home>,
    /// Messages sent into one conversation
    pub sending: Sending,
}

/// Messages that are sent
#[derive(Debug, Serialize)]
pub struct Sending {
    /// Who is in the conversation, and how many of them write at a time
    pub people: usize,
    pub clients: usize,
    pub sent: Placed,
}

pub(super) async fn measure(bench: &Bench<'_>) -> Result<Chat> {
    let place = bench.place("chat")?;
    let talks = talks::make(bench.options, &place).await?;
    let mut running = bench.serve(&place).await?;
    let depth = depth::measure(&mut running, &talks, bench.options.rounds).await?;
    let search = search::measure(&mut running, &talks, bench.options.rounds).await?;
    let home = home::measure(&mut running, &talks, bench.options.rounds).await?;
    let sending = sending::measure(&running, &talks).await?;
    Ok(Chat { loaded: talks.loaded, depth, search, home, sending })
}

/// The id of a conversation as the API has it
fn global(talk: Uuid) -> String {
    ConversationId(talk).global().0
}
