//! Many nodes at once, and what a migration waits for.

use super::{Place, one_sentence};
use crate::door::command::{plaza, run};
use crate::support::{Backend, until};
use migration::{Migrator, MigratorTrait};
use plaza::db::Steps;
use sea_orm::sqlx::{self, Connection, Executor, PgConnection, SqliteConnection};
use std::process::Stdio;
use std::time::{Duration, Instant};

const NODES: usize = 10;

/// The numbers that ten processes at once begin what they say with
fn at_once(place: &Place, arguments: &[&str]) -> Vec<usize> {
    let started: Vec<_> = (0..NODES)
        .map(|_| {
            let mut command = place.command(arguments);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts")
        })
        .collect();
    started
        .into_iter()
        .map(|node| {
            let output = node.wait_with_output().expect("ends");
            let out = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{out}{}", String::from_utf8_lossy(&output.stderr));
            out.split(' ').next().expect("a word").parse().expect("a number")
        })
        .collect()
}

async fn ten_nodes(backend: Backend) {
    let place = Place::make(backend).await;
    let all = Steps::of(&[]).known.len();
    for _ in 0..2 {
        let taken = at_once(&place, &["migrate", "up"]);
        assert_eq!(taken.iter().sum::<usize>(), all, "each step is taken once: {taken:?}");
        let status = place.does(&["migrate", "status"]);
        assert_eq!(status.matches("taken").count(), all, "{status}");
        assert_eq!(place.number("SELECT count(*) FROM epoch").await, 1);
        assert_eq!(at_once(&place, &["migrate", "up"]), [0; NODES]);
        let undone = at_once(&place, &["migrate", "down", "--yes", "--steps", "2"]);
        assert_eq!(undone.iter().sum::<usize>(), all, "each step is undone once: {undone:?}");
    }
    place.remove().await;
}

#[tokio::test]
async fn ten_nodes_take_each_step_once_on_sqlite() {
    ten_nodes(Backend::Sqlite).await;
}

#[tokio::test]
async fn ten_nodes_take_each_step_once_on_postgres() {
    ten_nodes(Backend::Postgres).await;
}

