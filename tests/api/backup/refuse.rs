//! What is refused, in one sentence that says what to do, and leaves everything as it was.

use super::{Place, backed_up, files, one_sentence, tools, with_file};
use crate::door::command::run_beside;
use crate::support::{Backend, on_both};
use sea_orm::ConnectionTrait;
use std::os::unix::fs::PermissionsExt;

on_both! {
    async fn a_backup_is_never_written_over_another_file_unasked(app: &TestApp) {
        let (place, tools) = (Place::like(app).await, tools());
        let file = place.path("a.backup");
        let nothing = place.refuses(&with_file("backup", &file, &tools, &[]));
        assert!(nothing.contains("There is no") || nothing.contains("There is nothing"), "{nothing}");
        place.does(&["migrate", "up"]);
        place.does(&with_file("backup", &file, &tools, &[]));
        let before = std::fs::read(&file).expect("reads");
        let folder = place.path("");
        for (file, told) in [
            (file.as_str(), "is there already; add --force to replace it"),
            (&folder, "is a folder; name a file in it"),
            (&place.path("no/a.backup"), "make it first"),
        ] {
            let said = place.refuses(&with_file("backup", file, &tools, &[]));
            assert!(said.contains(told), "{said}");
        }
        assert_eq!(std::fs::read(&file).expect("reads"), before);
        place.does(&with_file("backup", &file, &tools, &["--force"]));
        assert_eq!(files(place.0.folder.path()).len(), 1);
        place.remove().await;
    }
}

#[tokio::test]
async fn the_database_itself_is_no_place_for_a_backup() {
    let place = Place::make(Backend::Sqlite).await;
    place.does(&["migrate", "up"]);
    let said = place.refuses(&["backup", "plaza.db", "--force"]);
    assert!(said.contains("is the database itself"), "{said}");
    place.does(&["check"]);
}

on_both! {
    async fn what_is_no_whole_backup_is_refused(app: &TestApp) {
        let (place, tools) = (Place::like(app).await, tools());
        let whole = place.path("whole.backup");
        backed_up(app, &whole, &tools);
        let bytes = std::fs::read(&whole).expect("reads");
        let write = |name: &str, bytes: &[u8]| {
            std::fs::write(place.path(name), bytes).expect("writes");
        };
        write("rubbish", b"this is no backup");
        write("empty", b"");
        write("half", &bytes[..bytes.len() / 2]);
        write("most", &bytes[..bytes.len() - 5000]);
        for (name, told) in [
            ("nowhere", "can't be read"),
            ("rubbish", "is no backup: `plaza backup` makes them"),
            ("empty", "is no backup"),
            ("half", ""),
            ("most", ""),
        ] {
            let file = place.path(name);
            let said = place.refuses(&with_file("restore", &file, &tools, &["--force"]));
            assert!(said.contains(told) && said.contains(&file), "{name}: {said}");
        }
        let status = place.does(&["migrate", "status"]);
        assert!(!status.contains("taken"), "nothing was touched: {status}");
        place.remove().await;
    }
}

on_both! {
    async fn nothing_is_replaced_under_a_server(app: &TestApp) {
        let (place, tools) = (Place::like(app).await, tools());
        let file = place.path("a.backup");
        backed_up(app, &file, &tools);
        let said = run_beside(app, &with_file("restore", &file, &tools, &["--force"]));
        let said = one_sentence(said);
        assert!(said.contains("stop "), "{said}");
        app.member("berta").await;
        place.remove().await;
    }
}

#[tokio::test]
async fn a_file_that_another_program_has_open_is_not_replaced() {
    let place = Place::make(Backend::Sqlite).await;
    place.does(&["migrate", "up"]);
    place.does(&["backup", "a.backup"]);
    let db = place.connect().await;
    db.execute_unprepared("SELECT count(*) FROM topic").await.expect("reads");
    let said = place.refuses(&["restore", "a.backup", "--force"]);
    assert!(
        said.contains("Something has") && said.contains("plaza.db open; stop it first"),
        "{said}"
    );
    db.close().await.expect("closes");
    assert_eq!(files(place.0.folder.path()).len(), 1, "nothing is left of the try");
    place.does(&["restore", "a.backup", "--force"]);
    place.remove().await;
}

#[tokio::test]
async fn a_database_that_cannot_be_read_is_replaced_where_it_is_asked_for() {
    let place = Place::make(Backend::Sqlite).await;
    place.does(&["migrate", "up"]);
    place.does(&["backup", "a.backup"]);
    for name in ["plaza.db", "plaza.db-wal"] {
        std::fs::write(place.path(name), "what a broken disk leaves").expect("writes");
    }
    let said = place.run(&["restore", "a.backup"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("can't be read") && said.err.contains("add --force"), "{}", said.err);
    place.does(&["restore", "a.backup", "--force"]);
    place.does(&["check", "--figures"]);
    place.remove().await;
}

#[tokio::test]
async fn a_backup_of_the_other_database_is_told_from_ones_own() {
    let tools = tools();
    let (one, other) = (Place::make(Backend::Sqlite).await, Place::make(Backend::Postgres).await);
    let (sqlite, postgres) = (one.path("a.backup"), other.path("a.backup"));
    for (place, file) in [(&one, &sqlite), (&other, &postgres)] {
        place.does(&["migrate", "up"]);
        place.does(&with_file("backup", file, &tools, &[]));
    }
    let said = one.refuses(&["restore", &postgres]);
    assert!(said.contains("is a backup of PostgreSQL; set DATABASE_URL"), "{said}");
    let said = other.refuses(&with_file("restore", &sqlite, &tools, &[]));
    assert!(said.contains("is a backup of the embedded database"), "{said}");
    let raw = one.path("plaza.db");
    let said = one.refuses(&["restore", &raw, "--force"]);
    assert!(said.contains("is no backup"), "{said}");
    one.remove().await;
    other.remove().await;
}

#[tokio::test]
async fn tools_that_are_missing_or_too_old_are_named_with_their_package() {
    let place = Place::make(Backend::Postgres).await;
    place.does(&["migrate", "up"]);
    let (file, folder) = (place.path("a.backup"), place.path("tools"));
    std::fs::create_dir(&folder).expect("makes a folder");
    let said = place.refuses(&["backup", &file, "--tools", &folder]);
    assert!(
        said.contains("There is no pg_dump in") && said.contains("postgresql-client-"),
        "{said}"
    );
    let program = format!("{folder}/pg_dump");
    std::fs::write(&program, "#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n").expect("writes");
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("sets");
    let said = place.refuses(&["backup", &file, "--tools", &folder]);
    assert!(said.contains("pg_dump is of PostgreSQL 9, and the server is"), "{said}");
    assert!(said.contains("postgresql-client-") && said.contains("--tools"), "{said}");
    assert!(!std::path::Path::new(&file).exists());
    place.remove().await;
}
