//! Searching in a hundred conversations, for words that come up as often as people write them.

use crate::ask::{PAGE, request};
use crate::rounds::Running;
use crate::sample::Sample;
use crate::talks::Talks;
use crate::tell;
use crate::words::Dice;
use anyhow::Result;
use serde::Serialize;
use serde_json::json;

/// Searches of each kind a round
const A_ROUND: u32 = 5;
/// Rounds that are not counted
const WARM_UP: u32 = 20;

const QUERY: &str = "query Find($text: String!, $first: Int!) { viewer { messageSearch(text: $text, first: $first) { \
    nodes { rank excerpt message { id position body sentAt sender { handle } conversation { id title } } } \
    pageInfo { hasNextPage endCursor } } } }";

/// Searches for so many words
#[derive(Debug, Serialize)]
pub struct Search {
    pub words: usize,
    pub searches: usize,
    /// From request to answer, in ms
    pub p50: f64,
    pub p95: f64,
    pub max: f64,
    /// Hits of a search on its first page, on average
    pub hits: f64,
}

pub(super) async fn measure(
    running: &mut Running,
    talks: &Talks,
    rounds: u32,
) -> Result<[Search; 2]> {
    let mut samples = [Sample::default(), Sample::default()];
    let mut hits = [0_usize; 2];
    let mut dice = Dice::of(6, 0);
    for round in 0..rounds + WARM_UP {
        for turn in 0..2 * A_ROUND {
            // One word and two words in turns
            let two = usize::from(turn % 2 == 1);
            let (took, found) = search(running, talks, &text(talks, two + 1, &mut dice)).await?;
            if round >= WARM_UP {
                samples[two].push(took);
                hits[two] += found;
            }
        }
    }
    let found = |two: usize| Search {
        words: two + 1,
        searches: samples[two].len(),
        p50: samples[two].below(50),
        p95: samples[two].below(95),
        max: samples[two].below(100),
        hits: u32::try_from(hits[two]).map_or(f64::NAN, f64::from)
            / u32::try_from(samples[two].len()).map_or(f64::NAN, f64::from),
    };
    let searches = [found(0), found(1)];
    for Search { words, p50, p95, max, .. } in &searches {
        tell(&format!("  {words} words: p50 {p50:.1} ms, p95 {p95:.1} ms, longest {max:.1} ms"));
    }
    Ok(searches)
}

/// Different words
fn text(talks: &Talks, words: usize, dice: &mut Dice) -> String {
    let mut drawn = Vec::new();
    while drawn.len() < words {
        let word = talks.vocabulary.draw(dice);
        if !drawn.contains(&word) {
            drawn.push(word);
        }
    }
    talks.vocabulary.text(&drawn)
}

async fn search(
    running: &mut Running,
    talks: &Talks,
    text: &str,
) -> Result<(std::time::Duration, usize)> {
    let body = request(QUERY, &json!({ "text": text, "first": PAGE }));
    let reply = running.client.post_as(body, Some(&talks.searcher)).await?;
    let data = reply.data()?;
    let found = data["viewer"]["messageSearch"]["nodes"].as_array().map_or(0, Vec::len);
    Ok((reply.took, found))
}
