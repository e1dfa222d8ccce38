//! What a restore replaces, brings up to date, and leaves as it was where it fails.

use super::{Place, backed_up, files, tools, with_file};
use crate::support::{Backend, Shop, TestApp, on_both};
use plaza::db::Steps;
use std::os::unix::fs::PermissionsExt;

const USERS: &str = r#"SELECT count(*) FROM "user""#;

on_both! {
    async fn data_is_replaced_only_where_it_is_asked_for(app: &TestApp) {
        Shop::open(app).await;
        let (place, tools) = (Place::like(app).await, tools());
        place.does(&["migrate", "up"]);
        let empty = place.path("empty.backup");
        place.does(&with_file("backup", &empty, &tools, &[]));
        let full = place.path("full.backup");
        backed_up(app, &full, &tools);

        // A place that holds nothing anybody would miss
        let said = place.does(&with_file("restore", &full, &tools, &[]));
        assert!(said.contains("Restored 0 orders, 4 people, 1 store, 1 listing, 0 messages as of 20"), "{said}");
        let epoch = place.number("SELECT count(*) FROM epoch").await;
        assert_eq!((place.number(USERS).await, epoch), (4, 1));
        let said = place.refuses(&with_file("restore", &empty, &tools, &[]));
        let lost = "holds 0 orders, 4 people, 1 store, 1 listing, 0 messages, which would be lost; add --force";
        assert!(said.contains(lost), "{said}");
        assert_eq!(place.number(USERS).await, 4);
        place.does(&with_file("restore", &empty, &tools, &["--force"]));
        assert_eq!(place.number(USERS).await, 0);
        place.does(&["check", "--figures"]);
        place.does(&with_file("restore", &full, &tools, &[]));
        assert_eq!(place.number(USERS).await, 4);
        assert_eq!(files(place.0.folder.path()).len(), 2, "two backups, and nothing else is left");
        place.remove().await;
    }
}

async fn of_an_older_schema(backend: Backend) {
    let (source, place, tools) = (Place::make(backend).await, Place::make(backend).await, tools());
    source.does(&["migrate", "up"]);
    source.does(&["migrate", "down", "--yes", "--steps", "2"]);
    let file = source.path("older.backup");
    source.does(&with_file("backup", &file, &tools, &[]));
    let said = place.does(&with_file("restore", &file, &tools, &[]));
    assert!(said.contains("2 schema steps were missing in the backup, and are taken"), "{said}");
    let status = place.does(&["migrate", "status"]);
    assert_eq!(status.matches("taken").count(), Steps::of(&[]).known.len(), "{status}");
    assert_eq!(place.does(&["migrate", "up"]).trim(), "0 steps taken; the database is up to date");
    place.does(&["check"]);
    source.remove().await;
    place.remove().await;
}

#[tokio::test]
async fn a_backup_of_an_older_schema_is_brought_up_to_date_on_sqlite() {
    of_an_older_schema(Backend::Sqlite).await;
}

#[tokio::test]
async fn a_backup_of_an_older_schema_is_brought_up_to_date_on_postgres() {
    of_an_older_schema(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_takes_no_archive_is_as_it_was() {
    let app = TestApp::start(Backend::Postgres).await;
    Shop::open(&app).await;
    let (place, tools) = (Place::like(&app).await, tools());
    let file = place.path("a.backup");
    backed_up(&app, &file, &tools);
    place.does(&with_file("restore", &file, &tools, &[]));

    // The real program, but for the last thing that it is asked
    let failing = place.path("tools");
    std::fs::create_dir(&failing).expect("makes a folder");
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in *--single-transaction*) echo 'pg_restore: error: broken off' >&2; exit 1;; esac\n\
         exec {}/pg_restore \"$@\"\n",
        tools[1]
    );
    let program = format!("{failing}/pg_restore");
    std::fs::write(&program, script).expect("writes");
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("sets");
    let said = place.run(&["restore", &file, "--force", "--tools", &failing]);
    assert_eq!((said.code, said.err.trim()), (1, "pg_restore failed: broken off"));
    assert_eq!(place.number(USERS).await, 4, "it is back");
    let aside = "SELECT count(*) FROM pg_namespace WHERE nspname = 'plaza_replaced'";
    assert_eq!(place.number(aside).await, 0);
    place.does(&["check", "--figures"]);

    // A restore that was killed has left this.
    place.tell("CREATE SCHEMA plaza_replaced").await;
    let said = place.refuses(&with_file("restore", &file, &tools, &["--force"]));
    assert!(said.contains("DROP SCHEMA plaza_replaced CASCADE"), "{said}");
    place.remove().await;
    app.finish().await;
}

#[tokio::test]
async fn without_the_old_secret_it_says_what_that_means() {
    let place = Place::make(Backend::Sqlite).await;
    let folder = place.path("here");
    std::fs::create_dir(&folder).expect("makes a folder");
    let folder = std::path::Path::new(&folder);
    let run = |arguments: &[&str]| crate::door::command::run(folder, &[], arguments);
    run(&["migrate", "up"]);
    let said = run(&["backup", "a.backup"]);
    assert!(
        said.out.contains("does not hold the secret that signs tokens (data/secret)"),
        "{}",
        said.out
    );
    let mode = std::fs::metadata(folder.join("a.backup")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "its owner alone");
    let said = run(&["restore", "a.backup", "--force"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("There is no data/secret: put the old one there"), "{}", said.out);
}
