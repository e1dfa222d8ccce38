//! What is asked, the same each time: a request of each kind that apps send most.

use super::plaza::Plaza;
use super::wire::Wire;
use crate::ask::request;
use crate::people::Counter;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

const NESTED: &str = include_str!("../../quick/nested.graphql");
const SEARCH: &str = include_str!("../../quick/search.graphql");
const NODE: &str = include_str!("../../quick/node.graphql");
const SCREEN: &str = include_str!("../../quick/screen.graphql");
const ORDERS: &str = include_str!("../../peers/queries/orders.graphql");
const SERVICE: &str = include_str!("../../peers/queries/service.graphql");

/// Requests of one kind
pub struct Query {
    /// As the kept figures name it
    pub name: &'static str,
    asked: Asked,
}

enum Asked {
    /// These in turns, the same bytes each time
    Again(Vec<Vec<u8>>),
    /// A text that nobody sent before
    New(u64),
    /// An order
    Order(Box<Counter>),
}

impl Query {
    /// All that are measured.
    ///
    /// # Errors
    /// Plaza does not answer, or shows less than it should.
    pub fn all(plaza: &mut Plaza, wire: &mut Wire) -> Result<Vec<Self>> {
        let nested = Wire::request(&request(NESTED, &json!({})), None);
        let data = wire.data(&nested)?;
        let listings = data["listings"]["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
        ensure!(listings.len() == 20, "the list shows {} listings", listings.len());
        let ids = listings.iter().map(|listing| &listing["id"]);
        let nodes = ids.map(|id| Wire::request(&request(NODE, &json!({ "id": id })), None));
        let nodes = nodes.collect();
        let orders = Wire::request(&request(ORDERS, &json!({})), Some(&plaza.buyer));
        let data = wire.data(&orders)?;
        let shown = data["viewer"]["orders"]["nodes"].as_array().map_or(0, Vec::len);
        ensure!(shown == 10, "the viewer has {shown} orders");
        let one = |text, variables| vec![Wire::request(&request(text, &variables), None)];
        let counter = plaza.counter.take().context("the counter is taken")?;
        let screen: Value = json!({ "whole": false });
        let again = |name, requests| Self { name, asked: Asked::Again(requests) };
        Ok(vec![
            again("nested list", vec![nested]),
            again("search", one(SEARCH, json!({}))),
            again("node by id", nodes),
            again("viewer's orders", vec![orders]),
            again("no database", one(SERVICE, json!({}))),
            again("long document, known", one(SCREEN, screen)),
            Self { name: "long document, new", asked: Asked::New(0) },
            Self { name: "order placed", asked: Asked::Order(Box::new(counter)) },
        ])
    }

    /// So many requests, ready to be sent.
    pub fn requests(&mut self, count: usize) -> Vec<Vec<u8>> {
        match &mut self.asked {
            Asked::Again(requests) => requests.iter().cycle().take(count).cloned().collect(),
            Asked::New(sent) => {
                let variables = json!({ "whole": false });
                let mut text = || {
                    *sent += 1;
                    // As long each time
                    format!("{SCREEN}# {sent:08}\n")
                };
                let new = move || Wire::request(&request(&text(), &variables), None);
                std::iter::repeat_with(new).take(count).collect()
            }
            Asked::Order(counter) => {
                let order = || {
                    let (body, token) = counter.order("");
                    Wire::request(&body, Some(token))
                };
                std::iter::repeat_with(order).take(count).collect()
            }
        }
    }
}
