//! Databases filled by `plaza seed`, kept until what fills them changes.
//!
//! A kept database carries a note: what it was made from, and what making it took. On SQLite the
//! note lies beside the file; on PostgreSQL it is the database's comment, and goes when the server
//! goes.

use crate::command::{self, Ran};
use crate::engine::Place;
use crate::{postgres, tell};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// Last day of the data: the same on every day, so that kept databases stay what they are
const UNTIL: &str = "2026-11-01";
/// Sources that decide what a seeded database holds
const SOURCES: [&str; 4] =
    ["migration/src", "src/cli/seed", "src/rules/distance", "src/rules/search_text"];

/// What making a database took
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Note {
    made_from: u64,
    pub listings: u32,
    pub seed: Ran,
    /// Size of the database when it was full
    pub bytes: u64,
}

/// The database with so many listings: one that is kept, or a new one.
///
/// # Errors
/// It can't be made.
pub async fn prepare(plaza: &Path, place: &Place, listings: u32, anew: bool) -> Result<Note> {
    let made_from = made_from(listings)?;
    if let Some(note) = read(place).await?
        && note.made_from == made_from
        && !anew
    {
        return Ok(note);
    }
    tell(&format!("{}: seeding {listings} listings", place.engine.name()));
    place.make().await?;
    command::must(place.plaza(plaza).args(["migrate", "up"])).await?;
    let [listings_text, users] = [listings, listings / 10].map(|number| number.to_string());
    let arguments = ["seed", "--listings", &listings_text, "--users", &users, "--until", UNTIL];
    let seed = command::must(place.plaza(plaza).args(arguments)).await?;
    for line in seed.output.lines().take(2) {
        tell(&format!("  {line}"));
    }
    if let Some(url) = place.url() {
        // Autovacuum does it within minutes; here it would come in the middle of the measuring.
        postgres::run(&url, "VACUUM (ANALYZE)").await?;
        postgres::run(&url, "CHECKPOINT").await?;
    }
    let note = Note { made_from, listings, seed, bytes: place.bytes().await? };
    write(place, &note).await?;
    Ok(note)
}

fn note_file(place: &Place) -> PathBuf {
    place.folder.join("seeded.json")
}

async fn read(place: &Place) -> Result<Option<Note>> {
    let text = match place.on_server() {
        Some((server, name)) => {
            let sql = format!(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'"
            );
            postgres::text(server, &sql).await?
        }
        None => std::fs::read_to_string(note_file(place)).ok(),
    };
    // A note that can't be read is of an older version.
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

async fn write(place: &Place, note: &Note) -> Result<()> {
    let text = serde_json::to_string(note)?;
    match place.on_server() {
        Some((server, name)) => {
            let sql = format!("COMMENT ON DATABASE {name} IS '{}'", text.replace('\'', "''"));
            postgres::run(server, &sql).await
        }
        None => std::fs::write(note_file(place), text).context("writing the note"),
    }
}

/// A hash of the sources that decide what a seeded database holds
fn made_from(listings: u32) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    (listings, UNTIL).hash(&mut hasher);
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for folder in SOURCES {
        hash_folder(&house.join(folder), &mut hasher)?;
    }
    Ok(hasher.finish())
}

fn hash_folder(folder: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    let listed =
        std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths = listed.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            hash_folder(&path, hasher)?;
        } else {
            std::fs::read(&path)?.hash(hasher);
        }
    }
    Ok(())
}
