//! The log behind every stream: topics with gapless numbers, and what happened under each number.
//!
//! `epoch` tells one life of a database from another: whoever restores a backup gives it a new one,
//! and streams that come back with a cursor of the old one are told that there is a gap.

use crate::step;

step!(
    "m0008_log",
    up(ddl) {
        let random = if ddl.is_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
        let table = if ddl.is_postgres() { "" } else { "STRICT, WITHOUT ROWID" };
        ddl.run(&[
            &format!("CREATE TABLE topic (
                name {{text}} NOT NULL CONSTRAINT topic_pkey PRIMARY KEY,
                seq {{big}} NOT NULL
            ) {table}"),
            &format!("CREATE TABLE event (
                topic {{text}} NOT NULL,
                seq {{big}} NOT NULL,
                subject {{uuid}} NOT NULL,
                version {{int}} NOT NULL,
                at {{big}} NOT NULL,
                CONSTRAINT event_pkey PRIMARY KEY (topic, seq)
            ) {table}"),
            "CREATE INDEX event_age_idx ON event (at)",
            "CREATE TABLE epoch (id {uuid} NOT NULL) {strict}",
            &format!("INSERT INTO epoch (id) VALUES ({random})"),
        ])
        .await?;
        // Counters are overwritten in place: room for it in every page.
        ddl.postgres(&["ALTER TABLE topic SET (fillfactor = 50)"]).await?;
    },
    down(ddl) {
        ddl.run(&["DROP TABLE epoch", "DROP TABLE event", "DROP TABLE topic"]).await?;
    }
);
