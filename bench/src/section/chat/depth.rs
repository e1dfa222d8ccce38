//! Pages back from the newest: `last` and `before`, as a client shows what was written long ago.

use super::super::depth::{DeepPage, Depth};
use super::global;
use crate::ask::{PAGE, STEP, request};
use crate::rounds::{Contender, Running, measure as measure_rounds};
use crate::talks::Talks;
use crate::tell;
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use serde_json::json;

/// Pages to measure, by number, as far as there are so many
const PAGES: [u32; 4] = [1, 100, 1_000, 10_000];

const ROWS: &str = "nodes { id position body status sentAt sender { handle displayName } } \
    pageInfo { hasPreviousPage startCursor }";
const CURSOR: &str = "pageInfo { hasPreviousPage startCursor }";

pub(super) async fn measure(running: &mut Running, talks: &Talks, rounds: u32) -> Result<Depth> {
    let id = global(talks.deep.0);
    let token = &talks.deep.1;
    let mut stops: Vec<(u32, Option<String>)> = Vec::new();
    let mut at: (u32, Option<String>) = (0, None);
    for page in PAGES.into_iter().filter(|page| page * PAGE <= talks.deep_messages) {
        let goal = (page - 1) * PAGE;
        while at.0 < goal {
            let rows = (goal - at.0).min(STEP);
            let body = ask(&id, CURSOR, rows, at.1.as_deref());
            let data = running.client.post_as(body, Some(token)).await?.data()?;
            let info = &data["node"]["messages"]["pageInfo"];
            ensure!(info["hasPreviousPage"] == true, "the conversation is too short: {data}");
            at = (at.0 + rows, info["startCursor"].as_str().map(str::to_owned));
        }
        stops.push(at.clone());
    }
    let contender = |(_, cursor): &(u32, Option<String>)| Contender {
        server: 0,
        bodies: vec![ask(&id, ROWS, PAGE, cursor.as_deref())],
        token: Some(token.clone()),
    };
    let contenders: Vec<Contender> = stops.iter().map(contender).collect();
    let measured = measure_rounds(std::slice::from_mut(running), &contenders, rounds).await?;
    let (first, deepest) = measured.first().zip(measured.last()).context("no page")?;
    let ratio = deepest.sample.against(&first.sample);
    let pages = stops.iter().zip(measured);
    let pages: Vec<DeepPage> =
        pages.map(|((after, _), measured)| DeepPage { after: *after, measured }).collect();
    let page = pages.last().map_or(1, DeepPage::number);
    tell(&format!("  page {page} against the newest: {:.2}", ratio.of_medians));
    Ok(Depth { list: "messages, the newest page first".to_owned(), pages, ratio })
}

fn ask(id: &str, selection: &str, rows: u32, before: Option<&str>) -> Bytes {
    let query = format!(
        "query Back($id: ID!, $last: Int!, $before: String) {{ node(id: $id) {{ ... on Conversation {{ \
         messages(last: $last, before: $before) {{ {selection} }} }} }} }}"
    );
    request(&query, &json!({ "id": id, "last": rows, "before": before }))
}
