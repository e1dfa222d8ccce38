//! The documents of the demo's clients: those in `graphql/operations`, which are in the binary.

use super::{publish, source};
use crate::app::App;
use crate::error::{Fault, Result};
use crate::services::documents_publish;
use rust_embed::Embed;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Embed)]
#[folder = "graphql/operations"]
struct Operations;

/// The clients that documents are there for
pub const CLIENTS: [&str; 3] = ["mobile", "dashboard", "partner"];

/// Publishes what is not published yet.
///
/// # Errors
/// A document is not valid, which the tests would have told; or the database could not write.
pub async fn publish(app: &Arc<App>) -> Result<()> {
    for client in CLIENTS {
        let of_client = format!("{client}/");
        let texts: Vec<(PathBuf, String)> = Operations::iter()
            .filter(|path| path.starts_with(&of_client) && path.ends_with(".graphql"))
            .filter_map(|path| {
                let file = Operations::get(&path)?;
                Some((path.as_ref().into(), String::from_utf8_lossy(&file.data).into_owned()))
            })
            .collect();
        let found = source::from_texts(&texts, Vec::new())
            .map_err(|faults| Fault::new("reading the demo's documents", faults.join("; ")))?;
        let ready = publish::ready(app, client, &found, Some(app), || {}).await?;
        let documents: Vec<_> = ready.into_iter().map(|(document, _)| document).collect();
        documents_publish(app, client, &documents).await?;
    }
    Ok(())
}
