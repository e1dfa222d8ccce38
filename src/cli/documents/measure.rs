//! How many SQL statements a query takes: counted by executing it on demo data, as the people of the
//! demo. What can't be executed with made-up values is not measured, and neither are mutations and
//! subscriptions.

use super::sample::Samples;
use crate::app::App;
use crate::cli::{fill_with_demo, migrate_up};
use crate::config::Config;
use crate::error::{Error, Fault, Result};
use crate::server::{Inspected, Inspector};
use crate::services::{ActFor, Viewer, act_for};
use std::sync::Arc;
use tempfile::TempDir;

/// Who tries: whoever gets an answer without errors counts, and of those the one that costs most
const PEOPLE: [&str; 3] = ["bruno", "ana", "admin"];

/// A database of its own with demo data, which is gone afterwards
pub struct Scratch {
    app: Arc<App>,
    _folder: TempDir,
}

impl Scratch {
    /// Fills one.
    ///
    /// # Errors
    /// There is no room for it.
    pub async fn open() -> Result<Self> {
        let fault = |err: &dyn std::fmt::Display| Fault::new("making a scratch database", err);
        let folder = TempDir::new().map_err(|err| fault(&err))?;
        let path = folder.path().to_string_lossy();
        let config = Config::from_pairs([("PLAZA_DATA_DIR", path.as_ref())])
            .map_err(|err| Error::from(fault(&err)))?;
        let app = App::connect(config).await?;
        migrate_up(&app.db).await?;
        fill_with_demo(&app).await?;
        Ok(Self { app, _folder: folder })
    }

    /// An app on it
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Throws it away.
    pub async fn close(self) {
        self.app.db.close().await;
    }
}

/// Counts the statements of queries
pub struct Meter {
    inspector: Inspector,
    viewers: Vec<Viewer>,
    samples: Samples,
}

impl Meter {
    /// On an app's data. Where the people of the demo are not there, nothing is measured.
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn new(app: &Arc<App>) -> Result<Self> {
        let inspector = Inspector::new(app);
        let mut viewers = Vec::new();
        for person in PEOPLE {
            match act_for(app, ActFor::Login(person)).await {
                Ok(viewer) => viewers.push(viewer),
                // Other data than the demo's
                Err(Error::Refused(_)) => {}
                Err(err) => return Err(err),
            }
        }
        let samples = Samples::read(&inspector, &viewers).await?;
        Ok(Self { inspector, viewers, samples })
    }

    /// Statements of a document; None where it was not measured
    pub async fn statements(&mut self, text: &str, inspected: &Inspected) -> Option<i32> {
        if inspected.kind != "query" {
            return None;
        }
        let variables = self.samples.variables(text)?;
        let mut most = None;
        for viewer in &self.viewers {
            let measured = self.inspector.measure(text, variables.clone(), viewer.clone()).await;
            most = most.max(measured.map(|(_, statements)| statements));
        }
        most.and_then(|statements| i32::try_from(statements).ok())
    }
}
