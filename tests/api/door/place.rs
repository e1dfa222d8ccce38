//! A place for a database, empty at first, which the binary is told of by its environment.

use super::command::{Said, plaza, run};
use crate::support::{Backend, Database, TestApp};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::process::Command;

/// What signs its tokens
pub const SECRET: &str = "a secret for tests alone, 32 bytes or more";

/// An empty place for a database, as the binary is told of it
pub struct Place(pub Database);

impl Place {
    /// An empty one
    pub async fn make(backend: Backend) -> Self {
        Self(Database::make(backend).await)
    }

    /// One beside the database of a test
    pub async fn like(app: &TestApp) -> Self {
        Self::make(backend(app)).await
    }

    /// What the binary is told
    pub fn settings(&self) -> Vec<(String, String)> {
        let folder = self.0.folder.path().display().to_string();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut settings = vec![pair("PLAZA_DATA_DIR", &folder), pair("PLAZA_SECRET", SECRET)];
        settings.extend(self.0.url.as_deref().map(|url| pair("DATABASE_URL", url)));
        settings
    }

    /// The binary with these arguments
    pub fn command(&self, arguments: &[&str]) -> Command {
        let settings = self.settings();
        plaza(self.0.folder.path(), &borrowed(&settings), arguments)
    }

    /// What came of it
    pub fn run(&self, arguments: &[&str]) -> Said {
        let settings = self.settings();
        run(self.0.folder.path(), &borrowed(&settings), arguments)
    }

    /// What it says where all goes well
    pub fn does(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
        said.out
    }

    /// What it says where it refuses: one sentence, and code 1
    pub fn refuses(&self, arguments: &[&str]) -> String {
        one_sentence(self.run(arguments))
    }

    /// A file beside the database
    pub fn path(&self, name: &str) -> String {
        self.0.folder.path().join(name).display().to_string()
    }

    /// A connection of our own
    pub async fn connect(&self) -> DatabaseConnection {
        let file = || format!("sqlite:{}", self.path("plaza.db"));
        let url = self.0.url.clone().unwrap_or_else(file);
        sea_orm::Database::connect(url).await.expect("connects")
    }

    /// Runs a statement.
    pub async fn tell(&self, sql: &str) {
        let db = self.connect().await;
        db.execute_unprepared(sql).await.expect(sql);
        db.close().await.expect("closes");
    }

    /// The number that a statement answers
    pub async fn number(&self, sql: &str) -> i64 {
        let db = self.connect().await;
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(statement).await.expect(sql).expect("a row");
        db.close().await.expect("closes");
        row.try_get_by_index(0).expect("a number")
    }

    /// Removes it.
    pub async fn remove(self) {
        self.0.remove().await;
    }
}

/// The database of a test
pub fn backend(app: &TestApp) -> Backend {
    match app.app.db.dialect() {
        plaza::db::Dialect::Postgres => Backend::Postgres,
        plaza::db::Dialect::Sqlite => Backend::Sqlite,
    }
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// What it said where it refused: one sentence, and code 1
pub fn one_sentence(said: Said) -> String {
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    let lines: Vec<_> = said.err.lines().collect();
    assert_eq!(lines.len(), 1, "one sentence: {}", said.err);
    assert!(!said.err.contains(" failed: "), "no fault: {}", said.err);
    said.err
}
