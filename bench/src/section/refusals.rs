//! CPU time of refusing what is meant to hurt, the whole of a request over HTTP.
//!
//! Every request has a text of its own, so that no cache knows it.

use super::Bench;
use crate::ask::request;
use crate::rounds::Running;
use crate::sample::{Sample, Spread};
use crate::tell;
use anyhow::{Result, ensure};
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt::Write;

/// Requests of each kind
const REQUESTS: u32 = 2_000;
/// Batches in which they are counted, the kinds in turns
const BATCHES: u32 = 20;
/// Listings of the database: nothing here reads it
const LISTINGS: u32 = 10_000;

/// What one kind costs
#[derive(Debug, Serialize)]
pub struct Refusal {
    pub kind: &'static str,
    /// Length of the document
    pub bytes: usize,
    /// CPU time of the server a request, in ms: all of it, reading the request and writing the answer too
    pub cpu_ms: Spread,
    /// What the server says
    pub answer: String,
}

/// A kind of document, and how one with a number is written
struct Kind {
    name: &'static str,
    write: fn(u32) -> (String, Value),
    /// It is answered, for comparison
    harmless: bool,
}

const KINDS: [Kind; 5] = [
    Kind { name: "fragments that double 2^22 times", write: doubling, harmless: false },
    Kind { name: "10,000 aliases", write: aliases, harmless: false },
    Kind { name: "5,000 directives", write: directives, harmless: false },
    Kind { name: "first: $n, n = 1,000,000", write: million, harmless: false },
    Kind { name: "for comparison, answered: { __typename }", write: harmless, harmless: true },
];

pub(super) async fn measure(bench: &Bench<'_>) -> Result<Vec<Refusal>> {
    let (place, _) = bench.seeded(LISTINGS, false).await?;
    let mut running = bench.serve(&place).await?;
    let mut samples = vec![Sample::default(); KINDS.len()];
    let mut answers = vec![(0, String::new()); KINDS.len()];
    for batch in 0..=BATCHES {
        for (at, kind) in KINDS.iter().enumerate() {
            let from = batch * REQUESTS / BATCHES;
            let bodies: Vec<Bytes> =
                (from..from + REQUESTS / BATCHES).map(|number| body(kind, number)).collect();
            let (cpu, answer) = ask(&mut running, &bodies, kind).await?;
            answers[at] = ((kind.write)(from).0.len(), answer);
            // The first batch warms up.
            if batch > 0 {
                samples[at].push(cpu);
            }
        }
    }
    let kinds = KINDS.iter().zip(samples).zip(answers);
    let refusals: Vec<Refusal> = kinds
        .map(|((kind, sample), (bytes, answer))| Refusal {
            kind: kind.name,
            bytes,
            cpu_ms: sample.spread(),
            answer,
        })
        .collect();
    for refusal in &refusals {
        tell(&format!("  {}: {:.3} ms of CPU", refusal.kind, refusal.cpu_ms.p50));
    }
    Ok(refusals)
}

/// CPU time of one of these requests on average, and what the last was answered
async fn ask(
    running: &mut Running,
    bodies: &[Bytes],
    kind: &Kind,
) -> Result<(std::time::Duration, String)> {
    let mut last = Value::Null;
    let before = running.server.cpu()?.server;
    for body in bodies {
        let reply = running.client.post(body.clone()).await?;
        let refused = !reply.status.is_success();
        ensure!(refused != kind.harmless, "{}: the server answered {}", kind.name, reply.status);
        last = serde_json::from_slice(&reply.body)?;
    }
    let cpu = running.server.cpu()?.server.saturating_sub(before);
    let answer = last["errors"][0]["message"].as_str().unwrap_or("answered").to_owned();
    Ok((cpu / u32::try_from(bodies.len())?, answer))
}

fn body(kind: &Kind, number: u32) -> Bytes {
    let (query, variables) = (kind.write)(number);
    request(&query, &variables)
}

/// 22 fragments, each of which spreads the next one twice
fn doubling(number: u32) -> (String, Value) {
    let mut text = format!("query Q{number:05} {{ ...a }} ");
    let names: Vec<char> = ('a'..='w').collect();
    for pair in names.windows(2) {
        // Writing to a String can't fail.
        let _ = write!(text, "fragment {} on Query {{ ...{} ...{} }} ", pair[0], pair[1], pair[1]);
    }
    text.push_str("fragment w on Query { __typename }");
    (text, json!({}))
}

fn aliases(number: u32) -> (String, Value) {
    let mut text = format!("query Q{number:05} {{");
    for alias in 0..10_000 {
        let _ = write!(text, "a{alias}:id ");
    }
    text.push('}');
    (text, json!({}))
}

fn directives(number: u32) -> (String, Value) {
    let text = "@include(if:true)".repeat(5_000);
    (format!("query Q{number:05} {{__typename {text}}}"), json!({}))
}

fn million(number: u32) -> (String, Value) {
    let text = format!(
        "query Q{number:05}($n: Int!) {{ listings(first: $n) {{ nodes {{ id title store {{ name }} }} }} }}"
    );
    (text, json!({ "n": 1_000_000 }))
}

fn harmless(number: u32) -> (String, Value) {
    (format!("query Q{number:05} {{ __typename }}"), json!({}))
}
