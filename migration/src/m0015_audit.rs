//! The audit log: who signed in, who was given or lost a right, what was published. Rows are added
//! and stay: triggers refuse everything else, whoever asks.
//!
//! No row refers to a person's: an entry outlives whom it is about.

use crate::step;

step!(
    "m0015_audit",
    up(ddl) {
        // On SQLite without a row number, by which a row could be replaced.
        let table = if ddl.is_postgres() { "" } else { "STRICT, WITHOUT ROWID" };
        ddl.run(&[
            &format!("CREATE TABLE audit_entry (
                id {{uuid}} NOT NULL CONSTRAINT audit_entry_pkey PRIMARY KEY,
                at {{big}} NOT NULL,
                kind {{small}} NOT NULL,
                actor {{small}} NOT NULL,
                actor_id {{uuid}},
                address {{text}},
                client {{text}},
                subject_id {{uuid}},
                subject {{text}},
                details {{text}} NOT NULL
            ) {table}"),
            "CREATE INDEX audit_entry_at_idx ON audit_entry (at, id)",
            "CREATE INDEX audit_entry_kind_idx ON audit_entry (kind, at, id)",
            "CREATE INDEX audit_entry_actor_idx ON audit_entry (actor_id, at, id) WHERE actor_id IS NOT NULL",
            "CREATE INDEX audit_entry_subject_idx ON audit_entry (subject_id, at, id) WHERE subject_id IS NOT NULL",
        ])
        .await?;
        ddl.postgres(&[
            "CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION 'audit entries are added and stay'; END $$",
            "CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
             FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()",
            // Also where a session sets its triggers aside, as replication does.
            "ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_stays",
        ])
        .await?;
        let refuse = "BEGIN SELECT RAISE(ABORT, 'audit entries are added and stay'); END";
        ddl.sqlite(&[
            &format!("CREATE TRIGGER audit_entry_update BEFORE UPDATE ON audit_entry {refuse}"),
            &format!("CREATE TRIGGER audit_entry_delete BEFORE DELETE ON audit_entry {refuse}"),
            // INSERT OR REPLACE deletes without asking the trigger of deletions.
            &format!("CREATE TRIGGER audit_entry_replace BEFORE INSERT ON audit_entry
                WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id) {refuse}"),
        ])
        .await?;
    },
    down(ddl) {
        ddl.run(&["DROP TABLE audit_entry"]).await?;
        ddl.postgres(&["DROP FUNCTION audit_entry_refuse()"]).await?;
    }
);
