//! What PostgreSQL does alone, by its own measuring program: the nested list as one statement that
//! makes the JSON, as one flat join, and as the statements that loaders send.

use super::Stated;
use super::question::Question;
use crate::engine::Place;
use crate::{pgbench, postgres};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::time::Duration;

/// The newest, one more than are shown
const NEWEST: &str = "SELECT id, title, created_at, price_minor, currency, store_id, category_id, publisher_id \
    FROM listing WHERE shelf = 1 ORDER BY created_at DESC, id DESC LIMIT 21";

const JSON: &str = "SELECT json_agg(json_build_object('id', l.id, 'title', l.title, 'createdAt', l.created_at, \
    'price', json_build_object('amount', l.price_minor, 'currency', l.currency), \
    'store', (SELECT json_build_object('id', s.id, 'name', s.name, 'handle', s.handle) FROM store s WHERE s.id = l.store_id), \
    'category', (SELECT json_build_object('id', c.id, 'name', c.name) FROM category c WHERE c.id = l.category_id), \
    'publisher', (SELECT json_build_object('id', u.id, 'displayName', u.display_name) FROM \"user\" u WHERE u.id = l.publisher_id))) \
    FROM (NEWEST) AS l;\n";

const JOIN: &str = "SELECT l.id, l.title, l.created_at, l.price_minor, l.currency, s.id, s.name, s.handle, c.id, c.name, u.id, u.display_name \
    FROM listing l JOIN store s ON s.id = l.store_id JOIN category c ON c.id = l.category_id \
    JOIN \"user\" u ON u.id = l.publisher_id \
    WHERE l.shelf = 1 ORDER BY l.created_at DESC, l.id DESC LIMIT 21;\n";

/// What is run, and the file of it
const SCRIPTS: [(&str, &str); 3] =
    [(JSON_AGG, "json.sql"), (FLAT_JOIN, "join.sql"), (BATCHED, "batched.sql")];
pub const JSON_AGG: &str = "pgbench, one json_agg statement";
pub const FLAT_JOIN: &str = "pgbench, one flat join";
const BATCHED: &str = "pgbench, the batched statements";

/// Scripts beside the database's files
pub(super) struct Statements {
    program: Option<PathBuf>,
    url: String,
    folder: PathBuf,
}

impl Statements {
    /// Writes the scripts.
    ///
    /// # Errors
    /// The database refuses, or the folder can't be written.
    pub async fn write(program: Option<&PathBuf>, place: &Place) -> Result<Self> {
        let url = place.url().context("pgbench runs on PostgreSQL")?;
        let (folder, program) = (place.folder.clone(), program.cloned());
        let batched = batched(&url).await?;
        let texts = [JSON.replace("NEWEST", NEWEST), JOIN.to_owned(), batched];
        for ((_, file), text) in SCRIPTS.iter().zip(texts) {
            std::fs::write(folder.join(file), text)?;
        }
        Ok(Self { program, url, folder })
    }

    /// What is run beside a question
    pub fn of(&self, question: Question) -> Vec<Stated> {
        if question != Question::Nested || self.program.is_none() {
            return Vec::new();
        }
        SCRIPTS.iter().map(|(what, _)| Stated { what, rates: Vec::new() }).collect()
    }

    /// How often a second.
    ///
    /// # Errors
    /// pgbench fails.
    pub async fn run(&self, what: &str, clients: usize, time: Duration) -> Result<f64> {
        let file = SCRIPTS.iter().find(|(name, _)| *name == what).context("no such script")?.1;
        let program = self.program.as_ref().context("there is no pgbench")?;
        pgbench::rate(program, &self.folder, file, &self.url, (clients, time)).await
    }
}

/// The list, then each kind of parent by ids: those of the list, which stays what it is
async fn batched(url: &str) -> Result<String> {
    let mut script = format!("{NEWEST};\n");
    for (column, statement) in [
        ("store_id", "SELECT id, name, handle FROM store WHERE id"),
        ("category_id", "SELECT id, name FROM category WHERE id"),
        ("publisher_id", "SELECT id, display_name FROM \"user\" WHERE id"),
    ] {
        let ids = format!("SELECT array_agg(DISTINCT {column})::text FROM ({NEWEST}) AS newest");
        let ids = postgres::text(url, &ids).await?.context("there are no listings")?;
        script += &format!("{statement} = ANY ('{ids}'::uuid[]);\n");
    }
    Ok(script)
}
