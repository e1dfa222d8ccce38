//! The two databases, and where one of a size lives.

use crate::people::told;
use crate::postgres;
use anyhow::{Context, Result};
use clap::ValueEnum;
use plaza::db::Db;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::Command;

/// No limits of what one address may ask for, and nothing done that nobody has asked for
const UNLIMITED: [(&str, &str); 5] = [
    ("PLAZA_JOBS", "0"),
    ("PLAZA_LIMIT_ADDRESS", "off"),
    ("PLAZA_LIMIT_PERSON", "off"),
    ("PLAZA_LIMIT_SIGN_UP", "off"),
    ("PLAZA_LIMIT_QUESTIONS", "off"),
];
/// What servers that are measured sign tokens with
pub const SECRET: &str = "a secret for measuring alone, 32 bytes or more";

/// Which database
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Its name
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// One database: a file, or one of a PostgreSQL server
#[derive(Clone, Debug)]
pub struct Place {
    pub engine: Engine,
    /// Data folder of Plaza
    pub folder: PathBuf,
    /// On PostgreSQL: the server's own database, and the name of this one
    server: Option<(String, String)>,
}

impl Place {
    /// The place of a database with a name.
    ///
    /// # Errors
    /// PostgreSQL is wanted and there is none.
    pub fn new(engine: Engine, folder: &Path, name: &str, postgres: Option<&str>) -> Result<Self> {
        let server = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => {
                let url = postgres.context(
                    "PostgreSQL needs PLAZA_TEST_POSTGRES: run this under `tests/services run --`, or with --on sqlite",
                )?;
                Some((url.to_owned(), format!("plaza_bench_{name}")))
            }
        };
        let prefix = match engine {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        // The server is started elsewhere than the folder is given.
        let folder = std::path::absolute(folder)?.join(format!("{prefix}-{name}"));
        Ok(Self { engine, folder, server })
    }

    /// On PostgreSQL: URL of the server's own database, and the name of this one
    pub fn on_server(&self) -> Option<(&str, &str)> {
        self.server.as_ref().map(|(url, name)| (url.as_str(), name.as_str()))
    }

    /// On PostgreSQL: URL of this database
    pub fn url(&self) -> Option<String> {
        self.on_server().map(|(url, name)| match url.rsplit_once('/') {
            Some((server, _)) => format!("{server}/{name}"),
            None => format!("{url}/{name}"),
        })
    }

    /// On SQLite: file of this database
    pub fn file(&self) -> PathBuf {
        self.folder.join("plaza.db")
    }

    /// Connects to this database as Plaza does.
    ///
    /// # Errors
    /// There is none.
    pub async fn connect(&self) -> Result<Db> {
        let url = self.url().unwrap_or_else(|| format!("sqlite:{}", self.file().display()));
        Db::connect(&url, 2).await.map_err(told)
    }

    /// `plaza` with this database in its environment
    pub fn plaza(&self, binary: &Path) -> Command {
        let mut command = Command::new(binary);
        command.current_dir(&self.folder).env_remove("DATABASE_URL").envs(self.settings());
        command
    }

    /// What Plaza is set up with on this database, as its environment has it
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        // One address asks for all of it.
        let mut settings: Vec<_> =
            UNLIMITED.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        // What is measured is done each time.
        settings.push(("PLAZA_CACHE_ROWS", "off".to_owned()));
        settings.push(("PLAZA_CACHE_ANSWERS", "off".to_owned()));
        settings.push(("PLAZA_DATA_DIR", self.folder.display().to_string()));
        settings.push(("PLAZA_SECRET", SECRET.to_owned()));
        settings.extend(self.url().map(|url| ("DATABASE_URL", url)));
        settings
    }

    /// Makes it anew, empty.
    ///
    /// # Errors
    /// The folder can't be written, or the server refuses.
    pub async fn make(&self) -> Result<()> {
        self.remove().await?;
        std::fs::create_dir_all(&self.folder)
            .with_context(|| format!("making {}", self.folder.display()))?;
        if let Some((server, name)) = self.on_server() {
            postgres::run(server, &format!("CREATE DATABASE {name}")).await?;
        }
        Ok(())
    }

    /// Removes it, where it is there.
    ///
    /// # Errors
    /// The folder can't be removed, or the server refuses.
    pub async fn remove(&self) -> Result<()> {
        if self.folder.exists() {
            std::fs::remove_dir_all(&self.folder)
                .with_context(|| format!("removing {}", self.folder.display()))?;
        }
        if let Some((server, name)) = self.on_server() {
            postgres::run(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        }
        Ok(())
    }

    /// Bytes that it takes
    ///
    /// # Errors
    /// It is not there.
    pub async fn bytes(&self) -> Result<u64> {
        match self.on_server() {
            Some((server, name)) => {
                let sql = format!("SELECT pg_database_size('{name}')");
                Ok(u64::try_from(postgres::number(server, &sql).await?)?)
            }
            None => Ok(std::fs::metadata(self.file())?.len()),
        }
    }
}