#[tokio::test]
async fn ten_embedded_nodes_start_at_once_in_an_empty_folder() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    // Connects as a server does: it makes the secret, and brings the schema up to date.
    let nodes: Vec<_> = (0..NODES)
        .map(|_| {
            let mut command = plaza(folder.path(), &[], &["audit"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts")
        })
        .collect();
    for node in nodes {
        let output = node.wait_with_output().expect("ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let said = run(folder.path(), &[], &["migrate", "status"]);
    assert_eq!(said.out.matches("taken").count(), Steps::of(&[]).known.len(), "{}", said.out);
    let secret = std::fs::read_to_string(folder.path().join("data/secret")).expect("it is kept");
    assert_eq!(secret.len(), 64);
    let left = std::fs::read_dir(folder.path().join("data")).expect("a folder").flatten();
    let names: Vec<_> = left.map(|entry| entry.file_name()).collect();
    assert!(names.iter().all(|name| !name.to_string_lossy().starts_with('.')), "{names:?}");
}

async fn postgres(place: &Place) -> PgConnection {
    let url = place.0.url.as_ref().expect("a URL");
    let mut connection = PgConnection::connect(url).await.expect("connects");
    connection.execute("SET application_name = 'somebody else'").await.expect("sets");
    connection
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_too_long_is_told_for_whom() {
    let place = Place::make(Backend::Postgres).await;
    place.does(&["migrate", "up"]);
    let mut other = postgres(&place).await;
    other.execute("BEGIN; SELECT pg_advisory_xact_lock(482854664801)").await.expect("locks");
    let (pid,): (i32,) =
        sqlx::query_as("SELECT pg_backend_pid()").fetch_one(&mut other).await.expect("a number");
    for arguments in
        [&["migrate", "up", "--wait", "1s"][..], &["migrate", "down", "--yes", "--wait", "1s"]]
    {
        let said = place.run(arguments);
        assert_eq!(said.code, 1, "{}", said.err);
        let holder = format!("process {pid} (somebody else, from 127.0.0.1)");
        assert_eq!(said.err.matches(&holder).count(), 1, "told once it is over: {}", said.err);
    }
    drop(other);
    assert_eq!(place.does(&["migrate", "up"]).trim(), "0 steps taken; the database is up to date");
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_of_sqlite_is_waited_for_and_named_as_one() {
    let place = Place::make(Backend::Sqlite).await;
    place.does(&["migrate", "up"]);
    let url = format!("sqlite:{}", place.path("plaza.db"));
    let mut other = SqliteConnection::connect(&url).await.expect("connects");
    other.execute("BEGIN IMMEDIATE").await.expect("locks");
    let said = one_sentence(place.run(&["migrate", "up", "--wait", "1s"]));
    assert!(said.contains("another process has been changing"), "{said}");
    place.remove().await;
}

/// A database before the tenth step, which changes the table of events after those of orders and people; and how
/// many steps are missing
async fn before_conversations() -> (Place, String) {
    let place = Place::make(Backend::Postgres).await;
    place.does(&["migrate", "up"]);
    let steps = (Migrator::migrations().len() - 9).to_string();
    place.does(&["migrate", "down", "--yes", "--steps", &steps]);
    (place, steps)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_waits_for_a_writer_who_waits_for_it_is_tried_again() {
    let (place, steps) = before_conversations().await;
    let mut writer = postgres(&place).await;
    // Of the two it is the step that PostgreSQL breaks off.
    writer.execute("SET deadlock_timeout = '60s'").await.expect("sets");
    writer.execute("BEGIN; LOCK TABLE event IN ROW EXCLUSIVE MODE").await.expect("locks");
    let mut command = place.command(&["migrate", "up"]);
    let node = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let waits = "SELECT count(*) FROM pg_locks WHERE relation = 'event'::regclass AND NOT granted";
    until(async || place.number(waits).await > 0).await;
    writer.execute("LOCK TABLE \"order\" IN ROW EXCLUSIVE MODE").await.expect("the writer goes on");
    writer.execute("COMMIT").await.expect("commits");
    let output = node.wait_with_output().expect("ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("Step m0010_conversation waits for tables in use"), "{said}");
    let done = format!("{steps} steps taken; the database is up to date");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), done);
    drop(writer);
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_does_not_make_readers_wait_behind_a_long_transaction() {
    let (place, steps) = before_conversations().await;
    let mut long = postgres(&place).await;
    long.execute("BEGIN; SELECT count(*) FROM event").await.expect("reads");
    let begun = Instant::now();
    let mut command = place.command(&["migrate", "up", "--wait", "4s"]);
    let node = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let waiting = tokio::task::spawn_blocking(|| node.wait_with_output().expect("ends"));
    let (mut reader, mut slowest) = (postgres(&place).await, Duration::ZERO);
    while !waiting.is_finished() {
        let asked = Instant::now();
        reader.execute("SELECT count(*) FROM event").await.expect("reads");
        slowest = slowest.max(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let output = waiting.await.expect("ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && begun.elapsed() > Duration::from_secs(4), "{said}");
    assert!(said.contains("Step m0010_conversation could not have its tables for"), "{said}");
    assert!(said.contains("the oldest open transaction is that of process"), "{said}");
    assert!(said.contains("(somebody else)"), "{said}");
    assert!(slowest < Duration::from_secs(4), "a reader waited {slowest:?}");
    let half = "SELECT count(*) FROM pg_tables WHERE tablename IN ('conversation', 'message')";
    assert_eq!(place.number(half).await, 0, "nothing of it was done");
    drop(long);
    let done = format!("{steps} steps taken; the database is up to date");
    assert_eq!(place.does(&["migrate", "up"]).trim(), done);
    place.remove().await;
}
