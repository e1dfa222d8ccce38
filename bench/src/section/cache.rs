//! What the caches are worth, each told apart: rows, on product pages drawn by Zipf's law, and whole
//! answers, on a public list, beside a server of poem that says one line of text.

use super::Bench;
use crate::apart::Apart;
use crate::ask::request;
use crate::client::Client;
use crate::engine::Place;
use crate::offer::{Ask, in_turns};
use crate::postgres::Watch;
use crate::sample::median;
use crate::server::{Server, free_address};
use crate::tell;
use crate::turns::Turns;
use crate::words::Dice;
use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

const LISTINGS: u32 = 200_000;
/// Clients that each wait for their answer
const CLIENTS: usize = 16;
const ROUNDS: usize = 5;
const TURN: Duration = Duration::from_secs(3);
/// As long as anything is kept where another server's writes go unheard, and longer
const WARM_UP: Duration = Duration::from_secs(10);
/// Requests that are prepared, and asked over and over
const REQUESTS: u32 = 50_000;

/// A listing with whoever belongs to it
const PAGE: &str = "query Page($id: ID!) { node(id: $id) { ... on Listing { title price { amount currency } \
    store { name handle } category { name } publisher { displayName profile { headline } } } } }";
const IDS: &str = "query Ids($after: String) { listings(first: 100, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }";
/// What everybody sees first
const LIST: &str = include_str!("../../peers/queries/nested.graphql");

/// What a server answered, and by what
#[derive(Debug, Serialize)]
pub struct Answered {
    pub what: &'static str,
    #[serde(flatten)]
    pub turns: Turns,
    /// Of what was looked up, found in memory: percent
    pub hits: Option<f64>,
}

/// Product pages, and the public list
#[derive(Debug, Serialize)]
pub struct Caches {
    pub pages: Vec<Answered>,
    pub lists: Vec<Answered>,
}

/// A server
struct Contender {
    what: &'static str,
    server: Server,
}

pub(super) async fn measure(bench: &Bench<'_>) -> Result<Caches> {
    let (place, _) = bench.seeded(LISTINGS, false).await?;
    let apart = Apart::servers_alone(Watch::of(&place).await?.map(|watch| watch.postmaster()))?;
    let list = vec![ask(LIST, &json!({}))];
    let (rows, answers) = (("PLAZA_CACHE_ROWS", "on"), ("PLAZA_CACHE_ANSWERS", "on"));
    let nothing = Contender::plaza(bench, &place, "nothing is kept", &[]).await?;
    let kept_rows = Contender::plaza(bench, &place, "rows are kept", &[rows]).await?;
    let kept_answers = Contender::plaza(bench, &place, "answers are kept", &[answers]).await?;
    let plain = Contender::plain(bench, &place).await?;
    apart.leave()?;
    let pages = pages(&nothing).await?;
    let pages = compare(&[(&nothing, None), (&kept_rows, Some("row"))], &pages).await?;
    let contenders = [Some((&nothing, None)), Some((&kept_answers, Some("answer")))];
    let contenders =
        contenders.into_iter().flatten().chain(plain.iter().map(|plain| (plain, None)));
    let lists = compare(&contenders.collect::<Vec<_>>(), &list).await?;
    Ok(Caches { pages, lists })
}

impl Contender {
    async fn plaza(
        bench: &Bench<'_>,
        place: &Place,
        what: &'static str,
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        let address = free_address()?;
        let mut command = place.plaza(&bench.options.plaza);
        command.arg("serve").env("PLAZA_LISTEN", address.to_string());
        command.envs(settings.iter().copied());
        Self::launch(command, address, place, what).await
    }

    /// A server that says one line, from the same workspace as the stock one; None: it is not built
    async fn plain(bench: &Bench<'_>, place: &Place) -> Result<Option<Self>> {
        let stock = bench.options.plaza.with_file_name("plaza-bench-stock");
        if !stock.exists() {
            tell("  poem's plain text is not built, and left out: see `make peers`");
            return Ok(None);
        }
        let address = free_address()?;
        let mut command = Command::new(stock);
        command.arg("--plain").env("PORT", address.port().to_string());
        Ok(Some(Self::launch(command, address, place, "poem, plain text").await?))
    }

