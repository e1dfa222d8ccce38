//! What a phone asks for first: conversations with all that it shows of them. Statements are the
//! server's own count.

use crate::ask::request;
use crate::rounds::{Contender, Measured, Running, measure as measure_rounds};
use crate::talks::{MINE, Talks};
use crate::tell;
use anyhow::{Result, ensure};
use serde::Serialize;
use serde_json::json;

/// Conversations of a page
const SIZES: [u32; 3] = [1, 20, MINE];

const QUERY: &str = "query Home($first: Int!) { viewer { conversations(first: $first) { nodes { \
    id title unreadCount updatedAt lastMessage { body sentAt sender { handle displayName } } \
    participants { readUpTo user { handle } } } pageInfo { endCursor hasNextPage } } } }";
/// The badge alone
const BADGE: &str = "{ viewer { unreadCount } }";

/// A home screen
#[derive(Debug, Serialize)]
pub struct Home {
    /// How many conversations it shows; 0: only how much is unread in all of them
    pub conversations: u32,
    /// Who asks is one of them
    pub statements: u64,
    pub measured: Measured,
}

pub(super) async fn measure(
    running: &mut Running,
    talks: &Talks,
    rounds: u32,
) -> Result<Vec<Home>> {
    let screen = |first: &u32| request(QUERY, &json!({ "first": first }));
    let bodies = SIZES.iter().map(screen).chain([request(BADGE, &json!({}))]);
    let contenders: Vec<Contender> = bodies
        .map(|body| Contender {
            server: 0,
            bodies: vec![body],
            token: Some(talks.searcher.clone()),
        })
        .collect();
    let mut counts = Vec::new();
    for contender in &contenders {
        let mut most = 0;
        for _ in 0..5 {
            let before = running.client.statements().await?;
            for body in &contender.bodies {
                running.client.post_as(body.clone(), contender.token.as_deref()).await?.data()?;
            }
            most = running.client.statements().await?.saturating_sub(before).max(most);
        }
        counts.push(most);
    }
    ensure!(counts.iter().all(|count| *count > 0), "the server counts no statements");
    let measured = measure_rounds(std::slice::from_mut(running), &contenders, rounds).await?;
    let found = SIZES.into_iter().chain([0]).zip(counts).zip(measured);
    let homes: Vec<Home> = found
        .map(|((conversations, statements), measured)| Home { conversations, statements, measured })
        .collect();
    for Home { conversations, statements, measured } in &homes {
        tell(&format!(
            "  {conversations} conversations: {statements} statements, {:.1} ms",
            measured.ms.p50
        ));
    }
    Ok(homes)
}
