//! Clients that place orders and take steps under keys, and send again until they are answered.

use crate::support::{Client, Shop};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// An order that was acknowledged, up to its last version
#[derive(Clone, Debug)]
pub struct Done {
    pub id: String,
    pub version: i64,
    /// When each version was, the first one first
    pub acknowledged: Vec<Instant>,
    /// Mutations that were sent once more, since no answer came
    pub repeats: usize,
}

/// Works off orders until none is left: each is placed, and then taken as far as its turn says.
pub struct Writer {
    /// Servers that may be asked; any of them, in turns
    pub servers: Vec<String>,
    pub shop: Arc<Shop>,
    pub left: Arc<AtomicUsize>,
    pub writes: Arc<AtomicUsize>,
    pub name: usize,
    /// Longest pause before an order
    pub rest: Duration,
}

const STEPS: [&str; 4] = ["orderAccept", "orderPrepare", "orderReady", "orderComplete"];

impl Writer {
    pub async fn run(self) -> Vec<Done> {
        let mut done = Vec::new();
        loop {
            let turn = self.left.fetch_sub(1, Ordering::SeqCst);
            if turn == 0 || turn > usize::MAX / 2 {
                return done;
            }
            super::pause(self.rest).await;
            done.push(self.one(turn).await);
        }
    }

    async fn one(&self, turn: usize) -> Done {
        let key = format!("{}-{turn}", self.name);
        let place = "mutation($i: OrderPlaceInput!) { done: orderPlace(input: $i) { order { id version } userErrors { code message } } }";
        let input = json!({
            "storeId": self.shop.store, "idempotencyKey": key,
            "items": [{ "listingId": self.shop.listing, "quantity": 1 }],
        });
        let (order, mut repeats) = self.until_answered(&self.shop.buyer, place, &input).await;
        let id = order["id"].as_str().expect("an id").to_owned();
        let mut version = order["version"].as_i64().expect("a version");
        let mut acknowledged = vec![Instant::now()];
        let steps: &[&str] = match turn % 4 {
            0 => &STEPS,
            1 => &["orderReject"],
            2 => &STEPS[..2],
            _ => &["orderAccept", "orderCancel"],
        };
        for step in steps {
            let query = format!(
                "mutation($i: OrderStepInput!) {{ done: {step}(input: $i) {{ order {{ id version }} userErrors {{ code message }} }} }}"
            );
            let input = json!({ "id": id, "idempotencyKey": format!("{key}-{step}") });
            let (order, repeated) = self.until_answered(&self.shop.clerk, &query, &input).await;
            acknowledged.push(Instant::now());
            repeats += repeated;
            let reached = order["version"].as_i64().expect("a version");
            assert_eq!(reached, version + 1, "a step is taken once");
            version = reached;
        }
        Done { id, version, acknowledged, repeats }
    }

    /// The order that an answer tells of, and how often it was asked for again.
    async fn until_answered(&self, client: &Client, query: &str, input: &Value) -> (Value, usize) {
        let (mut done, repeats) =
            until_answered(client, &self.servers, self.name, query, &json!({ "i": input })).await;
        self.writes.fetch_add(1, Ordering::SeqCst);
        (done["order"].take(), repeats)
    }
}

/// Sends the same mutation again, to one server after the other, until one has answered: the payload
/// called `done`, without refusals, and how often it was again.
pub async fn until_answered(
    client: &Client,
    servers: &[String],
    first: usize,
    query: &str,
    variables: &Value,
) -> (Value, usize) {
    for attempt in 0.. {
        let url = &servers[(first + attempt) % servers.len()];
        if let Some(mut answer) = client.speaking_to(url).try_ask(query, variables.clone()).await {
            assert_eq!(answer["done"]["userErrors"], json!([]), "{variables:#}");
            return (answer["done"].take(), attempt);
        }
        super::pause(Duration::from_millis(100)).await;
    }
    unreachable!("attempts don't end")
}