    async fn launch(
        command: Command,
        address: SocketAddr,
        place: &Place,
        what: &'static str,
    ) -> Result<Self> {
        let mut server = Server::launch(command, address, place, &format!("{what}.log")).await?;
        server.client().await.with_context(|| format!("waiting for the server where {what}"))?;
        Ok(Self { what, server })
    }

    /// What was found in a cache so far, and what was looked up
    async fn looked_up(&self, cache: &str) -> Result<[f64; 2]> {
        let body = Client::connect(self.server.address).await?.get("/metrics").await?.body;
        let (start, cache) = ("plaza_cache_requests_total{", format!("cache=\"{cache}\""));
        let text = String::from_utf8_lossy(&body);
        let mut found = [0.0, 0.0];
        for line in text.lines().filter(|line| line.starts_with(start) && line.contains(&cache)) {
            let count: f64 = line.rsplit_once(' ').context("a figure")?.1.parse()?;
            found[0] += if line.contains("outcome=\"hit\"") { count } else { 0.0 };
            found[1] += count;
        }
        Ok(found)
    }
}

/// Requests for listings' pages: the newest are asked for most, each by its rank
async fn pages(contender: &Contender) -> Result<Vec<Ask>> {
    let mut client = Client::connect(contender.server.address).await?;
    let mut ids: Vec<String> = Vec::new();
    let mut after = Value::Null;
    loop {
        let data = client.data(request(IDS, &json!({ "after": after }))).await?;
        let nodes = data["listings"]["nodes"].as_array().context("listings")?;
        ids.extend(nodes.iter().filter_map(|node| Some(node["id"].as_str()?.to_owned())));
        after = data["listings"]["pageInfo"]["endCursor"].clone();
        if data["listings"]["pageInfo"]["hasNextPage"] != true {
            break;
        }
    }
    let mut whole = 0.0;
    let ranks: Vec<f64> = (1..=u32::try_from(ids.len())?)
        .map(|rank| {
            whole += 1.0 / f64::from(rank);
            whole
        })
        .collect();
    let mut dice = Dice::of(3, 1);
    let draw = |_| {
        // 32 bits are exact as a float, and enough.
        let part = u32::try_from(dice.next() >> 32).unwrap_or_default();
        let at = whole * f64::from(part) / f64::from(u32::MAX);
        let id = ids.get(ranks.partition_point(|rank| *rank < at)).or(ids.last());
        id.map(|id| ask(PAGE, &json!({ "id": id }))).context("a listing")
    };
    (0..REQUESTS).map(draw).collect()
}

async fn compare(contenders: &[(&Contender, Option<&str>)], asks: &[Ask]) -> Result<Vec<Answered>> {
    let mut found = Vec::new();
    for (contender, cache) in contenders {
        in_turns(contender.server.address, CLIENTS, WARM_UP, asks).await?;
        let looked_up = match cache {
            Some(cache) => Some(contender.looked_up(cache).await?),
            None => None,
        };
        let answered = Answered { what: contender.what, turns: Turns::default(), hits: None };
        found.push((answered, looked_up));
    }
    for round in 0..ROUNDS {
        for at in 0..contenders.len() {
            // Another one begins each round, somewhere else among the requests.
            let at = (at + round) % contenders.len();
            let from = asks.len() * round / ROUNDS;
            let asks = [asks.get(from..).unwrap_or_default(), asks.get(..from).unwrap_or_default()];
            let turns = &mut found[at].0.turns;
            turns.take(&contenders[at].0.server, CLIENTS, TURN, &asks.concat()).await?;
        }
    }
    for ((contender, cache), (answered, before)) in contenders.iter().zip(&mut found) {
        if let (Some(cache), Some(before)) = (cache, before) {
            let [hits, all] = contender.looked_up(cache).await?;
            answered.hits = Some(100.0 * (hits - before[0]) / (all - before[1]));
        }
        tell(&format!(
            "  {}: {:.0} a second, {:.3} ms of CPU",
            answered.what,
            median(&answered.turns.rates),
            median(&answered.turns.server_cpu_ms)
        ));
    }
    Ok(found.into_iter().map(|(answered, _)| answered).collect())
}

fn ask(query: &str, variables: &Value) -> Ask {
    Ask { body: request(query, variables), token: None, writes: false }
}
