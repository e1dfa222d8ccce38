//! Documents before they are published: whether they are valid here, what they cost, and how many
//! statements they take.

use super::gate::{Gate, kind};
use super::params::Params;
use crate::app::App;
use crate::schema::Schemas;
use crate::server::guard::check_cost;
use crate::services::{Caller, Viewer};
use async_graphql::Variables;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Looks at documents by the schema and limits of this server
pub struct Inspector(Gate);

/// A document that can be published
#[derive(Clone, Debug)]
pub struct Inspected {
    /// Name of its one operation
    pub operation_name: String,
    /// `query`, `mutation` or `subscription`
    pub kind: &'static str,
    /// Without values for its variables
    pub cost: u64,
    /// SHA-256 of the text
    pub hash: [u8; 32],
}

impl Inspector {
    /// By the configuration of an app, on its database.
    pub fn new(app: &Arc<App>) -> Self {
        // Whoever publishes is told what is wrong by its names.
        let schemas = Schemas::new(true);
        Self(Gate::new(Arc::clone(app), schemas, CancellationToken::new()).for_trying())
    }

    /// Reads a document by all rules.
    ///
    /// # Errors
    /// What is wrong with it, a sentence each.
    pub async fn inspect(&self, text: &str) -> Result<Inspected, Vec<String>> {
        let document = self.0.documents.get(text).map_err(|rejected| vec![rejected.message])?;
        let Some((name, operation)) = document.only() else {
            return Err(vec![
                "A published document has one operation, and that has a name".to_owned(),
            ]);
        };
        self.0.validate(&document).await.map_err(|answer| messages(&answer.body))?;
        let cost = operation.cost.with(&Variables::default());
        check_cost(cost).map_err(|rejected| vec![rejected.message])?;
        Ok(Inspected {
            operation_name: name.to_string(),
            kind: kind(operation.kind),
            cost,
            hash: document.hash,
        })
    }

    /// Executes a document: the answer, and how many statements it took; None where the answer holds an error.
    pub async fn measure(
        &self,
        text: &str,
        variables: serde_json::Value,
        viewer: Viewer,
    ) -> Option<(serde_json::Value, u64)> {
        let params = Params::of(text, Variables::from_json(variables));
        let caller =
            Caller { address: IpAddr::V4(Ipv4Addr::LOCALHOST), user_agent: None, client: None };
        let ready = self.0.prepare(params, &viewer, &caller).await.ok()?;
        let stats = self.0.app.db.stats();
        let before = stats.statements();
        let (answer, _) = self.0.execute(ready, viewer, caller).await;
        let took = stats.statements().0 - before.0;
        let answer: serde_json::Value = serde_json::from_slice(&answer.body).ok()?;
        answer.get("errors").is_none().then_some((answer, took))
    }
}

fn messages(body: &[u8]) -> Vec<String> {
    let answer: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    let told = |error: &serde_json::Value| error["message"].as_str().unwrap_or_default().to_owned();
    errors.iter().map(told).collect()
}
