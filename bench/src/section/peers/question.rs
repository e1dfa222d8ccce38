//! What all are asked, and whether they say the same.

use crate::ask::request;
use crate::offer::Ask;
use anyhow::{Result, ensure};
use serde::Serialize;
use serde_json::{Value, json};

/// A query that is compared
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Question {
    /// The 20 newest listings, each with store, category and publisher
    Nested,
    /// A person's 10 newest orders, with items and what was bought
    Orders,
    /// A store by its handle
    Key,
    /// What the server is called: no database
    Service,
}

/// Whose schema a query is for
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    Plaza,
    PostGraphile,
}

/// Somebody who asks
#[derive(Clone, Debug)]
pub struct Asker {
    /// Id of the row
    pub id: String,
    /// Plaza's access token
    pub token: String,
}

/// What is looked up
#[derive(Clone, Debug)]
pub struct Keys {
    pub handles: Vec<String>,
    pub askers: Vec<Asker>,
}

impl Question {
    pub const ALL: [Self; 4] = [Self::Nested, Self::Orders, Self::Key, Self::Service];

    fn text(self, schema: Schema) -> &'static str {
        match (self, schema) {
            (Self::Nested, Schema::Plaza) => include_str!("../../../peers/queries/nested.graphql"),
            (Self::Orders, Schema::Plaza) => include_str!("../../../peers/queries/orders.graphql"),
            (Self::Key, Schema::Plaza) => include_str!("../../../peers/queries/key.graphql"),
            (Self::Nested, Schema::PostGraphile) => {
                include_str!("../../../peers/node/queries/nested.graphql")
            }
            (Self::Orders, Schema::PostGraphile) => {
                include_str!("../../../peers/node/queries/orders.graphql")
            }
            (Self::Key, Schema::PostGraphile) => {
                include_str!("../../../peers/node/queries/key.graphql")
            }
            (Self::Service, _) => include_str!("../../../peers/queries/service.graphql"),
        }
    }

    /// Requests to take in turns. `token` says who asks, where that matters.
    pub fn asks(self, schema: Schema, keys: &Keys, token: impl Fn(&Asker) -> String) -> Vec<Ask> {
        let ask = |variables: Value, token: Option<String>| {
            let body = request(self.text(schema), &variables);
            Ask { body, token, writes: false }
        };
        match self {
            Self::Nested | Self::Service => vec![ask(json!({}), None)],
            Self::Key => {
                keys.handles.iter().map(|handle| ask(json!({ "handle": handle }), None)).collect()
            }
            Self::Orders => {
                let of = |asker: &Asker| match schema {
                    Schema::Plaza => ask(json!({}), Some(token(asker))),
                    Schema::PostGraphile => ask(json!({ "buyer": asker.id }), Some(token(asker))),
                };
                keys.askers.iter().map(of).collect()
            }
        }
    }
}

/// What a schema that is made from tables prints in another way: raw numbers, and ids of its own
const OTHERWISE: [&str; 7] =
    ["id", "createdAt", "placedAt", "amount", "currency", "status", "version"];

/// Whether an answer is Plaza's.
///
/// # Errors
/// It is another.
pub fn same(plaza: &Value, theirs: &Value, schema: Schema, name: &str) -> Result<()> {
    let (plaza, theirs) = match schema {
        Schema::Plaza => (plaza.clone(), theirs.clone()),
        Schema::PostGraphile => (facts(plaza), facts(theirs)),
    };
    ensure!(plaza == theirs, "{name} answers {theirs}, and Plaza {plaza}");
    Ok(())
}

/// Without what is printed in another way, and without what is empty then
fn facts(of: &Value) -> Value {
    match of {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| !OTHERWISE.contains(&name.as_str()));
            let kept = kept.map(|(name, value)| (name.clone(), facts(value)));
            Value::Object(kept.filter(|(_, value)| *value != json!({})).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(facts).collect()),
        other => other.clone(),
    }
}
