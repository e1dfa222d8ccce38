//! Running it for real: many nodes that migrate at once, schemas of other versions, backups and what
//! comes back from them.

mod disk;
mod figure;
mod load;
mod migrate;
mod newer;
mod refuse;
mod restore;

use crate::door::command::{Said, run_beside};
use crate::door::place::{Place, SECRET, backend, one_sentence};
use crate::support::TestApp;
use std::path::{Path, PathBuf};

/// `--tools` and the folder of the programs that fit the tests' server
#[expect(clippy::disallowed_methods, reason = "`tests/services` names them by the environment")]
pub fn tools() -> [String; 2] {
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

/// Backs up the database of a test, which goes well. What it says
fn backed_up(app: &TestApp, file: &str, tools: &[String; 2]) -> Said {
    let said = run_beside(app, &with_file("backup", file, tools, &[]));
    assert_eq!(said.code, 0, "{}", said.err);
    said
}

/// A folder's files, but for what SQLite and the lock keep there
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("one"));
    let ours = |path: &PathBuf| {
        !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("plaza."))
    };
    entries.map(|entry| entry.path()).filter(ours).collect()
}
