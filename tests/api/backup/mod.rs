//! Running it for real: many nodes that migrate at once, schemas of other versions, backups and what
//! comes back from them.

mod disk;
mod figure;
mod load;
mod migrate;
mod newer;
mod refuse;
mod restore;

use crate::door::command::{Said, plaza, run};
use crate::support::{Backend, Database, TestApp};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::path::{Path, PathBuf};
use std::process::Command;

const SECRET: &str = "a secret for tests alone, 32 bytes or more";

/// An empty place for a database, as the binary is told of it
struct Place(Database);

impl Place {
    async fn make(backend: Backend) -> Self {
        Self(Database::make(backend).await)
    }

    /// One beside the database of a test
    async fn like(app: &TestApp) -> Self {
        Self::make(backend(app)).await
    }

    fn settings(&self) -> Vec<(String, String)> {
        let folder = self.0.folder.path().display().to_string();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut settings = vec![pair("PLAZA_DATA_DIR", &folder), pair("PLAZA_SECRET", SECRET)];
        settings.extend(self.0.url.as_deref().map(|url| pair("DATABASE_URL", url)));
        settings
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let settings = self.settings();
        plaza(self.0.folder.path(), &borrowed(&settings), arguments)
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let settings = self.settings();
        run(self.0.folder.path(), &borrowed(&settings), arguments)
    }

    /// What it says where all goes well
    fn does(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
        said.out
    }

    /// What it says where it refuses: one sentence, and code 1
    fn refuses(&self, arguments: &[&str]) -> String {
        one_sentence(self.run(arguments))
    }

    fn path(&self, name: &str) -> String {
        self.0.folder.path().join(name).display().to_string()
    }

    async fn connect(&self) -> DatabaseConnection {
        let file = || format!("sqlite:{}", self.path("plaza.db"));
        let url = self.0.url.clone().unwrap_or_else(file);
        sea_orm::Database::connect(url).await.expect("connects")
    }

    async fn tell(&self, sql: &str) {
        let db = self.connect().await;
        db.execute_unprepared(sql).await.expect(sql);
        db.close().await.expect("closes");
    }

    async fn number(&self, sql: &str) -> i64 {
        let db = self.connect().await;
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(statement).await.expect(sql).expect("a row");
        db.close().await.expect("closes");
        row.try_get_by_index(0).expect("a number")
    }

    async fn remove(self) {
        self.0.remove().await;
    }
}

fn backend(app: &TestApp) -> Backend {
    match app.app.db.dialect() {
        plaza::db::Dialect::Postgres => Backend::Postgres,
        plaza::db::Dialect::Sqlite => Backend::Sqlite,
    }
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn one_sentence(said: Said) -> String {
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    let lines: Vec<_> = said.err.lines().collect();
    assert_eq!(lines.len(), 1, "one sentence: {}", said.err);
    assert!(!said.err.contains(" failed: "), "no fault: {}", said.err);
    said.err
}

/// `--tools` and the folder of the programs that fit the tests' server
#[expect(clippy::disallowed_methods, reason = "`tests/services` names them by the environment")]
fn tools() -> [String; 2] {
    let known = std::env::var("PLAZA_TEST_PGBENCH").expect("`tests/services` names pgbench");
    let folder = Path::new(&known).parent().expect("it is in a folder");
    ["--tools".to_owned(), folder.display().to_string()]
}

/// `backup FILE` or `restore FILE` with what else is said
fn with_file<'a>(
    command: &'a str,
    file: &'a str,
    tools: &'a [String; 2],
    rest: &[&'a str],
) -> Vec<&'a str> {
    let tools = tools.iter().map(String::as_str);
    [command, file].into_iter().chain(tools).chain(rest.iter().copied()).collect()
}

/// A folder's files, but for what SQLite and the lock keep there
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("one"));
    let ours = |path: &PathBuf| {
        !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("plaza."))
    };
    entries.map(|entry| entry.path()).filter(ours).collect()
}
