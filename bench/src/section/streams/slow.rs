//! Readers that never read, among others: what the others notice of it.
//!
//! Ten of a thousand subscribe a hundred times each, read their acknowledgement and no more, until
//! the pipes to them are full. Against it, in turns: a thousand that all read.

use super::{PAUSE, Scene};
use crate::crowd::{self, Crowd, Wanted};
use crate::sample::{Sample, Tail};
use crate::tell;
use anyhow::{Context, Result};
use serde::Serialize;
use std::net::Ipv4Addr;
use std::time::Duration;

/// Readers, and how many of them never read
const READERS: usize = 1_000;
const DEAF: usize = 10;
/// Subscriptions of one that never reads
const SUBSCRIPTIONS: usize = 100;
/// Receive buffer of one, in bytes
const BUFFER: u32 = 4096;
/// Characters of an order's note
const NOTE: usize = 450;
/// Events that fill their pipes
const FILL: usize = 8;
/// Turns, and events of each
const TURNS: usize = 10;
const EVENTS: usize = 25;

/// A payload of some 7 KiB
fn thick() -> String {
    let notes: String = (0..14).map(|at| format!("note{at}: note ")).collect();
    format!(
        "subscription Thick($id: ID!, $after: String) {{ storeOrderUpdates(storeId: $id, after: $after) {{ kind cursor order {{ id number {notes} }} }} }}"
    )
}

/// What the readers notice
#[derive(Debug, Serialize)]
pub struct Slow {
    pub readers: usize,
    pub deaf: usize,
    /// Delivery to the readers where everybody reads, in ms
    pub alone: Tail,
    /// The same with those that never read
    pub among: Tail,
}

pub(super) async fn measure(scene: &mut Scene, staff: &[String]) -> Result<Slow> {
    let wanted = Wanted { query: thick(), ..scene.crowd.wanted().clone() };
    let (readers, others) = staff.split_at_checked(READERS - DEAF).context("too few sockets")?;
    scene.crowd = Crowd::new(wanted.clone(), readers);
    scene.crowd.connect(Duration::from_secs(2));
    scene.crowd.hear(readers.len()).await?;
    let (mut alone, mut among) = (Sample::default(), Sample::default());
    for turn in 0..TURNS {
        let others = others.get(..DEAF).context("too few sockets")?;
        if turn % 2 == 0 {
            let mut more = Crowd::new(wanted.clone(), others);
            more.connect(Duration::ZERO);
            more.hear(others.len()).await?;
            deliver(scene, readers.len(), FILL, &mut Sample::default()).await?;
            deliver(scene, readers.len(), EVENTS, &mut alone).await?;
        } else {
            let many = Wanted { operations: SUBSCRIPTIONS, ..wanted.clone() };
            let mut deaf = Vec::new();
            for token in others {
                deaf.push(
                    crowd::open(&many, Ipv4Addr::LOCALHOST, token, None, Some(BUFFER)).await?,
                );
            }
            deliver(scene, readers.len(), FILL, &mut Sample::default()).await?;
            deliver(scene, readers.len(), EVENTS, &mut among).await?;
        }
    }
    let slow = Slow { readers: READERS, deaf: DEAF, alone: alone.tail(), among: among.tail() };
    tell(&format!(
        "  p99 among {READERS}: {:.1} ms where all read, {:.1} ms where {DEAF} never do",
        slow.alone.p99, slow.among.p99
    ));
    Ok(slow)
}

async fn deliver(
    scene: &mut Scene,
    readers: usize,
    events: usize,
    sample: &mut Sample,
) -> Result<()> {
    let note = "n".repeat(NOTE);
    for _ in 0..events {
        let took = scene.event(&note, readers).await?;
        took.into_iter().for_each(|took| sample.push(took));
        tokio::time::sleep(PAUSE / 5).await;
    }
    Ok(())
}
