//! A schema that is newer than the binary: served, and left alone.

use super::{Place, SECRET, tools, with_file};
use crate::door::command::run_beside;
use crate::support::{MakeStore, Process, on_both};
use serde_json::json;

const NEWER: &str = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9998_more', 1), ('m9999_most', 1)";
const SENTENCE: &str = "was made by a newer Plaza: it has 2 schema steps that version 0.1.0 does not \
                        know, the last of them m9999_most; use that version or later";

on_both! {
    async fn an_older_server_goes_on_and_changes_nothing(app: &TestApp) {
        app.come_to_the_present();
        let owner = app.member("berta").await;
        sea_orm::ConnectionTrait::execute_unprepared(app.app.db.raw_writer(), NEWER)
            .await
            .expect("inserts");
        let server = Process::start(app, &[]).await;
        let owner = server.client(&owner);
        let store = MakeStore::new("rotulo").by(&owner).await;
        let read = owner.ask("query($id: ID!) { node(id: $id) { id } }", json!({ "id": store })).await;
        assert_eq!(read["node"]["id"], store, "it writes and reads");
        let check = run_beside(app, &["check"]);
        assert!(check.code == 0 && check.out.contains("2 schema steps newer"), "{}", check.out);
        for command in [&["migrate", "up"][..], &["migrate", "down", "--yes"]] {
            let said = run_beside(app, command);
            assert!(said.code == 1 && said.err.contains(SENTENCE), "{}", said.err);
        }
        let status = run_beside(app, &["migrate", "status"]);
        assert!(status.out.contains("newer    m9999_most"), "{}", status.out);
    }
}

on_both! {
    async fn a_newer_backup_is_refused_and_nothing_is_touched(app: &TestApp) {
        let (source, place, tools) = (Place::like(app).await, Place::like(app).await, tools());
        source.does(&["migrate", "up"]);
        source.tell(NEWER).await;
        let file = source.path("newer.backup");
        source.does(&with_file("backup", &file, &tools, &[]));
        let said = place.refuses(&with_file("restore", &file, &tools, &["--force"]));
        assert!(said.contains(&format!("{file} {SENTENCE}")), "{said}");
        let status = place.does(&["migrate", "status"]);
        assert!(!status.contains("taken"), "{status}");
        assert!(!said.contains(SECRET));
        source.remove().await;
        place.remove().await;
    }
}
