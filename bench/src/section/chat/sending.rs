//! Messages a second in one conversation of fifty people: each is a row for each of them in the log,
//! and they follow one another, since each takes the next position.

use super::super::orders::{CLIENTS, ROUNDS, TURN, Turn, Turns};
use super::{Sending, global};
use crate::ask::request;
use crate::client::Client;
use crate::rounds::Running;
use crate::talks::Talks;
use crate::tell;
use crate::words::Dice;
use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use serde_json::json;
use std::time::Instant;

const QUERY: &str = "mutation Send($input: MessageSendInput!) { messageSend(input: $input) { \
    message { id position } userErrors { code message } } }";

pub(super) async fn measure(running: &Running, talks: &Talks) -> Result<Sending> {
    let mut turns = Turns::default();
    // The first round warms up.
    for round in 0..=ROUNDS {
        let turn = turn(running, talks, round).await?;
        if round > 0 {
            turns.add(turn);
        }
    }
    let sending = Sending { people: talks.crowd.1.len(), clients: CLIENTS, sent: turns.placed() };
    tell(&format!(
        "  {:.0} messages a second, {:.2} ms of the server's CPU each",
        sending.sent.rate(),
        sending.sent.server_cpu_ms
    ));
    Ok(sending)
}

/// Some clients at once write as everybody in turns, one message after the other.
async fn turn(running: &Running, talks: &Talks, round: usize) -> Result<Turn> {
    let (id, people) = (global(talks.crowd.0), &talks.crowd.1);
    let (before, started) = (running.server.cpu()?, Instant::now());
    let clients = (0..CLIENTS).map(async |number| {
        let mut client = Client::connect(running.server.address).await?;
        let (mut took, mut dice) = (Vec::new(), Dice::of(7, u64::try_from(number)?));
        while started.elapsed() < TURN {
            let text = talks.vocabulary.text(&talks.vocabulary.sentence(&mut dice));
            let key = format!("{round}-{number}-{}", took.len());
            let input = json!({ "conversationId": id, "body": text, "idempotencyKey": key });
            let token = &people[(number + CLIENTS * took.len()) % people.len()];
            let body = request(QUERY, &json!({ "input": input }));
            let reply = client.post_as(body, Some(token)).await?;
            let data = reply.data()?;
            let sent = data["messageSend"]["message"]["id"].is_string();
            ensure!(sent, "the message was not taken: {data}");
            took.push(reply.took);
        }
        anyhow::Ok(took)
    });
    let took = try_join_all(clients).await?.concat();
    let (after, seconds) = (running.server.cpu()?, started.elapsed().as_secs_f64());
    Ok(Turn { took, seconds, cpu: after.since(before) })
}
